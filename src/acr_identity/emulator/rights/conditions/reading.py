"""From the text of a condition to what it says."""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass

from acr_identity.emulator.rights.conditions.expressions import (
    OPERATORS,
    ActionMatches,
    All,
    Any,
    Comparison,
    Exists,
    Expression,
    Not,
    SubOperationMatches,
)

LONGEST = 8192
"""How many characters a condition may have. Source: "Troubleshoot Azure role assignment conditions", about 8 KB."""
_DEEPEST = 40
_TOKEN = re.compile(
    r"""\s*(?:
    (?P<matches>(?:Action|SubOperation)Matches\s*\{\s*'[^']*'\s*\})
  | (?P<attribute>@(?:Request|Resource|Principal|Environment)\s*\[[^\]\[]+\])
  | (?P<text>'[^']*')
  | (?P<set>\{[^{}]*\})
  | (?P<mark>&&|\|\||[()!])
  | (?P<word>[A-Za-z][A-Za-z:]*)
    )""",
    re.VERBOSE | re.IGNORECASE,
)
_ITEMS = re.compile(r"\{\s*(?:'[^']*'|[0-9a-fA-F-]{36})(?:\s*,\s*(?:'[^']*'|[0-9a-fA-F-]{36}))*\s*\}")
_ITEM = re.compile(r"'([^']*)'|([0-9a-fA-F-]{36})")
_QUANTIFIERS = {
    "foranyofanyvalues": False,
    "forallofanyvalues": False,
    "foranyofallvalues": True,
    "forallofallvalues": True,
}


class ConditionError(ValueError):
    """A text that is no condition, or that uses what is not emulated."""


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        return self.text.lower() if self.kind in {"word", "mark"} else ""


@functools.lru_cache(maxsize=256)
def read_condition(written: str) -> Expression:
    """Return what a condition of a role assignment says.

    >>> read_condition("(ActionMatches{'a/read'} OR Exists @Request[t:name])").parts[0]
    ActionMatches(pattern='a/read')

    Raises:
        ConditionError: it cannot be read.
    """
    if len(written) > LONGEST:
        raise ConditionError("the condition is too long")
    reader = _Reader(_tokens(written))
    expression = reader.any_of(0)
    if reader.rest():
        raise ConditionError("the condition goes on after its end")
    return expression


def _tokens(written: str) -> list[_Token]:
    found: list[_Token] = []
    position = 0
    text = written.rstrip()
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None or token.lastgroup is None:
            raise ConditionError(f"the condition cannot be read from character {position + 1} on")
        found.append(_Token(token.lastgroup, token[token.lastgroup]))
        position = token.end()
    return found


class _Reader:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._next = 0

    def rest(self) -> bool:
        return self._next < len(self._tokens)

    def any_of(self, depth: int) -> Expression:
        parts = [self._all_of(depth)]
        while self._word() in {"or", "||"}:
            self._next += 1
            parts.append(self._all_of(depth))
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all_of(self, depth: int) -> Expression:
        parts = [self._one(depth)]
        while self._word() in {"and", "&&"}:
            self._next += 1
            parts.append(self._one(depth))
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise ConditionError("the condition is nested too deeply")
        token = self._take()
        match token.word:
            case "!" | "not":
                return Not(self._one(depth + 1))
            case "(":
                return self._bracketed(depth)
            case "exists":
                return Exists(_attribute(self._take()))
            case "notexists":
                return Not(Exists(_attribute(self._take())))
            case _:
                return _matching(token) if token.kind == "matches" else self._comparison(token)

    def _bracketed(self, depth: int) -> Expression:
        inner = self.any_of(depth + 1)
        if self._take().text != ")":
            raise ConditionError("a bracket is not closed")
        return inner

    def _comparison(self, token: _Token) -> Expression:
        attribute = _attribute(token)
        quantifier, joint, name = self._take().word.rpartition(":")
        if name not in OPERATORS or (joint and quantifier not in _QUANTIFIERS):
            raise ConditionError(f"the operator '{name}' is unknown")
        return Comparison(attribute, name, _values(self._take()), _QUANTIFIERS.get(quantifier, False))

    def _word(self) -> str:
        return self._tokens[self._next].word if self.rest() else ""

    def _take(self) -> _Token:
        if not self.rest():
            raise ConditionError("the condition ends too early")
        self._next += 1
        return self._tokens[self._next - 1]


def _matching(token: _Token) -> Expression:
    name = token.text.partition("'")[2].partition("'")[0]
    is_action = token.text.lower().startswith("actionmatches")
    return ActionMatches(name) if is_action else SubOperationMatches(name)


def _attribute(token: _Token) -> str:
    if token.kind != "attribute":
        raise ConditionError(f"an attribute is wanted in place of '{token.text}'")
    if not token.text.lower().startswith(("@request", "@resource")):
        raise ConditionError(f"the attribute '{token.text}' is not emulated: only those of @Request and @Resource are")
    return token.text.partition("[")[2].removesuffix("]").strip().lower()


def _values(token: _Token) -> tuple[str, ...]:
    if token.kind == "text":
        return (token.text[1:-1],)
    if token.kind == "set" and _ITEMS.fullmatch(token.text):
        return tuple(quoted or bare for quoted, bare in _ITEM.findall(token.text))
    raise ConditionError(f"a text or a set of texts is wanted in place of '{token.text}'")
