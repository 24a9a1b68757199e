"""Refusing a caller who has no right, in the words of Azure Resource Manager."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import authorization_failed, deny_assignment_authorization_failed
from acr_identity.emulator.rights.decision import Ask, has_role
from acr_identity.emulator.rights.denials import denial_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call


def demand(call: Call, action: str, scope: str, attributes: Mapping[str, str] | None = None) -> None:
    """Refuse a caller without this action at this scope. `attributes` are what conditions may ask for.

    Raises:
        ArmError: 403 `AuthorizationFailed`, or `DenyAssignmentAuthorizationFailed` where a role allows it.
    """
    ask = Ask(call.caller.id, action, scope, attributes=attributes or {})
    if not has_role(call.state, ask):
        raise authorization_failed(call.caller.client, call.caller.id, action, scope)
    denial = denial_of(call.state, ask, data=False)
    if denial is not None:
        raise deny_assignment_authorization_failed(call.caller.client, call.caller.id, action, scope, denial)
