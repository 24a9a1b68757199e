"""Which task of a spec is meant, and which values it is run with."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from pydantic import SecretStr

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


def secret_values(names: Iterable[str]) -> dict[str, SecretStr]:
    """Return values for a run that are read from the environment variables of the same names.

    Raises:
        SettingsError: a variable is not set, or empty.
    """
    return {name: _secret(name) for name in names}


def _secret(name: str) -> SecretStr:
    value = os.environ.get(name)
    if not value:
        state = "is not set" if value is None else "is empty"
        raise SettingsError(f"the environment variable {name} {state}", advice=f"Export {name}: it holds the value.")
    return SecretStr(value)
