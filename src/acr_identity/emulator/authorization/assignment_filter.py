"""Which role assignments a list answers.

Rules: learn.microsoft.com/azure/role-based-access-control/role-assignments-list-rest.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_within
from acr_identity.emulator.kernel.arm_errors import bad_request

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.state import Assignment

_PRINCIPAL = re.compile(r"principalId\s+eq\s+'([^']+)'", re.IGNORECASE)
_ASSIGNED = re.compile(r"(?:atScope\(\)\s+and\s+)?assignedTo\('([^']+)'\)", re.IGNORECASE)


def selected(assignments: Iterable[Assignment], scope: str, expression: str) -> tuple[Assignment, ...]:
    """The role assignments that a `$filter` selects, seen from a scope.

    `atScope()` leaves those above and at the scope, `principalId eq '…'` those of one principal at, above and below it,
    `assignedTo('…')` the same (the emulator has no groups). Without a filter: all at, above and below.

    Raises:
        ArmError: 400 for anything else; `atScope()` and `principalId eq` do not go together.
    """
    around = [one for one in assignments if is_within(scope, one.scope) or is_within(one.scope, scope)]
    written = expression.strip()
    if not written:
        return tuple(around)
    if written.lower() == "atscope()":
        return tuple(one for one in around if is_within(scope, one.scope))
    principal = _PRINCIPAL.fullmatch(written)
    if principal:
        return _of(around, principal[1])
    assigned = _ASSIGNED.fullmatch(written)
    if assigned is None:
        raise bad_request("UnsupportedQuery", _unsupported(expression))
    if written.lower().startswith("atscope"):
        around = [one for one in around if is_within(scope, one.scope)]
    return _of(around, assigned[1])


def _of(assignments: Iterable[Assignment], principal: str) -> tuple[Assignment, ...]:
    return tuple(one for one in assignments if one.principal_id.lower() == principal.lower())


def _unsupported(expression: str) -> str:
    return (
        f"The filter '{expression}' is not supported. Supported filters are either 'atScope()' or "
        "'principalId eq '{value}' or assignedTo('{value}')'."
    )
