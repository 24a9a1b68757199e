"""Who may do what: role assignments, inherited from scopes above or by groups, and what deny assignments stop."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.rights.asking import Ask, condition_holds
from acr_identity.emulator.rights.denials import denial_of
from acr_identity.emulator.rights.membership import ids_of
from acr_identity.emulator.rights.patterns import matches
from acr_identity.emulator.rights.roles import find_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.state import Assignment, RoleDefinition, State

__all__ = ["Ask", "has_role", "may_act", "may_use", "roles_at"]


def may_act(state: State, ask: Ask) -> bool:
    """Say whether somebody may do an action on a resource. New assignments count at once."""
    return has_role(state, ask) and denial_of(state, ask, data=False) is None


def has_role(state: State, ask: Ask) -> bool:
    """Say whether a role allows an action on a resource, which a deny assignment may stop all the same."""
    return any(_allows(state, assignment, ask, data=False) for assignment in _held(state, ask))


def roles_at(state: State, principal_id: str, scope: str) -> tuple[tuple[Assignment, RoleDefinition], ...]:
    """Return the roles that a principal has at a scope, inherited ones and those of its groups included."""
    held = _held(state, Ask(principal_id, "", scope))
    found = ((assignment, find_role(state, assignment.role)) for assignment in held)
    return tuple((assignment, role) for assignment, role in found if role is not None)


def may_use(state: State, ask: Ask, *, data: bool, granted_before: float) -> bool:
    """Say whether somebody may use what is in a registry or vault.

    `data` tells data actions from actions: an old-style registry asks for actions. Assignments made after
    `granted_before` (seconds since 1970) have no effect yet.
    """
    has = any(
        assignment.created <= granted_before and _allows(state, assignment, ask, data=data)
        for assignment in _held(state, ask)
    )
    return has and denial_of(state, ask, data=data) is None


def _held(state: State, ask: Ask) -> Iterable[Assignment]:
    ids = ids_of(state, ask.principal_id)
    return (
        assignment
        for assignment in state.assignments.values()
        if assignment.principal_id.lower() in ids and is_within(ask.scope, assignment.scope)
    )


def _allows(state: State, assignment: Assignment, ask: Ask, *, data: bool) -> bool:
    role = find_role(state, assignment.role)
    return role is not None and _grants(role, ask.action, data=data) and condition_holds(assignment.condition, ask)


def _grants(role: RoleDefinition, action: str, *, data: bool) -> bool:
    granted = role.data_actions if data else role.actions
    withheld = role.not_data_actions if data else role.not_actions
    return any(matches(pattern, action) for pattern in granted) and not any(
        matches(pattern, action) for pattern in withheld
    )
