"""Which deny assignment stops somebody: it wins over all roles.

Rules: learn.microsoft.com/azure/role-based-access-control/deny-assignments. An assignment in audit mode stops nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within, key
from acr_identity.emulator.rights.asking import Ask, condition_holds
from acr_identity.emulator.rights.membership import ids_of
from acr_identity.emulator.rights.patterns import matches

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.denials import DenyAssignment
    from acr_identity.emulator.kernel.state import State


def denial_of(state: State, ask: Ask, *, data: bool) -> DenyAssignment | None:
    """Return a deny assignment that stops what is asked for, `None` if none does."""
    if not state.denials:
        return None
    ids = ids_of(state, ask.principal_id)
    return next((one for one in state.denials.values() if one.is_for(ids) and _stops(one, ask, data=data)), None)


def _stops(one: DenyAssignment, ask: Ask, *, data: bool) -> bool:
    if one.is_audit or not _is_at(one, ask.scope):
        return False
    denied, left = (one.data_actions, one.not_data_actions) if data else (one.actions, one.not_actions)
    return _fits(denied, ask.action) and not _fits(left, ask.action) and condition_holds(one.condition, ask)


def _is_at(one: DenyAssignment, scope: str) -> bool:
    return key(scope) == key(one.scope) if one.is_here_only else is_within(scope, one.scope)


def _fits(patterns: Iterable[str], action: str) -> bool:
    return any(matches(pattern, action) for pattern in patterns)
