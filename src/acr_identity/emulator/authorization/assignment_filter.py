"""Which role assignments and deny assignments a list answers.

Rules: learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest and deny-assignments-rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.odata_filter import Comparison, FilterError, Function, Text, read_filter
from acr_identity.emulator.rights.membership import ids_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import Assignment, State

_AT_SCOPE = Function("atscope", ())


@dataclass(frozen=True, slots=True)
class Choice:
    """What a `$filter` says: those at the scope and above only, those of a principal, those of a name."""

    is_at_scope: bool = False
    principal: str = ""
    """Whom they must name."""
    assigned_to: str = ""
    """For whom they must count, also by way of a group."""
    display: str = ""


def selected(state: State, scope: str, expression: str) -> tuple[Assignment, ...]:
    """Return the role assignments that a `$filter` selects, seen from a scope.

    `atScope()` leaves those above and at the scope, `principalId eq '…'` those of one principal at, above and below it,
    `assignedTo('…')` those of its groups too. Without a filter: all at, above and below.

    Raises:
        ArmError: 400 for anything else; `atScope()` and `principalId eq` do not go together.
    """
    choice = read_choice(expression)
    if choice.display:
        raise bad_request("UnsupportedQuery", _unsupported(expression))
    ids = ids_of(state, choice.assigned_to) if choice.assigned_to else frozenset({choice.principal})
    is_all = ids == {""}
    return tuple(
        one
        for one in state.assignments.values()
        if chosen(one.scope, scope, choice) and (is_all or one.principal_id.lower() in ids)
    )


def chosen(scope: str, asked: str, choice: Choice) -> bool:
    """Say whether what is at a scope is seen from the one that was asked for."""
    return is_within(asked, scope) or (not choice.is_at_scope and is_within(scope, asked))


def read_choice(expression: str) -> Choice:
    """Return what a `$filter` says, values in lower case.

    Raises:
        ArmError: 400: it cannot be read, or is none of the filters that there are.
    """
    try:
        return _read(expression)
    except FilterError:
        raise bad_request("UnsupportedQuery", _unsupported(expression)) from None


def _read(expression: str) -> Choice:
    terms = read_filter(expression).all_of
    others = [term for term in terms if term != _AT_SCOPE]
    is_at_scope = len(others) < len(terms)
    match others:
        case []:
            return Choice(is_at_scope)
        case [Comparison("principalid", "eq", Text(principal))] if principal and not is_at_scope:
            return Choice(principal=principal.lower())
        case [Comparison("denyassignmentname", "eq", Text(name))] if name and not is_at_scope:
            return Choice(display=name.lower())
        case [Function("assignedto", (Text(principal),))] if principal:
            return Choice(is_at_scope, assigned_to=principal.lower())
        case _:
            raise FilterError("no such list of role assignments")


def _unsupported(expression: str) -> str:
    return (
        f"The filter '{expression}' is not supported. Supported filters are either 'atScope()' or "
        "'principalId eq '{value}' or assignedTo('{value}')'."
    )
