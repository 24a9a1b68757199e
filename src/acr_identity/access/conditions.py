"""Conditions of role assignments, version 2.0: whether one lets a request pass, as far as that can be told.

Source: Azure RBAC, "Azure role assignment condition format and syntax". Of attributes only the name of the repository
is known here; whatever else a condition asks about, and each operator that is not known, may be so or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from typing import TypeAlias, assert_never

from acr_identity.access.actions import matches_any
from acr_identity.access.names import Name

Truth: TypeAlias = bool | None
"""Yes, no, or not known."""


class Form(Enum):
    """How a name is compared with a text."""

    EQUALS = auto()
    STARTS_WITH = auto()
    LIKE = auto()


@dataclass(frozen=True, slots=True)
class ActionMatches:
    """What is done is one of these actions, or falls under one of these patterns."""

    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The name of the repository fits a text."""

    form: Form
    text: str
    ignores_case: bool = False


@dataclass(frozen=True, slots=True)
class NotKnown:
    """May be so or not."""


@dataclass(frozen=True, slots=True)
class Not:
    """The inner one is not so."""

    inner: Expression


@dataclass(frozen=True, slots=True)
class AllOf:
    """Each part is so."""

    parts: tuple[Expression, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One of the parts is so, or more."""

    parts: tuple[Expression, ...]


Expression: TypeAlias = "ActionMatches | Comparison | NotKnown | Not | AllOf | AnyOf"

ALWAYS = AllOf(())
"""What holds for whoever has no condition."""


def holds(expression: Expression, action: str, name: Name | None) -> Truth:
    """Say whether a condition lets an action pass in repositories of a kind.

    Nothing can be told of a repository where the action is in none.
    """
    match expression:
        case ActionMatches(patterns):
            return matches_any(patterns, action)
        case Comparison():
            return None if name is None else _fits(expression, name)
        case NotKnown():
            return None
        case Not(inner):
            return _not(holds(inner, action, name))
        case AllOf(parts):
            return _all(holds(part, action, name) for part in parts)
        case AnyOf(parts):
            return any_of(holds(part, action, name) for part in parts)
        case _:
            assert_never(expression)


def texts_in(expression: Expression) -> Iterator[str]:
    """Yield the texts with which it compares names of repositories."""
    match expression:
        case Comparison(text=text):
            yield text
        case Not(inner):
            yield from texts_in(inner)
        case AllOf(parts) | AnyOf(parts):
            for part in parts:
                yield from texts_in(part)
        case ActionMatches() | NotKnown():
            pass
        case _:
            assert_never(expression)


def any_of(found: Iterable[Truth]) -> Truth:
    """Say whether one of these is so."""
    found = tuple(found)
    if True in found:
        return True
    return None if None in found else False


def _all(found: Iterable[Truth]) -> Truth:
    return _not(any_of(map(_not, found)))


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _fits(comparison: Comparison, name: Name) -> Truth:
    has, text = name.text, comparison.text
    if comparison.ignores_case:
        has, text = has.lower(), text.lower()
    match comparison.form:
        case Form.EQUALS:
            return has == text
        case Form.STARTS_WITH:
            return has.startswith(text)
        case Form.LIKE:
            return _is_like(has, text) if name.is_alone else None
        case _:
            assert_never(comparison.form)


def _is_like(has: str, pattern: str) -> bool:
    """Say whether a text is like a pattern: `*` is any text, `?` one character, a backslash before them neither."""
    parts = re.split(r"(\\?[*?])", pattern)
    written = "".join(_SPECIAL.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(written, has, re.DOTALL) is not None


_SPECIAL = {"*": ".*", "?": ".", "\\*": r"\*", "\\?": r"\?"}
