"""Runs the tree of a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from acr_identity.emulator.runner.budget import Budget
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.template.functions import FUNCTIONS, Datum, is_true, printed
from acr_identity.emulator.runner.template.lexer import Text
from acr_identity.emulator.runner.template.parser import (
    Block,
    Command,
    Field,
    Function,
    If,
    Literal,
    Operand,
    Output,
    Pipe,
)


def evaluated(name: str, blocks: tuple[Block, ...], data: Datum) -> str:
    """Return the text that a template gives for its data. What is missing prints as `<no value>`.

    Raises:
        RunError: a function got a value that it cannot use, or the texts that are made grow too long.
    """
    return _Evaluation(name, data).text(blocks)


class _Evaluation:
    def __init__(self, name: str, data: Datum) -> None:
        self._name = name
        self._data = data
        self._budget = Budget()

    def text(self, blocks: tuple[Block, ...]) -> str:
        return "".join(self._block(block) for block in blocks)

    def _block(self, block: Block) -> str:
        match block:
            case Text(text):
                return text
            case Output(pipe):
                value = self._pipe(pipe)
                return "<no value>" if value is None else printed(value)
            case If(condition, then, otherwise):
                return self.text(then if is_true(self._pipe(condition)) else otherwise)
            case _:
                assert_never(block)

    def _pipe(self, pipe: Pipe) -> Datum:
        piped: tuple[Datum, ...] = ()
        for command in pipe.commands:
            try:
                piped = (self._spent(self._command(command, piped)),)
            except RunError as error:
                if error.text.startswith("template: "):
                    raise
                place = f'template: {self._name}:{pipe.line}: executing "{self._name}" at <{command.source}>'
                raise error.within(place) from error
        return piped[0]

    def _spent(self, value: Datum) -> Datum:
        self._budget.spend(len(value) if isinstance(value, str) else 1)
        return value

    def _command(self, command: Command, piped: tuple[Datum, ...]) -> Datum:
        first, *others = command.operands
        if isinstance(first, Function):
            arguments = (*(self._spent(self._operand(operand)) for operand in others), *piped)
            return FUNCTIONS[first.name](arguments)
        if piped:
            raise RunError("can't give argument to non-function")
        return self._operand(first)

    def _operand(self, operand: Operand) -> Datum:
        match operand:
            case Literal(value):
                return value
            case Field(names, base):
                return _field(self._data if base is None else self._pipe(base), names)
            case Function(called):
                return FUNCTIONS[called](())
            case _:
                assert_never(operand)


def _field(value: Datum, names: tuple[str, ...]) -> Datum:
    for field in names:
        if value is None:
            raise RunError(f"nil pointer evaluating interface {{}}.{field}")
        if not isinstance(value, Mapping):
            raise RunError(f"can't evaluate field {field} in type interface {{}}")
        value = value.get(field)
    return value
