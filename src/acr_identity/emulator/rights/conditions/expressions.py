"""What a condition says, and whether it holds. Pure.

A comparison with an attribute that the request does not have is false.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias, assert_never

from acr_identity.emulator.rights.patterns import matches


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked: an action, and the attributes of the request by name in lower case, like `…/repositories:name`."""

    action: str
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ActionMatches:
    """True when the action falls under a pattern."""

    pattern: str


@dataclass(frozen=True, slots=True)
class SubOperationMatches:
    """True when the request is a sub-operation, which none here is."""

    name: str


@dataclass(frozen=True, slots=True)
class Exists:
    """True when the request has an attribute."""

    attribute: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """An attribute compared with values; `every` wants all values to fit, else one is enough."""

    attribute: str
    operator: str
    values: tuple[str, ...]
    every: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """True when the inner one is false."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class All:
    """True when all are."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """True when one is."""

    parts: tuple[Expression, ...]


Term: TypeAlias = ActionMatches | SubOperationMatches | Exists | Comparison
Expression: TypeAlias = "Term | Not | All | Any"


def holds(expression: Expression, question: Question) -> bool:
    """Say whether a condition allows what is asked."""
    match expression:
        case Not(inner):
            return not holds(inner, question)
        case All(parts):
            return all(holds(part, question) for part in parts)
        case Any(parts):
            return any(holds(part, question) for part in parts)
        case _:
            return _is_true(expression, question)


def _is_true(term: Term, question: Question) -> bool:
    match term:
        case ActionMatches(pattern):
            return matches(pattern, question.action)
        case SubOperationMatches():
            return False
        case Exists(attribute):
            return attribute in question.attributes
        case Comparison():
            return _compares(term, question.attributes.get(term.attribute))
        case _:
            assert_never(term)


def _compares(comparison: Comparison, has: str | None) -> bool:
    if has is None:
        return False
    operator = comparison.operator
    ignores_case = operator.endswith("ignorecase") or operator.startswith("guid")
    plain = operator.removesuffix("ignorecase").removeprefix("string").removeprefix("guid")
    compare, is_negated = _PLAIN[plain.removeprefix("not")], plain.startswith("not")
    left = has.lower() if ignores_case else has
    values = (value.lower() if ignores_case else value for value in comparison.values)
    found = (compare(left, value) != is_negated for value in values)
    return all(found) if comparison.every else any(found)


def _equals(left: str, right: str) -> bool:
    return left == right


def _starts_with(left: str, right: str) -> bool:
    return left.startswith(right)


def _is_like(left: str, right: str) -> bool:
    # Only * and ? mean something else than themselves, and not behind a backslash.
    pattern = right.replace("[", "[[]")
    return fnmatch.fnmatchcase(left, re.sub(r"\\([*?])", r"[\1]", pattern))


_PLAIN: Mapping[str, Callable[[str, str], bool]] = {
    "equals": _equals,
    "startswith": _starts_with,
    "like": _is_like,
}
_FORMS = ("equals", "notequals", "startswith", "notstartswith", "like", "notlike")
OPERATORS = frozenset(f"string{form}{suffix}" for form in _FORMS for suffix in ("", "ignorecase")) | {
    "guidequals",
    "guidnotequals",
}
"""The operators that can be judged, in lower case."""
