"""The `$filter` of a list, read once for all services: comparisons and functions, joined by `and` and by `or`.

Grammar: docs.oasis-open.org/odata/odata/v4.01, "URL Conventions", as far as the emulated services take it: without
parentheses round expressions and without `not`. What a term means, and which ones there are, each service says itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["eq", "ne", "gt", "ge", "lt", "le"]


@dataclass(frozen=True, slots=True)
class Text:
    """A value in quotes. A quote in it is written twice."""

    value: str


@dataclass(frozen=True, slots=True)
class Word:
    """A value without quotes, like a number, a time or `true`."""

    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A property as the argument of a function."""

    name: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """A property beside a value, like `name eq 'a'`."""

    name: str
    operator: Operator
    value: Text | Word


@dataclass(frozen=True, slots=True)
class Function:
    """A function, like `contains(name, 'a')` or `atScope()`."""

    name: str
    arguments: tuple[Text | Name, ...]


@dataclass(frozen=True, slots=True)
class AnyEqual:
    """One of the values of a property is this text, like `names/any(n:n eq 'a')`."""

    name: str
    value: str


Term: TypeAlias = Comparison | Function | AnyEqual


class FilterError(ValueError):
    """A `$filter` that cannot be read, or that a service does not take. Each service words the refusal."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A `$filter`: all terms of one of its groups must hold. `and` joins a group, `or` goes on with the next one."""

    any_of: tuple[tuple[Term, ...], ...] = ()

    @property
    def all_of(self) -> tuple[Term, ...]:
        """Return the terms that must all hold, none for an empty filter.

        Raises:
            FilterError: an `or` is in it.
        """
        if len(self.any_of) > 1:
            raise FilterError("an `or` is not taken here")
        return self.any_of[0] if self.any_of else ()


def read_filter(expression: str, *, casing_counts: bool = False) -> Filter:
    """Read a `$filter`. Names, functions and operators are given in lower case, unless casing counts.

    >>> read_filter("TaskName eq 'it''s' and Status ne 'Failed'").all_of[0]
    Comparison(name='taskname', operator='eq', value=Text(value="it's"))

    Raises:
        FilterError: it cannot be read.
    """
    written = expression.strip()
    if not written:
        return Filter()
    groups: list[tuple[Term, ...]] = []
    terms: list[Term] = []
    position = 0
    flags = re.NOFLAG if casing_counts else re.IGNORECASE
    spelled: Callable[[str], str] = str if casing_counts else str.lower
    while True:
        found = re.compile(_TERM, flags).match(written, position)
        if found is None:
            raise FilterError(f"no term begins at character {position + 1}")
        terms.append(_term(found, spelled))
        joint = re.compile(_JOINT, flags).match(written, found.end())
        if joint is None:
            break
        if joint[1].lower() == "or":
            groups.append(tuple(terms))
            terms = []
        position = joint.end()
    if found.end() != len(written):
        raise FilterError(f"nothing was expected from character {found.end() + 1} on")
    return Filter((*groups, tuple(terms)))


_TEXT = r"'(?:[^']|'')*'"
_ARGUMENT = rf"(?:{_TEXT}|\w+)"
_TERM = (
    rf"(?P<list>\w+)/any\(\s*(?P<item>\w+)\s*:\s*(?P=item)\s+eq\s+(?P<wanted>{_TEXT})\s*\)"
    rf"|(?P<function>\w+)\(\s*(?P<arguments>(?:{_ARGUMENT}(?:\s*,\s*{_ARGUMENT})*)?)\s*\)"
    rf"|(?P<name>\w+)\s+(?P<operator>eq|ne|gt|ge|lt|le)\s+(?P<value>{_TEXT}|[\w:.+-]+)"
)
_JOINT = r"\s+(and|or)\s+"
_OPERATORS: dict[str, Operator] = {"eq": "eq", "ne": "ne", "gt": "gt", "ge": "ge", "lt": "lt", "le": "le"}


def _term(found: re.Match[str], spelled: Callable[[str], str]) -> Term:
    if found["list"]:
        return AnyEqual(spelled(found["list"]), _unquoted(found["wanted"]))
    if found["function"]:
        arguments = re.findall(_ARGUMENT, found["arguments"])
        return Function(spelled(found["function"]), tuple(_argument(one, spelled) for one in arguments))
    value = found["value"]
    wanted = Text(_unquoted(value)) if value.startswith("'") else Word(value)
    return Comparison(spelled(found["name"]), _OPERATORS[found["operator"].lower()], wanted)


def _argument(written: str, spelled: Callable[[str], str]) -> Text | Name:
    return Text(_unquoted(written)) if written.startswith("'") else Name(spelled(written))


def _unquoted(written: str) -> str:
    return written[1:-1].replace("''", "'")
