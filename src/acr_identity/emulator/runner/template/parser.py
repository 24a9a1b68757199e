"""Builds the tree of a template from its tokens."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NoReturn, TypeAlias

from acr_identity.emulator.runner.gotext import quoted
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.template.functions import FUNCTIONS
from acr_identity.emulator.runner.template.lexer import Action, Piece, Text, Token, pieces

_LITERALS = {"true": True, "false": False, "nil": None}
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|[0-7]{3}|.)", re.DOTALL)
_ESCAPED = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\", '"': '"'}
_LARGEST = 2**63 - 1
_BLOCKS = frozenset({"range", "with", "define", "template", "block", "break", "continue"})


@dataclass(frozen=True, slots=True)
class Literal:
    """A value that stands in the template."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Field:
    """`.a.b`, or `(pipe).a.b` with a base. Without names it is the base, or `.`."""

    names: tuple[str, ...]
    base: Pipe | None = None


@dataclass(frozen=True, slots=True)
class Function:
    """The name of a function."""

    name: str


Operand: TypeAlias = Literal | Field | Function


@dataclass(frozen=True, slots=True)
class Command:
    """A function with its arguments, or one operand."""

    operands: tuple[Operand, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Pipe:
    """Commands, each of which gets the value of the one before it as its last argument."""

    commands: tuple[Command, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Output:
    """An action that prints the value of a pipe."""

    pipe: Pipe


@dataclass(frozen=True, slots=True)
class If:
    """A choice."""

    condition: Pipe
    then: tuple[Block, ...]
    otherwise: tuple[Block, ...]


Block: TypeAlias = Text | Output | If


def parsed(name: str, text: str) -> tuple[Block, ...]:
    """Parse a template.

    Raises:
        RunError: the text is no template, or has what is not supported here.
    """
    parser = _Parser(name, pieces(name, text))
    blocks, ending = parser.blocks()
    if ending is not None:
        parser.fail(ending.line, f"unexpected {{{{{ending.tokens[0].text}}}}}")
    return blocks


class _Parser:
    def __init__(self, name: str, source: Iterable[Piece]) -> None:
        self._name = name
        self._pieces = iter(source)
        self._last_line = 1

    def fail(self, line: int, problem: str) -> NoReturn:
        raise RunError(f"template: {self._name}:{line}: {problem}")

    def blocks(self) -> tuple[tuple[Block, ...], Action | None]:
        """Parse up to an `else` or `end`, which is returned too, or to the end."""
        found: list[Block] = []
        for piece in self._pieces:
            match piece:
                case Text():
                    found.append(piece)
                case Action(tokens, line):
                    self._last_line = line
                    if _keyword(piece) in {"end", "else"}:
                        return tuple(found), piece
                    found.append(self._choice(tokens, line) if _keyword(piece) == "if" else self._output(tokens, line))
        return tuple(found), None

    def _output(self, tokens: tuple[Token, ...], line: int) -> Output:
        return Output(self._whole_pipe(tokens, line, "command"))

    def _choice(self, tokens: tuple[Token, ...], line: int) -> If:
        condition = self._whole_pipe(tokens[1:], line, "if")
        then, ending = self.blocks()
        return If(condition, then, self._otherwise(ending))

    def _otherwise(self, ending: Action | None) -> tuple[Block, ...]:
        if ending is None:
            self.fail(self._last_line, "unexpected EOF")
        if _keyword(ending) == "end":
            return ()
        further = ending.tokens[1:]
        if further and further[0].text == "if":
            return (self._choice(further, ending.line),)
        blocks, last = self.blocks()
        if last is None:
            self.fail(self._last_line, "unexpected EOF")
        if _keyword(last) == "else":
            self.fail(last.line, "expected end; found {{else}}")
        return blocks

    def _whole_pipe(self, tokens: tuple[Token, ...], line: int, place: str) -> Pipe:
        pipe, position = self._pipe(tokens, 0, line, place)
        if position < len(tokens):
            self.fail(tokens[position].line, f"unexpected {quoted(tokens[position].text)} in {place}")
        return pipe

    def _pipe(self, tokens: tuple[Token, ...], position: int, line: int, place: str) -> tuple[Pipe, int]:
        commands: list[Command] = []
        while True:
            command, position = self._command(tokens, position, line, place)
            commands.append(command)
            if position == len(tokens) or tokens[position].text != "|":
                return Pipe(tuple(commands), line), position
            position += 1

    def _command(self, tokens: tuple[Token, ...], position: int, line: int, place: str) -> tuple[Command, int]:
        operands: list[Operand] = []
        start = position
        while position < len(tokens) and tokens[position].text not in {"|", ")"}:
            if operands and not tokens[position].is_apart and tokens[position].text != "(":
                self.fail(tokens[position].line, f"unexpected {quoted(tokens[position].text)} in operand")
            operand, position = self._operand(tokens, position)
            operands.append(operand)
        if not operands:
            self.fail(line, f"missing value for {place}")
        source = "".join((" " if token.is_apart else "") + token.text for token in tokens[start:position]).strip()
        if not isinstance(operands[0], Function) and len(operands) > 1:
            self.fail(line, f"can't give argument to non-function {source.split(' ')[0]}")
        return Command(tuple(operands), source), position

    def _operand(self, tokens: tuple[Token, ...], position: int) -> tuple[Operand, int]:
        token = tokens[position]
        match token.kind:
            case "string" | "raw" | "number":
                return Literal(self._literal(token)), position + 1
            case "identifier":
                return self._word(token), position + 1
            case "field":
                return self._field(tokens, position, None)
            case "dot":
                return Field(()), position + 1
            case "mark" if token.text == "(":
                return self._group(tokens, position)
            case _:
                raise self._unexpected(token)

    def _unexpected(self, token: Token) -> RunError:
        problem = f"unexpected {quoted(token.text)} in operand"
        if token.kind == "variable":
            problem = f"variable {token.text} is not supported by this emulator"
        return RunError(f"template: {self._name}:{token.line}: {problem}")

    def _group(self, tokens: tuple[Token, ...], position: int) -> tuple[Operand, int]:
        line = tokens[position].line
        pipe, position = self._pipe(tokens, position + 1, line, "parenthesized pipeline")
        if position == len(tokens):
            self.fail(line, "unclosed left paren")
        return self._field(tokens, position + 1, pipe)

    def _field(self, tokens: tuple[Token, ...], position: int, base: Pipe | None) -> tuple[Operand, int]:
        names: list[str] = []
        while position < len(tokens) and tokens[position].kind == "field":
            if (names or base is not None) and tokens[position].is_apart:
                break
            names.append(tokens[position].text[1:])
            position += 1
        return Field(tuple(names), base), position

    def _word(self, token: Token) -> Operand:
        if token.text in _LITERALS:
            return Literal(_LITERALS[token.text])
        if token.text in _BLOCKS:
            self.fail(token.line, f"{{{{{token.text}}}}} is not supported by this emulator")
        if token.text not in FUNCTIONS:
            problem = f"function {quoted(token.text)} not defined (this emulator knows a part of Sprig)"
            self.fail(token.line, problem)
        return Function(token.text)

    def _literal(self, token: Token) -> str | int | float:
        if token.kind == "raw":
            return token.text[1:-1]
        value = _number(token.text) if token.kind == "number" else _unquoted(token.text[1:-1])
        if value is None:
            self.fail(
                token.line, "invalid syntax" if token.kind == "string" else f"bad number syntax: {quoted(token.text)}"
            )
        return value


def _number(text: str) -> int | float | None:
    text = text.replace("_", "")
    try:
        whole = int(text, 0)
        return whole if abs(whole) <= _LARGEST else None
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _unquoted(text: str) -> str | None:
    kinds = {match.group(1) for match in _ESCAPE.finditer(text)}
    if any(len(kind) == 1 and kind not in _ESCAPED for kind in kinds):
        return None
    return _ESCAPE.sub(_character, text)


def _character(escape: re.Match[str]) -> str:
    code = escape.group(1)
    if code in _ESCAPED:
        return _ESCAPED[code]
    point = int(code, 8) if code.isdigit() else int(code[1:], 16)
    return chr(min(point, 0x10FFFF))


def _keyword(action: Action) -> str:
    return action.tokens[0].text if action.tokens and action.tokens[0].kind == "identifier" else ""
