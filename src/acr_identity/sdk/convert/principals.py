"""What the wire calls an identity: a principal id, a client id or `[system]`."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.changes import Grantee, known_with_identity
from acr_identity.errors import AzureError
from acr_identity.state import (
    DockerStep,
    EncodedStep,
    FileStep,
    Known,
    SystemIdentity,
    UnknownClientId,
    UserIdentity,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.state import Principals, TaskSettings, Value

SYSTEM = "[system]"
"""How a task's credentials name its own identity (Azure CLI, `az acr task credential add --use-identity`)."""


def principal_id_of(grantee: Grantee, principals: Principals) -> str:
    """Return the id of the grantee's principal.

    Raises:
        AzureError: it is not known: the change that brings it was not made.
    """
    return _known(grantee, principals).principal_id


def client_id_of(grantee: Grantee, principals: Principals) -> str:
    """Return what a task's credentials call the grantee: `[system]`, or a user-assigned identity's client id.

    Raises:
        AzureError: the client id is not known.
    """
    match grantee.identity:
        case SystemIdentity():
            return SYSTEM
        case UserIdentity():
            client_id = _known(grantee, principals).client_id
            if not client_id:
                raise _unknown("client id", grantee)
            return client_id


def with_client_ids(settings: TaskSettings, principals: Principals) -> TaskSettings:
    """Return settings with the client ids that were not known when the plan was made.

    Raises:
        AzureError: one is not known: the change that makes the identity was not made.
    """
    match settings.step:
        case DockerStep(arguments=values) as step if settings.unknown_clients:
            return replace(settings, step=replace(step, arguments=_told(values, principals)))
        case EncodedStep(values=values) | FileStep(values=values) as step if settings.unknown_clients:
            return replace(settings, step=replace(step, values=_told(values, principals)))
        case _:
            return settings


def _told(values: Sequence[Value] | None, principals: Principals) -> tuple[Value, ...]:
    return tuple(
        replace(one, value=client_id_of(_grantee(one.value), principals))
        if isinstance(one.value, UnknownClientId)
        else one
        for one in values or ()
    )


def _grantee(client: UnknownClientId) -> Grantee:
    return Grantee(UserIdentity(client.identity), known_with_identity(client.identity))


def _known(grantee: Grantee, principals: Principals) -> Known:
    known = principals.get(grantee.identity, grantee.ids)
    if not isinstance(known, Known):
        raise _unknown("principal", grantee)
    return known


def _unknown(what: str, grantee: Grantee) -> AzureError:
    return AzureError(
        f"the {what} of {grantee.identity} is not known",
        operation="name an identity",
        resource=str(grantee.identity),
        code="PrincipalUnknown",
        advice="Repeat the command: it reads again what exists by now.",
    )
