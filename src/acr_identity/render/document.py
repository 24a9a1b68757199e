"""What all outputs for people are made of: a document of a few kinds of blocks, without any markup.

A plan, a report, a run, a task and an error each become a `Document`; text, HTML and Markdown are made from that. Texts
in a document are raw: whoever writes an output escapes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TypeAlias


class Tone(Enum):
    """What a colour says besides the words. Words always say it too."""

    PLAIN = "plain"
    GOOD = "good"
    CHANGED = "changed"
    BAD = "bad"
    IDLE = "idle"


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign or a word in front of a row."""

    word: str
    tone: Tone


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs, below the line before it: lines that stand as they are, each with its sign at the beginning."""

    lines: tuple[str, ...]


Line: TypeAlias = str | Diff


def tone_of(line: str) -> Tone:
    """Return the tone of a line of a `Diff`."""
    return {"+": Tone.GOOD, "-": Tone.BAD, "@": Tone.IDLE}.get(line[:1], Tone.PLAIN)


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    In running text each line of its cells follows `lead`; or, with `beside`, a format such as ` ({})`, it stands behind
    the title. A column that is `aside` holds what few need: Markdown folds it away.
    """

    heading: str
    lead: str = ""
    aside: bool = False
    beside: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: what it is about, and one cell for each further column. A cell is lines."""

    title: str
    cells: tuple[tuple[Line, ...], ...] = ()
    mark: Mark | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of one kind. `first` heads the titles; `empty` is the sentence that stands in place of no rows.

    With `mark_heading` the marks are a column of their own; without it the titles say the same in words.
    """

    caption: str
    first: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    mark_heading: str = ""
    empty: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """Labels, each with lines of text."""

    caption: str
    pairs: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True)
class Sentences:
    """Sentences, each behind the same label, such as `Note`."""

    label: str
    sentences: tuple[str, ...]
    tone: Tone = Tone.PLAIN


Block: TypeAlias = Table | Facts | Sentences


@dataclass(frozen=True, slots=True)
class Document:
    """A headline, blocks, and what to do next. In a terminal the headline may come last, where people look."""

    headline: str
    blocks: tuple[Block, ...] = ()
    closing: tuple[str, ...] = ()
    tone: Tone = Tone.PLAIN
    headline_last: bool = False

    @property
    def shown_blocks(self) -> tuple[Block, ...]:
        """Return the blocks that have something to say."""
        return tuple(block for block in self.blocks if _says_something(block))


def _says_something(block: Block) -> bool:
    match block:
        case Table(rows=rows, empty=empty):
            return bool(rows or empty)
        case Facts(pairs=pairs):
            return bool(pairs)
        case Sentences(sentences=sentences):
            return bool(sentences)
