"""Repositories of a registry, as names and patterns, and the conditions of role assignments that are about them.

A pattern is a name, `team/*` for all whose names begin with `team/`, or `*` for all. The form of the conditions is that
of "Microsoft Entra permissions for repositories" (Azure Container Registry).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from acr_identity.ids import AnyRole, Role

ANYTHING = "*"
"""The pattern of all repositories."""

_NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
_PART = re.compile(rf"{re.escape(_NAME)} (StringEqualsIgnoreCase|StringStartsWithIgnoreCase) '([^']*)'")


def covers(pattern: str, other: str) -> bool:
    """Say whether all repositories of the other pattern are among those of this one.

    >>> covers("team/*", "team/app"), covers("team/*", "team/*"), covers("team/app", "team/*"), covers("*", "x")
    (True, True, False, True)
    """
    if pattern in {ANYTHING, other}:
        return True
    return pattern.endswith("/*") and other.startswith(pattern.removesuffix("*"))


def joined(patterns: Iterable[str]) -> tuple[str, ...]:
    """Return the fewest of these patterns that mean the same, sorted.

    >>> joined(["team/app", "team/*", "base"])
    ('base', 'team/*')
    """
    every = frozenset(patterns)
    return tuple(sorted(one for one in every if not any(other != one and covers(other, one) for other in every)))


def condition_for(role: Role, patterns: Iterable[str]) -> str:
    """Return the condition under which a role counts in these repositories only; an empty text for all of them."""
    wanted = joined(patterns)
    if wanted == (ANYTHING,):
        return ""
    others = " AND ".join(f"!(ActionMatches{{'{action}'}})" for action in role.data_actions)
    return f"(({others}) OR ({' OR '.join(_compared(wanted))}))"


def _compared(patterns: Iterable[str]) -> Iterator[str]:
    for pattern in patterns:
        begins = pattern.endswith("/*")
        operator = "StringStartsWithIgnoreCase" if begins else "StringEqualsIgnoreCase"
        yield f"{_NAME} {operator} '{pattern.removesuffix('*') if begins else pattern}'"


def repositories_in(role: AnyRole, condition: str) -> tuple[str, ...] | None:
    """Return the patterns for which a condition was written, or `None` if it is none that `condition_for` writes."""
    if not isinstance(role, Role):
        return None
    if not condition:
        return (ANYTHING,)
    parts = ((operator, name) for operator, name in _PART.findall(condition))
    patterns = tuple(sorted(f"{name}*" if "StartsWith" in operator else name for operator, name in parts))
    return patterns if patterns and condition_for(role, patterns) == condition else None
