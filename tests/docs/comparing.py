"""What a page shows and what a command prints, made comparable."""

from __future__ import annotations

import difflib
import re
from itertools import groupby

_ALIKE = (
    (re.compile(r"\d{4}/\d\d/\d\d \d\d:\d\d:\d\d"), "<time>"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|\+00:00)"), "<time>"),
    (re.compile(r"\b(?!([12])\1{7}-)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "<id>"),
    (re.compile(r"\b[0-9a-f]{64}\b"), "<sha256>"),
    (re.compile(r"\bsha256 [0-9a-f]{12}\b"), "sha256 <digest>"),
    (re.compile(r"(?<=Successfully built )[0-9a-f]{12}\b"), "<image>"),
    (re.compile(r"(?<=git-head-revision: )[0-9a-f]{40}\b"), "<revision>"),
    (re.compile(r"\b\d+\.\d+ s\b"), "<seconds> s"),
    (re.compile(r'(?<="seconds": )\d+(?:\.\d+)?'), "<seconds>"),
)
"""What differs from one time to the next, or says nothing to a reader."""

_PROGRESS = re.compile(r"(?:started|done|failed|skipped|waiting) ")
"""Lines of changes that are made at the same time: their order is open."""


def difference(shown: str, printed: str) -> str:
    """Return how the output differs from what is shown, or nothing. `...` stands for any text, or for any lines."""
    wanted, got = _comparable(shown), _comparable(printed)
    if re.fullmatch(_pattern(wanted), got, re.DOTALL):
        return ""
    return "\n".join(difflib.unified_diff(wanted.splitlines(), got.splitlines(), "shown", "printed", lineterm="", n=1))


def _comparable(text: str) -> str:
    for pattern, name in _ALIKE:
        text = pattern.sub(name, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    return "".join(f"{line}\n" for line in _in_order(lines))


def _in_order(lines: list[str]) -> list[str]:
    groups = groupby(lines, lambda line: _PROGRESS.match(line) is not None)
    return [line for is_progress, group in groups for line in (sorted(group) if is_progress else group)]


def _pattern(shown: str) -> str:
    parts = []
    for line in shown.splitlines():
        if line.strip() == "...":
            parts.append(r"(?:[^\n]*\n)*?")
        else:
            parts.append(re.escape(line).replace(re.escape("..."), r"[^\n]*?") + r"\n")
    return "".join(parts)
