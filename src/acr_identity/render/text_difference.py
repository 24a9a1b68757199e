"""Two texts as a unified diff, of a length that can be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import TypeAlias

from acr_identity.state.comparison import file_words

_AROUND = 3
_MOST_MATCHED = 500
"""Of more lines than these between what both texts begin and end with, no equal ones are looked for."""
_MOST_IN_A_ROW = 400
_MOST = 1000
_LONGEST = 2000
_NO_END = "\\ No newline at end of file"

_Opcode: TypeAlias = tuple[str, int, int, int, int]


@dataclass(frozen=True, slots=True)
class TextDifference:
    """The lines of a unified diff, without its header; `is_whole` says whether all that differs is in them."""

    lines: tuple[str, ...]
    is_whole: bool


def text_difference(before: str, after: str) -> TextDifference:
    """Return how two texts differ.

    Each line begins with its sign: a blank, `-`, `+`, `@` or, where a text does not end with a line feed, a backslash.
    Other breaks of lines than the line feed are part of a line. Lines that are left out are counted in their place, in
    brackets, and of a line that is too long its size and a digest are shown.
    """
    every = [line for hunk in _hunks(_lines(before), _lines(after)) for line in hunk]
    cut = [line for _, run in groupby(every, lambda line: line[0]) for line in _cut([*run], _MOST_IN_A_ROW)]
    shown = [_short(line) for line in _cut(cut, _MOST)]
    return TextDifference(tuple(shown), is_whole=shown == every)


def line_counts(before: str, after: str) -> tuple[int, int]:
    """Return how many lines come and how many go from one text to the other."""
    signs = [line[0] for hunk in _hunks(_lines(before), _lines(after)) for line in hunk]
    return signs.count("+"), signs.count("-")


def _lines(text: str) -> list[str]:
    """Return lines that end with a line feed each, but for the last if the text does not."""
    lines = [f"{line}\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _hunks(before: Sequence[str], after: Sequence[str]) -> Iterator[Iterator[str]]:
    alike = _common(before, after)
    shorter = min(len(before), len(after)) - alike
    at_end = min(_common(before[::-1], after[::-1]), shorter)
    begin, around = max(alike - _AROUND, 0), min(at_end, _AROUND)
    old = before[begin : len(before) - at_end + around]
    new = after[begin : len(after) - at_end + around]
    for group in _groups(old, new, alike - begin, around):
        yield _hunk(group, old, new, begin)


def _common(some: Sequence[str], others: Sequence[str]) -> int:
    pairs = zip(some, others, strict=False)
    return next((number for number, (one, other) in enumerate(pairs) if one != other), min(len(some), len(others)))


def _groups(old: Sequence[str], new: Sequence[str], above: int, below: int) -> list[list[_Opcode]]:
    if max(len(old), len(new)) <= _MOST_MATCHED:
        return [[*group] for group in SequenceMatcher(None, old, new).get_grouped_opcodes(_AROUND)]
    rest, anew = len(old) - below, len(new) - below
    return [
        [
            ("equal", 0, above, 0, above),
            ("replace", above, rest, above, anew),
            ("equal", rest, len(old), anew, len(new)),
        ]
    ]


def _hunk(group: Sequence[_Opcode], old: Sequence[str], new: Sequence[str], begin: int) -> Iterator[str]:
    first, last = group[0], group[-1]
    yield f"@@ -{_range(begin + first[1], begin + last[2])} +{_range(begin + first[3], begin + last[4])} @@"
    for tag, old_from, old_to, new_from, new_to in group:
        if tag == "equal":
            yield from _signed(" ", old[old_from:old_to])
        else:
            yield from _signed("-", old[old_from:old_to])
            yield from _signed("+", new[new_from:new_to])


def _range(begin: int, end: int) -> str:
    match end - begin:
        case 0:
            return f"{begin},0"
        case 1:
            return f"{begin + 1}"
        case length:
            return f"{begin + 1},{length}"


def _signed(sign: str, lines: Sequence[str]) -> Iterator[str]:
    for line in lines:
        yield sign + line.removesuffix("\n")
        if not line.endswith("\n"):
            yield _NO_END


def _cut(lines: list[str], most: int) -> list[str]:
    left_out = len(lines) - most
    return lines if left_out <= 0 else [*lines[:most], f"({left_out} more lines like these are not shown)"]


def _short(line: str) -> str:
    if len(line) <= _LONGEST:
        return line
    return f"{line[0]}({len(line) - 1} characters: {file_words(line[1:])})"
