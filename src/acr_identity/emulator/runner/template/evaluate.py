"""Runs the tree of a template."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

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

_LONGEST = 1 << 20


def evaluated(name: str, blocks: tuple[Block, ...], data: Datum) -> str:
    """Return the text that a template gives for its data. What is missing prints as `<no value>`.

    Raises:
        RunError: a function got a value that it cannot use, or the text grows beyond one mebibyte.
    """
    return "".join(_block(name, block, data) for block in blocks)


def _block(name: str, block: Block, data: Datum) -> str:
    match block:
        case Text(text):
            return text
        case Output(pipe):
            value = _pipe(name, pipe, data)
            return "<no value>" if value is None else printed(value)
        case If(condition, then, otherwise):
            return evaluated(name, then if is_true(_pipe(name, condition, data)) else otherwise, data)
        case _:
            assert_never(block)


def _pipe(name: str, pipe: Pipe, data: Datum) -> Datum:
    piped: tuple[Datum, ...] = ()
    for command in pipe.commands:
        try:
            value = _command(name, command, data, piped)
        except RunError as error:
            if error.text.startswith("template: "):
                raise
            raise error.within(f'template: {name}:{pipe.line}: executing "{name}" at <{command.source}>') from error
        if isinstance(value, str) and len(value) > _LONGEST:
            raise RunError(f"template: {name}:{pipe.line}: the text is too long for this emulator")
        piped = (value,)
    return piped[0]


def _command(name: str, command: Command, data: Datum, piped: tuple[Datum, ...]) -> Datum:
    first, *others = command.operands
    if isinstance(first, Function):
        arguments = (*(_operand(name, operand, data) for operand in others), *piped)
        return FUNCTIONS[first.name](arguments)
    if piped:
        raise RunError("can't give argument to non-function")
    return _operand(name, first, data)


def _operand(name: str, operand: Operand, data: Datum) -> Datum:
    match operand:
        case Literal(value):
            return value
        case Field(names, base):
            return _field(data if base is None else _pipe(name, base, data), names)
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
