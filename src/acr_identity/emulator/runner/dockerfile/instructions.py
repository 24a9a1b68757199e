"""A Dockerfile as docker reads it: one instruction after the other."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ESCAPE = re.compile(r"\A\s*#\s*escape\s*=\s*(?P<mark>[\\`])\s*\Z", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\A#\s*(?P<name>[a-zA-Z]+)\s*=\s*(?P<value>.+)\Z")
_FLAG = re.compile(r"\A--(?P<name>[a-z\-]+)(?:=(?P<value>\S*))?\Z")


@dataclass(frozen=True, slots=True)
class Instruction:
    """One instruction: its keyword in capitals, its flags, the words after them, and its text on one line."""

    keyword: str
    flags: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    text: str

    def flag(self, name: str) -> str:
        """Return the value of a flag, or nothing."""
        return next((value for key, value in self.flags if key == name), "")


def syntax_image(text: str) -> str:
    r"""Return the image that a `# syntax=` line at the top names, or nothing.

    >>> syntax_image("# syntax=docker/dockerfile:1\nFROM a")
    'docker/dockerfile:1'
    """
    for line in text.removeprefix("\ufeff").split("\n"):
        match = _DIRECTIVE.match(line.strip())
        if match is None:
            return ""
        if match.group("name").lower() == "syntax":
            return match.group("value")
    return ""


def instructions(text: str) -> tuple[Instruction, ...]:
    """Split a Dockerfile, with lines that go on after a backslash put together and comments left out."""
    found: list[Instruction] = []
    pending: list[str] = []
    lines = text.removeprefix("\ufeff").split("\n")
    mark = next((match.group("mark") for line in lines[:2] if (match := _ESCAPE.match(line))), "\\")
    for line in lines:
        stripped = line.strip()
        if not stripped or stripped.startswith("#"):
            continue
        goes_on = stripped.endswith(mark)
        pending.append(stripped.removesuffix(mark).strip() if goes_on else stripped)
        if not goes_on:
            found += _instruction(" ".join(pending))
            pending = []
    return (*found, *_instruction(" ".join(pending)))


def _instruction(text: str) -> list[Instruction]:
    words = text.split()
    if not words:
        return []
    flags: list[tuple[str, str]] = []
    keyword, *rest = words
    for word in rest:
        match = _FLAG.match(word)
        if match is None:
            break
        flags.append((match.group("name"), match.group("value") or ""))
    keyword = keyword.upper()
    return [Instruction(keyword, tuple(flags), tuple(rest[len(flags) :]), " ".join((keyword, *rest)))]
