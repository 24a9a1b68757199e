"""Whether a principal may be given a role: known to the directory, and of the kind that the request says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_guid
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

_KINDS = ("User", "Group", "ServicePrincipal")


def principal_kind(call: Call, principal: str, stated: str | None) -> str:
    """Return the kind of the principal, looked up unless the request says `ServicePrincipal`.

    A principal that is younger than `Settings.replication_seconds` is not found, whatever the request says.

    Raises:
        ArmError: 400 `InvalidPrincipalId`, `PrincipalNotFound`, `UnmatchedPrincipalType`.
    """
    if not is_guid(principal):
        message = f"The Principal ID '{principal}' is not valid. Principal ID must be a GUID."
        raise bad_request("InvalidPrincipalId", message)
    kind = _stated(stated)
    known = call.state.directory.get(principal.lower())
    if known is None:
        if kind == "ServicePrincipal":
            return kind
        raise _not_found(call, principal)
    if call.now < known.created + call.settings.replication_seconds:
        raise _not_found(call, principal)
    if kind and kind != known.kind:
        message = (
            f"The PrincipalId '{principal.replace('-', '')}' has type '{known.kind}' , "
            f"which is different from specified PrinciaplType '{kind}'."
        )
        raise bad_request("UnmatchedPrincipalType", message)
    return known.kind


def _stated(written: str | None) -> str:
    if written is None:
        return ""
    found = next((kind for kind in _KINDS if kind.lower() == written.lower()), None)
    if found is None:
        message = (
            f"The PrincipalType property '{written}' is not valid. It must be 'User', 'Group' or 'ServicePrincipal'."
        )
        raise bad_request("InvalidPrincipalType", message)
    return found


def _not_found(call: Call, principal: str) -> ArmError:
    directory = call.state.tenant
    message = (
        f"Principal {principal.replace('-', '')} does not exist in the directory {directory}. Check that you have the "
        "correct principal ID. If you are creating this principal and then immediately assigning a role, this error "
        "might be related to a replication delay. In this case, set the role assignment principalType property to a "
        "value, such as ServicePrincipal, User, or Group.  See https://aka.ms/docs-principaltype"
    )
    return bad_request("PrincipalNotFound", message)
