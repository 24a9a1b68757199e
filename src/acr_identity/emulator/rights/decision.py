"""Who may do what: role assignments, inherited from scopes above, and the roles behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.rights.conditions import ConditionError, Question, holds, read_condition
from acr_identity.emulator.rights.patterns import matches
from acr_identity.emulator.rights.roles import find_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.state import Assignment, RoleDefinition, State

REPOSITORY = "microsoft.containerregistry/registries/repositories:name"
"""The attribute of conditions that limits a role to repositories."""


@dataclass(frozen=True, slots=True)
class Ask:
    """May this principal do this here?"""

    principal_id: str
    action: str
    scope: str
    repository: str = ""
    """The repository in question, for the conditions of role assignments."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else conditions may ask for: values by attribute, its name in lower case."""


def may_act(state: State, ask: Ask) -> bool:
    """Say whether a role allows an action on a resource. New assignments count at once."""
    return any(_allows(state, assignment, ask, data=False) for assignment in _held(state, ask))


def roles_at(state: State, principal_id: str, scope: str) -> tuple[tuple[Assignment, RoleDefinition], ...]:
    """Return the roles that a principal has at a scope, inherited ones included."""
    held = _held(state, Ask(principal_id, "", scope))
    found = ((assignment, find_role(state, assignment.role)) for assignment in held)
    return tuple((assignment, role) for assignment, role in found if role is not None)


def may_use(state: State, ask: Ask, *, data: bool, granted_before: float) -> bool:
    """Say whether a role allows the use of what is in a registry or vault.

    `data` tells data actions from actions: an old-style registry asks for actions. Assignments made after
    `granted_before` (seconds since 1970) have no effect yet.
    """
    return any(
        assignment.created <= granted_before and _allows(state, assignment, ask, data=data)
        for assignment in _held(state, ask)
    )


def _held(state: State, ask: Ask) -> Iterable[Assignment]:
    return (
        assignment
        for assignment in state.assignments.values()
        if assignment.principal_id.lower() == ask.principal_id.lower() and is_within(ask.scope, assignment.scope)
    )


def _allows(state: State, assignment: Assignment, ask: Ask, *, data: bool) -> bool:
    role = find_role(state, assignment.role)
    return role is not None and _grants(role, ask.action, data=data) and _condition_holds(assignment.condition, ask)


def _grants(role: RoleDefinition, action: str, *, data: bool) -> bool:
    granted = role.data_actions if data else role.actions
    withheld = role.not_data_actions if data else role.not_actions
    return any(matches(pattern, action) for pattern in granted) and not any(
        matches(pattern, action) for pattern in withheld
    )


def _condition_holds(condition: str | None, ask: Ask) -> bool:
    if not condition:
        return True
    attributes = {**ask.attributes, REPOSITORY: ask.repository} if ask.repository else ask.attributes
    try:
        return holds(read_condition(condition), Question(ask.action, attributes))
    except ConditionError:
        return False
