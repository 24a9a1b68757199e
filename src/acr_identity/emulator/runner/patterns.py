"""Regular expressions of a command, matched in a time that no expression can make long.

Each part maps the places where it may begin to those where it may end, so nothing is tried twice.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from acr_identity.emulator.runner.run_errors import RunError

Places: TypeAlias = frozenset[int]
Part: TypeAlias = Callable[[str, Places], Places]

_DEEPEST = 8
_LONGEST = 1000
_MOST_TIMES = 1000
_TIMES = re.compile(r"\{(\d{1,5})(,(\d{0,5}))?\}")
_WORD: Final = frozenset(f"{string.ascii_letters}{string.digits}_")
_KINDS: Final = {"d": frozenset(string.digits), "w": _WORD, "s": frozenset(string.whitespace)}
_CONTROLS: Final = {"n": "\n", "r": "\r", "t": "\t", "f": "\f", "v": "\v"}


def pattern_of(expression: str) -> Callable[[str], bool]:
    r"""Return whether a text has a match of an expression anywhere.

    Raises:
        RunError: it is none, or has something that is not read here: flags, references, a look ahead or behind.

    >>> is_release = pattern_of(r"^v\d+(\.\d+)*$|^latest$")
    >>> is_release("v1.20"), is_release("v1."), is_release("latest")
    (True, False, True)
    """
    if len(expression) > _LONGEST:
        raise RunError(f"the expression is longer than the {_LONGEST} characters that are read here")
    reading = _Reading(expression)
    part = reading.either(0)
    if reading.position < len(expression):
        raise _unread(expression)
    return lambda text: bool(part(text, frozenset(range(len(text) + 1))))


@dataclass
class _Reading:
    expression: str
    position: int = 0

    def either(self, depth: int) -> Part:
        parts = [self._sequence(depth)]
        while self._take("|"):
            parts.append(self._sequence(depth))
        return _any_of(parts)

    def _sequence(self, depth: int) -> Part:
        parts: list[Part] = []
        while self.position < len(self.expression) and self._next not in "|)":
            parts.append(self._times(self._one(depth)))
        return _in_order(parts)

    @property
    def _next(self) -> str:
        return self.expression[self.position : self.position + 1]

    def _take(self, text: str) -> bool:
        found = self.expression.startswith(text, self.position)
        self.position += len(text) if found else 0
        return found

    def _one(self, depth: int) -> Part:
        match letter := self._step():
            case "(":
                return self._group(depth + 1)
            case "[":
                return _character(self._class())
            case "\\":
                return self._escaped()
            case "*" | "+" | "?":
                raise _unread(self.expression)
            case _:
                return _PLAIN.get(letter) or _character(lambda one: one == letter)

    def _step(self) -> str:
        self.position += 1
        return self.expression[self.position - 1 : self.position]

    def _group(self, depth: int) -> Part:
        if depth > _DEEPEST or (self._take("?") and not self._take(":")):
            raise _unread(self.expression)
        part = self.either(depth)
        if not self._take(")"):
            raise _unread(self.expression)
        return part

    def _escaped(self) -> Part:
        letter = self._step()
        if letter in {"b", "B"}:
            return _where(lambda text, place: _is_edge(text, place) == (letter == "b"))
        return _character(self._kind(letter))

    def _kind(self, letter: str) -> Callable[[str], bool]:
        known = _KINDS.get(letter.lower())
        if known is not None:
            return lambda one: (one in known) == letter.islower()
        if not letter or (letter.isalnum() and letter not in _CONTROLS):
            raise _unread(self.expression)
        meant = _CONTROLS.get(letter, letter)
        return lambda one: one == meant

    def _class(self) -> Callable[[str], bool]:
        is_negative = self._take("^")
        tests: list[Callable[[str], bool]] = []
        while not tests or self._next != "]":
            if self.position >= len(self.expression) or self._take("[:"):
                raise _unread(self.expression)
            tests.append(self._range())
        self.position += 1
        return lambda one: any(test(one) for test in tests) != is_negative

    def _range(self) -> Callable[[str], bool]:
        first = self._step()
        if first == "\\":
            return self._kind(self._step())
        if self._next != "-" or self.expression[self.position + 1 : self.position + 2] in {"]", "\\", ""}:
            return lambda one: one == first
        self.position += 1
        last = self._step()
        return lambda one: first <= one <= last

    def _times(self, part: Part) -> Part:
        counted = _TIMES.match(self.expression, self.position)
        if counted is not None:
            self.position = counted.end()
            low = int(counted[1])
            high = low if counted[2] is None else int(counted[3]) if counted[3] else None
        elif self._next in {"*", "+", "?"}:
            low, high = {"*": (0, None), "+": (1, None), "?": (0, 1)}[self._step()]
        else:
            return part
        self._take("?")  # whether as few as may be are taken first does not change whether there is a match
        if max(low, high or 0) > _MOST_TIMES:
            raise _unread(self.expression)
        return _repeated(part, low, high)


def _any_of(parts: list[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    return lambda text, places: frozenset().union(*(part(text, places) for part in parts))


def _in_order(parts: Iterable[Part]) -> Part:
    steps = tuple(parts)

    def ends(text: str, places: Places) -> Places:
        for part in steps:
            if not places:
                break
            places = part(text, places)
        return places

    return ends


def _repeated(part: Part, low: int, high: int | None) -> Part:
    def ends(text: str, places: Places) -> Places:
        for _ in range(low):
            before, places = places, part(text, places)
            if places == before:
                break
        found, fresh, times = places, places, low
        while fresh and (high is None or times < high):
            fresh = part(text, fresh) - found
            found |= fresh
            times += 1
        return found

    return ends


def _character(test: Callable[[str], bool]) -> Part:
    return lambda text, places: frozenset(one + 1 for one in places if one < len(text) and test(text[one]))


def _where(test: Callable[[str, int], bool]) -> Part:
    return lambda text, places: frozenset(one for one in places if test(text, one))


_PLAIN: Final[Mapping[str, Part]] = {
    "^": _where(lambda _, place: place == 0),
    "$": _where(lambda text, place: place == len(text)),
    ".": _character(lambda one: one != "\n"),
}


def _is_edge(text: str, place: int) -> bool:
    sides = (text[place - 1 : place] if place else "", text[place : place + 1])
    return len({bool(side) and side in _WORD for side in sides}) > 1


def _unread(expression: str) -> RunError:
    return RunError(f"the emulator does not read the expression `{expression}`")
