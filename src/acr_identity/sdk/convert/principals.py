"""What the wire calls an identity: a principal id, a client id or `[system]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.changes import Grantee
from acr_identity.errors import AzureError
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.state import Principals

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
