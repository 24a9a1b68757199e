"""Who may do what: role assignments, inherited from scopes above, and the roles behind them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.emulator.arm import is_within
from acr_identity.emulator.authorization.roles import find_role

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.state import Assignment, RoleDefinition, State

_ACTIONS = re.compile(r"ActionMatches\s*\{\s*'([^']*)'\s*\}", re.IGNORECASE)
_NAMES = re.compile(r":name\]\s*(StringEqualsIgnoreCase|StringStartsWithIgnoreCase)\s*'([^']*)'", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ask:
    """May this principal do this here?"""

    principal_id: str
    action: str
    scope: str
    repository: str = ""
    """The repository in question, for the conditions of role assignments."""


def may_act(state: State, ask: Ask) -> bool:
    """Whether a role allows an action on a resource. New assignments count at once."""
    return any(_allows(state, assignment, ask, data=False) for assignment in _held(state, ask))


def may_use(state: State, ask: Ask, *, data: bool, granted_before: float) -> bool:
    """Whether a role allows the use of what is in a registry or vault.

    `data` tells data actions from actions: an old-style registry asks for actions. Assignments made after
    `granted_before` (seconds since 1970) have no effect yet.
    """
    return any(
        assignment.created <= granted_before and _allows(state, assignment, ask, data=data)
        for assignment in _held(state, ask)
    )


def matches(pattern: str, action: str) -> bool:
    """Whether an action falls under a pattern in which `*` stands for any text.

    >>> matches("*/read", "Microsoft.KeyVault/vaults/read")
    True
    """
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(".*".join(parts), action, re.IGNORECASE) is not None


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
    """Judge a condition that limits a role to repositories; an action that it does not name is not limited."""
    if not condition:
        return True
    if not any(matches(action, ask.action) for action in _ACTIONS.findall(condition)):
        return True
    return any(_names(operator, value, ask.repository) for operator, value in _NAMES.findall(condition))


def _names(operator: str, value: str, repository: str) -> bool:
    if operator.lower() == "stringequalsignorecase":
        return repository.lower() == value.lower()
    return repository.lower().startswith(value.lower())
