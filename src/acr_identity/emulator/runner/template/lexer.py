"""Cuts a template into text and actions, and the actions into tokens."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, NoReturn, TypeAlias

from acr_identity.emulator.runner.gotext import character, quoted
from acr_identity.emulator.runner.run_errors import RunError

Kind: TypeAlias = Literal["string", "raw", "number", "field", "variable", "identifier", "dot", "mark"]

_KINDS: Final[tuple[Kind, ...]] = ("string", "raw", "number", "field", "variable", "identifier", "dot", "mark")
_OPEN = re.compile(r"\{\{(-(?=\s))?")
_CLOSE = re.compile(r"\s-\}\}|\}\}")
_COMMENT = re.compile(r"\s*/\*.*?\*/(\s-)?\}\}", re.DOTALL)
_SPACE = re.compile(r"\s+")
_TOKEN = re.compile(
    r"""
    (?P<string>"(?:[^"\\\n]|\\[^\n])*")
    |(?P<raw>`[^`]*`)
    |(?P<number>[+-]?[0-9][\w.]*)
    |(?P<field>\.[^\W\d]\w*)
    |(?P<variable>\$\w*)
    |(?P<identifier>[^\W\d]\w*)
    |(?P<dot>\.)
    |(?P<mark>:=|[|(),=])
    """,
    re.VERBOSE,
)
_WORDS = frozenset({"field", "variable", "identifier"})
_AFTER_A_WORD = " \t\r\n.,|:)("


@dataclass(frozen=True, slots=True)
class Token:
    """One token of an action. `is_apart` tells whether white space stands before it."""

    kind: Kind
    text: str
    line: int
    is_apart: bool


@dataclass(frozen=True, slots=True)
class Text:
    """Text that stays as it is."""

    text: str


@dataclass(frozen=True, slots=True)
class Action:
    """What stands between `{{` and `}}`."""

    tokens: tuple[Token, ...]
    line: int


Piece: TypeAlias = Text | Action


def pieces(name: str, text: str) -> Iterator[Piece]:
    """Cut a template.

    Raises:
        RunError: an action does not end, or holds what can be no token.
    """
    lexer = _Lexer(name, text)
    position, trims = 0, False
    while (opening := _OPEN.search(text, position)) is not None:
        yield Text(_trimmed(text[position : opening.start()], starts=trims, ends=opening.group(1) is not None))
        comment = _COMMENT.match(text, opening.end())
        if comment is not None:
            position, trims = comment.end(), comment.group(1) is not None
            continue
        tokens, closing = lexer.tokens(opening.end())
        yield Action(tokens, lexer.line(opening.start()))
        position, trims = closing.end(), len(closing.group()) > len("}}")
    yield Text(_trimmed(text[position:], starts=trims, ends=False))


def _trimmed(text: str, *, starts: bool, ends: bool) -> str:
    text = text.lstrip() if starts else text
    return text.rstrip() if ends else text


class _Lexer:
    def __init__(self, name: str, text: str) -> None:
        self._name = name
        self._text = text
        self._ends = [match.start() for match in re.finditer("\n", text)]

    def line(self, position: int) -> int:
        return bisect_left(self._ends, position) + 1

    def tokens(self, position: int) -> tuple[tuple[Token, ...], re.Match[str]]:
        found: list[Token] = []
        while True:
            closing = _CLOSE.match(self._text, position)
            if closing is not None:
                return tuple(found), closing
            space = _SPACE.match(self._text, position)
            if space is not None and not self._text.startswith("-}}", space.end()):
                position = space.end()
            closing = _CLOSE.match(self._text, position)
            if closing is not None:
                return tuple(found), closing
            token, position = self._token(position, is_apart=space is not None)
            found.append(token)

    def _token(self, position: int, *, is_apart: bool) -> tuple[Token, int]:
        match = _TOKEN.match(self._text, position)
        if match is None:
            self._reject(position)
        kind = next(kind for kind in _KINDS if match.group(kind) is not None)
        if kind in _WORDS:
            self._check_end(match.end())
        return Token(kind, match.group(), self.line(position), is_apart), match.end()

    def _check_end(self, position: int) -> None:
        after = self._text[position : position + 1]
        if after and after not in _AFTER_A_WORD and not self._text.startswith("}}", position):
            self._fail(position, f"bad character {character(after)}")

    def _reject(self, position: int) -> NoReturn:
        start = self._text[position : position + 1]
        if not start:
            self._fail(position, "unclosed action")
        if start == '"':
            self._fail(position, "unterminated quoted string")
        if start == "`":
            self._fail(position, "unterminated raw quoted string")
        if start.isascii() and start.isprintable():
            self._fail(position, f"unexpected {quoted(start)} in operand")
        self._fail(position, f"unrecognized character in action: {character(start)}")

    def _fail(self, position: int, problem: str) -> NoReturn:
        raise RunError(f"template: {self._name}:{self.line(position)}: {problem}")
