"""The lines of a Dockerfile: its instructions, whole, without comments and the texts that follow some of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_DIRECTIVE = re.compile(r"#\s*(?P<name>[A-Za-z]+)\s*=\s*(?P<value>\S+)\s*$")
_HEREDOC = re.compile(r"<<-?\s*(['\"]?)(?P<word>\w+)\1")
_LONGEST = 8192
_BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction: its name in upper case, what follows it on all its lines, and where it begins."""

    name: str
    text: str
    offset: int


@dataclass(frozen=True, slots=True)
class Syntax:
    """The image that reads a Dockerfile, as its first line may name it."""

    text: str
    offset: int


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Yield each line with its offset, without its end."""
    begin = 0
    while begin <= len(text):
        end = text.find("\n", begin)
        end = len(text) if end < 0 else end
        yield begin, text[begin:end].removesuffix("\r")
        begin = end + 1


def syntax_of(text: str) -> Syntax | None:
    """Return the image that the first lines name as the one that reads the file."""
    for name, value, offset in _directives(text):
        if name == "syntax":
            return Syntax(value, offset)
    return None


def _directives(text: str) -> Iterator[tuple[str, str, int]]:
    for offset, line in lines_of(text):
        found = _DIRECTIVE.match(line.removeprefix(_BYTE_ORDER_MARK).strip())
        if found is None:
            return
        yield found["name"].lower(), found["value"], offset


def instructions_of(text: str) -> Iterator[Instruction]:
    """Yield the instructions of a Dockerfile."""
    escape = next((value for name, value, _ in _directives(text) if name == "escape"), "\\")
    parts: list[str] = []
    begin = 0
    ends: list[str] = []
    for offset, line in lines_of(text.replace(_BYTE_ORDER_MARK, " ", 1) if text.startswith(_BYTE_ORDER_MARK) else text):
        stripped = line.strip()
        if ends:
            if line.lstrip("\t") == ends[0]:
                ends.pop(0)
            continue
        if not stripped or stripped.startswith("#"):
            continue
        if not parts:
            begin = offset + len(line) - len(line.lstrip())
        if stripped.endswith(escape):
            parts.append(stripped[: -len(escape)])
            continue
        parts.append(stripped)
        instruction = _instruction(" ".join(parts), begin)
        parts = []
        if instruction.name in {"RUN", "COPY", "ADD"}:
            ends = [found["word"] for found in _HEREDOC.finditer(instruction.text)]
        yield instruction
    if parts:
        yield _instruction(" ".join(parts), begin)


def _instruction(text: str, offset: int) -> Instruction:
    name, _, rest = text.strip().partition(" ")
    return Instruction(name.upper(), rest.strip(), offset)


def replaced(pattern: re.Pattern[str], value: Callable[[re.Match[str]], str], text: str) -> str:
    """Return a text with its variables replaced, as far as any name is long: values of values would not end."""
    parts: list[str] = []
    at = length = 0
    for found in pattern.finditer(text):
        parts += (text[at : found.start()], value(found))
        length += len(parts[-2]) + len(parts[-1])
        at = found.end()
        if length > _LONGEST:
            break
    return "".join((*parts, text[at : at + _LONGEST]))[:_LONGEST]
