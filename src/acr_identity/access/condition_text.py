"""From the text of a condition to what it says. What cannot be read may be so or not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from acr_identity.access.conditions import (
    ALWAYS,
    ActionMatches,
    AllOf,
    AnyOf,
    Comparison,
    Expression,
    Form,
    Not,
    NotKnown,
)

_REPOSITORY = "@request[microsoft.containerregistry/registries/repositories:name]"
_TOKEN = re.compile(
    r"""\s*(?:
        (?P<attribute>@[A-Za-z]+\s*\[[^\]\[]*\])
      | '(?P<text>[^']*)'
      | (?P<mark>&&|\|\||[()!,{}])
      | (?P<word>[\w:.+-]+)
    )""",
    re.VERBOSE,
)
_DEEPEST = 50
_WORDS = {"&&": "and", "||": "or", "!": "not"}
_EVERY = {"": False, "foranyofanyvalues": False, "forallofanyvalues": False}
_EVERY |= {"foranyofallvalues": True, "forallofallvalues": True}
"""Whether all values on the right must fit. On the left there is one only, the name."""
_OPERATOR = re.compile(r"string(?P<not>not)?(?P<form>equals|startswith|like)(?P<case>ignorecase)?")


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str

    @property
    def word(self) -> str:
        """Return the word of the language that it is, if any."""
        return _WORDS.get(self.text, self.text.lower()) if self.kind in {"word", "mark"} else ""


class _UnreadableError(Exception):
    pass


@lru_cache(maxsize=1 << 10)
def read_condition(written: str) -> Expression:
    """Return what a condition says.

    >>> read_condition("!(ActionMatches{'a/read'})")
    Not(inner=ActionMatches(patterns=('a/read',)))
    """
    if not written.strip():
        return ALWAYS
    try:
        reading = _Reading(_tokens(written))
        expression = reading.either(0)
        reading.must_be_done()
    except _UnreadableError:
        return NotKnown()
    return expression


def _tokens(written: str) -> tuple[_Token, ...]:
    found: list[_Token] = []
    at, end = 0, len(written.rstrip())
    while at < end:
        token = _TOKEN.match(written, at)
        if token is None:
            raise _UnreadableError
        kind = token.lastgroup or ""
        found.append(_Token(kind, token[kind]))
        at = token.end()
    return tuple(found)


@dataclass
class _Reading:
    tokens: tuple[_Token, ...]
    at: int = 0

    def must_be_done(self) -> None:
        if self.at < len(self.tokens):
            raise _UnreadableError

    def either(self, depth: int) -> Expression:
        """Read what stands between `OR`. Where there is `AND` besides, brackets must say what belongs together."""
        found = [self._both(depth)]
        while self._takes("or"):
            found.append(self._both(depth))
        if len(found) > 1 and any(len(parts) > 1 for parts in found):
            raise _UnreadableError
        each = [parts[0] if len(parts) == 1 else AllOf(parts) for parts in found]
        return each[0] if len(each) == 1 else AnyOf(tuple(each))

    def _both(self, depth: int) -> tuple[Expression, ...]:
        found = [self._one(depth)]
        while self._takes("and"):
            found.append(self._one(depth))
        return tuple(found)

    def _one(self, depth: int) -> Expression:
        if depth > _DEEPEST:
            raise _UnreadableError
        if self._takes("not"):
            return Not(self._one(depth + 1))
        if self._takes("("):
            inner = self.either(depth + 1)
            self._needs(")")
            return inner
        if self._takes("actionmatches"):
            patterns = self._values()
            return NotKnown() if isinstance(patterns, str) else ActionMatches(patterns)
        if self._takes("exists") or self._takes("notexists"):
            self._next()
            return NotKnown()
        if self._sees_function():
            self._next()
            self._operand()
            return NotKnown()
        return self._compared()

    def _compared(self) -> Expression:
        left, operator, right = self._operand(), self._next().word, self._operand()
        quantifier, _, name = operator.rpartition(":")
        form = _OPERATOR.fullmatch(name)
        if left != _REPOSITORY or form is None or quantifier not in _EVERY or isinstance(right, str):
            return NotKnown()
        return NotKnown() if len(right) > 1 and not quantifier else _comparison(form, right, every=_EVERY[quantifier])

    def _operand(self) -> str | tuple[str, ...]:
        """Read what is compared: one or several texts, or something else, as it is written in lower case."""
        if self._sees("{"):
            return self._values()
        token = self._next()
        if token.kind == "text":
            return (token.text,)
        if token.kind == "mark":
            raise _UnreadableError
        return "".join(token.text.lower().split())

    def _values(self) -> str | tuple[str, ...]:
        self._needs("{")
        found = [self._next()]
        while self._takes(","):
            found.append(self._next())
        self._needs("}")
        kinds, texts = {token.kind for token in found}, tuple(token.text for token in found)
        if not kinds <= {"text", "word"}:
            raise _UnreadableError
        return texts if kinds == {"text"} else ",".join(texts)

    def _next(self) -> _Token:
        if self.at == len(self.tokens):
            raise _UnreadableError
        self.at += 1
        return self.tokens[self.at - 1]

    def _sees(self, word: str) -> bool:
        return self.at < len(self.tokens) and self.tokens[self.at].word == word

    def _sees_function(self) -> bool:
        """Say whether a function is called that is not known: a word before values."""
        kinds = [(token.kind, token.word) for token in self.tokens[self.at : self.at + 2]]
        return [kind for kind, _ in kinds] == ["word", "mark"] and kinds[1][1] == "{"

    def _takes(self, word: str) -> bool:
        found = self._sees(word)
        self.at += found
        return found

    def _needs(self, word: str) -> None:
        if not self._takes(word):
            raise _UnreadableError


def _comparison(operator: re.Match[str], texts: tuple[str, ...], *, every: bool) -> Expression:
    found = (_compared(operator["form"], text, ignores_case=bool(operator["case"])) for text in texts)
    parts: tuple[Expression, ...] = tuple(Not(one) if operator["not"] else one for one in found)
    return AllOf(parts) if every else AnyOf(parts)


def _compared(form: str, text: str, *, ignores_case: bool) -> Comparison:
    if form == "startswith":
        return Comparison(Form.STARTS_WITH, text, ignores_case)
    plain = text.removesuffix("*")
    if form == "like" and re.search(r"[*?\\]", plain):
        return Comparison(Form.LIKE, text, ignores_case)
    is_equal = form == "equals" or plain == text
    return (
        Comparison(Form.EQUALS, text, ignores_case) if is_equal else Comparison(Form.STARTS_WITH, plain, ignores_case)
    )
