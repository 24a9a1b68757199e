"""Which role assignments a list answers.

Rules: learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.odata_filter import Comparison, FilterError, Function, Text, read_filter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.state import Assignment

_AT_SCOPE = Function("atscope", ())


def selected(assignments: Iterable[Assignment], scope: str, expression: str) -> tuple[Assignment, ...]:
    """Return the role assignments that a `$filter` selects, seen from a scope.

    `atScope()` leaves those above and at the scope, `principalId eq '…'` those of one principal at, above and below it,
    `assignedTo('…')` the same (the emulator has no groups). Without a filter: all at, above and below.

    Raises:
        ArmError: 400 for anything else; `atScope()` and `principalId eq` do not go together.
    """
    try:
        is_at_scope, principal = _read(expression)
    except FilterError:
        raise bad_request("UnsupportedQuery", _unsupported(expression)) from None
    return tuple(
        one
        for one in assignments
        if (is_within(scope, one.scope) or (not is_at_scope and is_within(one.scope, scope)))
        and (not principal or one.principal_id.lower() == principal.lower())
    )


def _read(expression: str) -> tuple[bool, str]:
    terms = read_filter(expression).all_of
    others = [term for term in terms if term != _AT_SCOPE]
    is_at_scope = len(others) < len(terms)
    match others:
        case []:
            return is_at_scope, ""
        case [Comparison("principalid", "eq", Text(principal))] if principal and not is_at_scope:
            return False, principal
        case [Function("assignedto", (Text(principal),))] if principal:
            return is_at_scope, principal
        case _:
            raise FilterError("no such list of role assignments")


def _unsupported(expression: str) -> str:
    return (
        f"The filter '{expression}' is not supported. Supported filters are either 'atScope()' or "
        "'principalId eq '{value}' or assignedTo('{value}')'."
    )
