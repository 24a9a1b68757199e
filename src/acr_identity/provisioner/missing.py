"""What is said of registries and vaults that a spec names and that are not there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from acr_identity.errors import AzureError
from acr_identity.observe import look_around
from acr_identity.plan.missing import missing_error, missing_resources
from acr_identity.plan.missing_roles import MissingRole

if TYPE_CHECKING:
    from acr_identity.errors import MissingResourceError
    from acr_identity.gateway import Reader
    from acr_identity.ids import ArmId
    from acr_identity.plan.missing import AnyMissing
    from acr_identity.spec import Spec
    from acr_identity.state import Live

_WORLD_ADVICE = (
    "The emulator has what its world holds (world.yaml beside the spec, or --world), and keeps its state "
    "(.acr_identity beside the spec, or --state): delete the state to begin anew with the world."
)


def explain_missing(spec: Spec, live: Live, reader: Reader, *, emulated: bool) -> MissingResourceError:
    """Return the error that names each with its place and what was probably meant; only for that, more is read."""
    missing = missing_resources(spec, live)
    around = look_around(reader, (one.id.subscription for one in missing))
    error = missing_error(spec, missing, around, _roles_there(reader, missing))
    if emulated:
        error.advice = _WORLD_ADVICE
    return error


def _roles_there(reader: Reader, missing: Iterable[AnyMissing]) -> Mapping[ArmId, tuple[str, ...]]:
    found: dict[ArmId, tuple[str, ...]] = {}
    for one in missing:
        if isinstance(one, MissingRole) and one.id not in found:
            with suppress(AzureError):
                found[one.id] = tuple(role.name for role in reader.roles_at(one.id).values())
    return found
