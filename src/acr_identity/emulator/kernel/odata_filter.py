"""The little of OData that the lists understand: comparisons with `eq`, joined by `and`."""

from __future__ import annotations

import re

from acr_identity.emulator.kernel.arm_errors import bad_request

_COMPARISON = re.compile(r"(\w+)\s+eq\s+'((?:[^']|'')*)'", re.IGNORECASE)


def comparisons(expression: str, known: frozenset[str]) -> dict[str, str]:
    """Read a `$filter`: the compared names in lower case, and the values.

    >>> comparisons("TaskName eq 'build' and Status eq 'Failed'", frozenset({"taskname", "status"}))
    {'taskname': 'build', 'status': 'Failed'}

    Raises:
        ArmError: 400 when it says anything else, or compares a name that is not known.
    """
    found: dict[str, str] = {}
    position = 0
    rest = expression.strip()
    while position < len(rest):
        match = _COMPARISON.match(rest, position)
        if match is None or match[1].lower() not in known:
            raise bad_request(
                "InvalidFilterInQueryString", f"Invalid $filter '{expression}' specified in the query string."
            )
        found[match[1].lower()] = match[2].replace("''", "'")
        joint = re.compile(r"\s+and\s+|\s*$", re.IGNORECASE).match(rest, match.end())
        if joint is None:
            raise bad_request(
                "InvalidFilterInQueryString", f"Invalid $filter '{expression}' specified in the query string."
            )
        position = joint.end()
    return found
