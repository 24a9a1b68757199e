"""The little of a shell that a step's command needs: words, pipes and lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from acr_identity.emulator.runner.run_errors import RunError

Connector: TypeAlias = Literal[";", "&&", "||"]
Command: TypeAlias = tuple[str, ...]

_OPERATOR = re.compile(r"&&|\|\||\|&|[|;&\n()]")
_VARIABLE = re.compile(r"\$(?:\{[^}]{0,256}\}|[A-Za-z_]\w*|[0-9#?@*!$-])", re.ASCII)
_SPACE = " \t\r"
_PLAIN = re.compile(r"""[^\s'"\\$`|;&()]+""")


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Commands that feed each other, and how they follow on what stands before them."""

    connector: Connector
    commands: tuple[Command, ...]


@dataclass(frozen=True, slots=True)
class _Operator:
    text: str


def pipelines(text: str) -> tuple[Pipeline, ...]:
    """Take a command line apart.

    Quotes are taken off. A variable is empty: nothing is known of the agent's environment. What a `$(...)` or a
    backtick would give is empty too.

    Raises:
        RunError: a quote does not end.

    >>> pipelines("echo 'a b' | docker login -u x --password-stdin")[0].commands
    (('echo', 'a b'), ('docker', 'login', '-u', 'x', '--password-stdin'))
    """
    found: list[Pipeline] = []
    commands: list[list[str]] = [[]]
    connector: Connector = ";"
    for token in _tokens(text):
        match token:
            case str():
                commands[-1].append(token)
            case _Operator("|" | "|&"):
                commands.append([])
            case _Operator(operator):
                found += _pipeline(connector, commands)
                commands, connector = [[]], _connector(operator)
    return (*found, *_pipeline(connector, commands))


def _connector(operator: str) -> Connector:
    match operator:
        case "&&" | "||":
            return "&&" if operator == "&&" else "||"
        case _:
            return ";"


def _pipeline(connector: Connector, commands: list[list[str]]) -> list[Pipeline]:
    found = tuple(tuple(words) for words in commands if words)
    return [Pipeline(connector, found)] if found else []


def _tokens(text: str) -> Iterator[str | _Operator]:
    position = 0
    while position < len(text):
        if text[position] in _SPACE:
            position += 1
        elif operator := _OPERATOR.match(text, position):
            yield _Operator(operator.group())
            position = operator.end()
        else:
            start = position
            word, position = _word(text, start)
            if word or set(text[start:position]) & {"'", '"'}:
                yield word


def _word(text: str, position: int) -> tuple[str, int]:
    parts: list[str] = []
    while position < len(text) and text[position] not in _SPACE and not _OPERATOR.match(text, position):
        part, position = _part(text, position)
        parts.append(part)
    return "".join(parts), position


def _part(text: str, position: int) -> tuple[str, int]:
    match text[position]:
        case "'":
            end = text.find("'", position + 1)
            if end < 0:
                raise RunError("syntax error: unterminated quoted string")
            return text[position + 1 : end], end + 1
        case '"':
            return _double_quoted(text, position + 1)
        case "\\":
            return text[position + 1 : position + 2].strip("\n"), position + 2
        case "$" | "`":
            return _expansion(text, position)
        case _:
            plain = _PLAIN.match(text, position)
            return (plain.group(), plain.end()) if plain else (text[position], position + 1)


def _double_quoted(text: str, position: int) -> tuple[str, int]:
    parts: list[str] = []
    while position < len(text) and text[position] != '"':
        match text[position]:
            case "\\" if text[position + 1 : position + 2] in set('$`"\\\n'):
                part, position = text[position + 1].strip("\n"), position + 2
            case "$" | "`":
                part, position = _expansion(text, position)
            case character:
                part, position = character, position + 1
        parts.append(part)
    if position >= len(text):
        raise RunError("syntax error: unterminated quoted string")
    return "".join(parts), position + 1


def _expansion(text: str, position: int) -> tuple[str, int]:
    if text[position] == "`" or text.startswith("$(", position):
        end = text.find("`" if text[position] == "`" else ")", position + 1)
        if end < 0:
            raise RunError("syntax error: unterminated quoted string")
        return "", end + 1
    variable = _VARIABLE.match(text, position)
    return ("", variable.end()) if variable else ("$", position + 1)
