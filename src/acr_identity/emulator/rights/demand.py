"""Refusing a caller that a route cannot judge alone: the action or the scope depends on the request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import authorization_failed
from acr_identity.emulator.rights.decision import Ask, may_act

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call


def demand(call: Call, action: str, scope: str, attributes: Mapping[str, str] | None = None) -> None:
    """Refuse a caller without this action at this scope. `attributes` are what conditions may ask for.

    Raises:
        ArmError: 403 `AuthorizationFailed`.
    """
    if not may_act(call.state, Ask(call.caller.id, action, scope, attributes=attributes or {})):
        raise authorization_failed(call.caller.client, call.caller.id, action, scope)
