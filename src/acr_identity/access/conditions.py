"""Conditions of role assignments, version 2.0: whether one lets a request pass, as far as that can be told.

Source: Azure RBAC, "Azure role assignment condition format and syntax". Of attributes only the name of the repository
is known here; whatever else a condition asks about, and each operator that is not known, may be so or not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from acr_identity.access.actions import matches_any

Truth: TypeAlias = bool | None
"""Yes, no, or not known."""
_Spread: TypeAlias = tuple[Truth, Truth]
"""Whether something holds in every repository that is meant, and whether it does in some."""

_REPOSITORY = "microsoft.containerregistry/registries/repositories:name"
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<mark>[()!,{}])
      | (?P<attribute>@(?:Request|Resource|Principal|Environment)\[[^\]]*\])
      | '(?P<text>(?:[^']|'')*)'
      | (?P<word>[A-Za-z][A-Za-z0-9:]*)
    )""",
    re.VERBOSE,
)
_DEEPEST = 50


@dataclass(frozen=True, slots=True)
class Where:
    """In which repository something is done: in the one of this name, or in each whose name begins so.

    Without a name, and with `begins`, it is each repository there is.
    """

    name: str = ""
    begins: bool = True


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str


class _UnreadableError(Exception):
    pass


def passes(condition: str, action: str, where: Where) -> Truth:
    """Say whether a condition lets an action pass everywhere there; `None` if that cannot be told.

    >>> name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    >>> only_base = f"((!(ActionMatches{{'A/read'}})) OR ({name} StringEqualsIgnoreCase 'base'))"
    >>> passes(only_base, "A/read", Where("base", begins=False)), passes(only_base, "A/read", Where())
    (True, False)
    """
    if not condition.strip():
        return True
    tokens = _tokens(condition)
    if tokens is None:
        return None
    reading = _Reading(list(tokens), action, where)
    try:
        found = reading.either(0)
    except _UnreadableError:
        return None
    return found[0] if reading.is_done else None


@lru_cache(maxsize=1 << 10)
def _tokens(condition: str) -> tuple[_Token, ...] | None:
    found: list[_Token] = []
    at, end = 0, len(condition.rstrip())
    while at < end:
        token = _TOKEN.match(condition, at)
        if token is None:
            return None
        kind = token.lastgroup or ""
        found.append(_Token(kind, token[kind]))
        at = token.end()
    return tuple(found)


@dataclass
class _Reading:
    tokens: list[_Token]
    action: str
    where: Where
    at: int = 0

    @property
    def is_done(self) -> bool:
        return self.at == len(self.tokens)

    def either(self, depth: int) -> _Spread:
        """Read what stands between `OR`."""
        found = [self._both(depth)]
        while self._takes_word("or"):
            found.append(self._both(depth))
        return _any(found)

    def _both(self, depth: int) -> _Spread:
        found = [self._one(depth)]
        while self._takes_word("and"):
            found.append(self._one(depth))
        return _all(found)

    def _one(self, depth: int) -> _Spread:
        if depth > _DEEPEST:
            raise _UnreadableError
        if self._takes("!") or self._takes_word("not"):
            every, some = self._one(depth + 1)
            return _not(some), _not(every)
        if self._takes("("):
            inner = self.either(depth + 1)
            self._needs(")")
            return inner
        token = self._next()
        if token.kind == "word" and token.text.lower() in {"actionmatches", "subopmatches", "suboperationmatches"}:
            names = tuple(self._set())
            return _same(matches_any(names, self.action)) if token.text.lower() == "actionmatches" else _NOT_KNOWN
        if token.kind == "word" and token.text.lower() == "exists":
            self._next()
            return _NOT_KNOWN
        if token.kind != "attribute":
            raise _UnreadableError
        return self._compared(token.text)

    def _compared(self, attribute: str) -> _Spread:
        operator = self._next()
        if operator.kind != "word":
            raise _UnreadableError
        values = tuple(self._set()) if self._sees("{") else (self._text(),)
        source, _, path = attribute[1:-1].partition("[")
        if source.lower() != "request" or path.lower() != _REPOSITORY:
            return _NOT_KNOWN
        return _compare(operator.text.lower(), values, self.where)

    def _set(self) -> Iterator[str]:
        self._needs("{")
        yield self._text()
        while self._takes(","):
            yield self._text()
        self._needs("}")

    def _text(self) -> str:
        token = self._next()
        if token.kind != "text":
            raise _UnreadableError
        return token.text.replace("''", "'")

    def _next(self) -> _Token:
        if self.is_done:
            raise _UnreadableError
        self.at += 1
        return self.tokens[self.at - 1]

    def _sees(self, mark: str) -> bool:
        return not self.is_done and self.tokens[self.at] == _Token("mark", mark)

    def _takes(self, mark: str) -> bool:
        found = self._sees(mark)
        self.at += found
        return found

    def _takes_word(self, word: str) -> bool:
        found = not self.is_done and self.tokens[self.at].kind == "word" and self.tokens[self.at].text.lower() == word
        self.at += found
        return found

    def _needs(self, mark: str) -> None:
        if not self._takes(mark):
            raise _UnreadableError


def _compare(operator: str, values: tuple[str, ...], where: Where) -> _Spread:
    if len(values) > 1 and not operator.startswith("foranyofanyvalues:"):
        return _NOT_KNOWN
    return _any([_compare_one(operator.removeprefix("foranyofanyvalues:"), value, where) for value in values])


def _compare_one(operator: str, value: str, where: Where) -> _Spread:
    if operator.endswith("ignorecase"):
        value, where = value.lower(), Where(where.name.lower(), where.begins)
    match operator.removesuffix("ignorecase"):
        case "stringequals":
            return _equals(value, where)
        case "stringstartswith":
            return _begins(value, where)
        case "stringnotequals":
            every, some = _equals(value, where)
            return _not(some), _not(every)
        case "stringnotstartswith":
            every, some = _begins(value, where)
            return _not(some), _not(every)
        case _:
            return _NOT_KNOWN


def _equals(value: str, where: Where) -> _Spread:
    return (False, value.startswith(where.name)) if where.begins else _same(where.name == value)


def _begins(value: str, where: Where) -> _Spread:
    every = where.name.startswith(value)
    return every, every or (where.begins and value.startswith(where.name))


_NOT_KNOWN: _Spread = (None, None)


def _same(truth: bool) -> _Spread:  # noqa: FBT001 - its only argument
    return truth, truth


def _not(truth: Truth) -> Truth:
    return None if truth is None else not truth


def _any(found: Sequence[_Spread]) -> _Spread:
    every, some = zip(*found, strict=True)
    return _or(every), _or(some)


def _all(found: Sequence[_Spread]) -> _Spread:
    every, some = zip(*found, strict=True)
    return _and(every), _and(some)


def _or(found: Sequence[Truth]) -> Truth:
    if True in found:
        return True
    return None if None in found else False


def _and(found: Sequence[Truth]) -> Truth:
    if False in found:
        return False
    return None if None in found else True
