"""Which task of a spec is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.errors import SettingsError

if TYPE_CHECKING:
    from acr_identity.spec import Spec


def choose_task(spec: Spec, named: str | None) -> str:
    """Return the name of the task that is meant: the one that is named, or the only one.

    Raises:
        SpecError: there is no such task in the spec.
        SettingsError: none is named, and the spec does not have exactly one.
    """
    if named is not None:
        spec.only([named])
        return named
    if len(spec.tasks) == 1:
        return next(iter(spec.tasks))
    known = ", ".join(spec.tasks) or "none"
    raise SettingsError(f"the spec has {len(spec.tasks)} tasks: {known}", advice="Name one behind the spec.")
