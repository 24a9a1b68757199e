"""Expressions of Go templates, with what is known of their values.

Only what task files commonly use is read; what is not read is a value that is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from acr_identity.needs.holes import Holes, has_hole, only_holes

_TOKEN = re.compile(
    r"""\s*(?:
        "(?P<text>(?:\\.|[^"\\])*)"
      | `(?P<raw>[^`]*)`
      | (?P<number>-?\d+(?:\.\d+)?)
      | (?P<field>(?:\.[A-Za-z_]\w*)+)
      | (?P<word>[A-Za-z_]\w*)
      | (?P<mark>[|()])
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_DEEPEST = 20
_LONGEST = 1 << 16
_MOST_CALLS = 1000


class UnreadableError(Exception):
    """An expression is not one of those that are read here."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a run has for its templates, as far as it is known.

    Args:
        values: the values of the task, by name; one that is not known has a hole.
        run: what is known of the run itself, such as its registry.
        holes: where what is not known gets its reason.
    """

    values: Mapping[str, str]
    run: Mapping[str, str]
    holes: Holes = field(default_factory=Holes)

    def value_of(self, path: Sequence[str]) -> str:
        """Return what a field stands for."""
        match tuple(path):
            case ("Values", name):
                return self.values[name] if name in self.values else self.holes.of(f"the value {name} is not set")
            case ("Run", name) if name in self.run:
                return self.run[name]
            case ("Run" | "Build", _):
                return self.holes.of(f".{'.'.join(path)} is known in the run only")
            case ("Secrets", name):
                return self.holes.of(f"the secret {name} is read in the run")
            case _:
                return self.holes.of(f".{'.'.join(path)} is not read here")


def evaluate(expression: str, surroundings: Surroundings) -> str:
    """Return the text of an expression; what is not known of it is a hole.

    Raises:
        UnreadableError: it is not one of those that are read here.
    """
    reading = _Reading(list(_tokens(expression)), surroundings)
    found = reading.pipeline(0)
    if reading.at != len(reading.tokens):
        raise UnreadableError
    return found


def truth(text: str) -> bool | None:
    """Say whether a value counts as true; `None` if that is not known."""
    if text in {"", "false", "0"}:
        return False
    return None if only_holes(text) else True


def _tokens(expression: str) -> Sequence[tuple[str, str]]:
    found = []
    at, text = 0, expression.rstrip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise UnreadableError
        kind = token.lastgroup or ""
        found.append((kind, token[kind]))
        at = token.end()
    return found


@dataclass(slots=True)
class _Reading:
    tokens: list[tuple[str, str]]
    surroundings: Surroundings
    at: int = 0
    calls: int = 0

    def pipeline(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise UnreadableError
        found = self._command(depth, ())
        while self._takes("|"):
            self.calls += 1
            if self.calls > _MOST_CALLS or len(found) * self.calls > _LONGEST:
                raise UnreadableError
            found = self._command(depth, (found,))
        return found

    def _command(self, depth: int, piped: tuple[str, ...]) -> str:
        kind, text = self._next()
        if kind != "word" or text in {"true", "false", "nil"}:
            self.at -= 1
            if piped:
                raise UnreadableError
            return self._operand(depth)
        arguments = []
        if text == "index":
            return self._index(piped)
        while self.at < len(self.tokens) and self.tokens[self.at] not in {("mark", "|"), ("mark", ")")}:
            arguments.append(self._operand(depth))
        return self._call(text, (*arguments, *piped))

    def _index(self, piped: tuple[str, ...]) -> str:
        kind, collection = self._next()
        name_kind, name = self._next()
        if kind != "field" or name_kind not in {"text", "raw"} or piped:
            raise UnreadableError
        return self.surroundings.value_of((*collection[1:].split("."), name))

    def _operand(self, depth: int) -> str:
        kind, text = self._next()
        match kind:
            case "text":
                return _ESCAPE.sub(lambda found: _ESCAPED.get(found[1], found[1]), text)
            case "raw" | "number":
                return text
            case "field":
                return self.surroundings.value_of(text[1:].split("."))
            case "word" if text in {"true", "false"}:
                return text
            case "mark" if text == "(":
                found = self.pipeline(depth + 1)
                if not self._takes(")"):
                    raise UnreadableError
                return found
            case _:
                raise UnreadableError

    def _call(self, name: str, arguments: tuple[str, ...]) -> str:
        function = _FUNCTIONS.get(name)
        known = function is not None and not any(map(has_hole, arguments))
        if name in {"default", "coalesce"}:
            return self._first(arguments if name == "coalesce" else arguments[::-1])
        try:
            found = function(*arguments) if function and known else None
        except TypeError:
            found = None
        if found is not None and len(found) > _LONGEST:
            raise UnreadableError
        return self.surroundings.holes.of(f"the function {name} is not read here") if found is None else found

    def _first(self, values: Sequence[str]) -> str:
        for value in values:
            match truth(value):
                case True:
                    return value
                case None:
                    return self.surroundings.holes.of(self.surroundings.holes.why(value))
                case False:
                    continue
        return ""

    def _next(self) -> tuple[str, str]:
        if self.at == len(self.tokens):
            raise UnreadableError
        self.at += 1
        return self.tokens[self.at - 1]

    def _takes(self, mark: str) -> bool:
        found = self.at < len(self.tokens) and self.tokens[self.at] == ("mark", mark)
        self.at += found
        return found


def _equal(one: str, *others: str) -> str:
    return _written(one in others)


def _replaced(old: str, new: str, text: str) -> str:
    return text.replace(old, new) if text.count(old) * len(new) <= _LONGEST else " " * (_LONGEST + 1)


def _written(is_true: bool) -> str:  # noqa: FBT001 - its only argument
    return "true" if is_true else "false"


_FUNCTIONS: Mapping[str, Callable[..., str]] = {
    "lower": str.lower,
    "upper": str.upper,
    "trim": str.strip,
    "quote": lambda text: f'"{text}"',
    "squote": lambda text: f"'{text}'",
    "toString": str,
    "print": lambda *texts: "".join(texts),
    "trimPrefix": lambda prefix, text: text.removeprefix(prefix),
    "trimSuffix": lambda suffix, text: text.removesuffix(suffix),
    "replace": _replaced,
    "eq": _equal,
    "ne": lambda one, other: _written(one != other),
    "not": lambda text: _written(text in {"", "false", "0"}),
    "and": lambda *texts: next((text for text in texts if text in {"", "false", "0"}), texts[-1]),
    "or": lambda *texts: next((text for text in texts if text not in {"", "false", "0"}), texts[-1]),
}
