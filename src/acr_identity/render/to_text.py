"""A document as lines for a terminal or a log."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from acr_identity.render.document import Block, Diff, Document, Facts, Row, Sentences, Table, Tone, tone_of
from acr_identity.render.escape import visible

_NARROWEST = 20
_CODES = {Tone.PLAIN: "1", Tone.GOOD: "32", Tone.CHANGED: "33", Tone.BAD: "31", Tone.IDLE: "36"}
"""Graphic renditions of ECMA-48; plain is bold."""


def to_text(document: Document, *, color: bool, width: int) -> str:
    """Return the document as lines without an end-of-line at the end.

    Lines are wrapped at `width` between words; a word, such as an id, is never cut. With `color`, headings and marks
    carry graphic renditions; the words are the same with and without.
    """
    page = _Page(color, max(width, _NARROWEST))
    head = "\n".join(page.titled(document.headline, document.tone))
    body = ["\n".join(page.block(block)) for block in document.shown_blocks]
    tail = ["\n".join(line for text in document.closing for line in page.wrapped(text))] if document.closing else []
    return "\n\n".join([*body, head, *tail] if document.headline_last else [head, *body, *tail])


@dataclass(frozen=True, slots=True)
class _Page:
    color: bool
    width: int

    def painted(self, text: str, tone: Tone) -> str:
        return f"\x1b[{_CODES[tone]}m{text}\x1b[0m" if self.color else text

    def wrapped(self, text: str, begin: str = "", hang: int = 0) -> list[str]:
        """Return lines: the first after `begin`, the others `hang` columns further in than its end.

        What does not fit behind its label stays there all the same.
        """
        lines = textwrap.wrap(
            visible(text),
            self.width,
            initial_indent=begin,
            subsequent_indent=" " * (len(begin) + hang),
            break_long_words=False,
            break_on_hyphens=False,
        )
        if len(lines) > 1 and lines[0].endswith(":"):
            lines[:2] = [f"{lines[0]} {lines[1].lstrip()}"]
        return lines or [begin.rstrip()]

    def titled(self, text: str, tone: Tone = Tone.PLAIN) -> Iterator[str]:
        for line in self.wrapped(text):
            yield self.painted(line, tone)

    def marked(self, indent: str, word: str, tone: Tone, text: str, columns: int = 0) -> Iterator[str]:
        first, *others = self.wrapped(text, f"{indent}{word.ljust(columns)} ")
        yield indent + self.painted(word, tone) + first[len(indent) + len(word) :]
        yield from others

    def block(self, block: Block) -> Iterator[str]:
        match block:
            case Table():
                yield from self._table(block)
            case Facts():
                yield from self._facts(block)
            case Sentences(label, sentences, tone):
                for text in sentences:
                    yield from self.marked("", f"{label}:", tone, text)
            case _:
                assert_never(block)

    def _table(self, table: Table) -> Iterator[str]:
        yield from self.titled(table.caption)
        if not table.rows:
            yield from self.wrapped(table.empty, "  ")
        marks = max((len(row.mark.word) for row in table.rows if row.mark), default=0)
        for row in table.rows:
            yield from self._row(table, row, marks)

    def _row(self, table: Table, row: Row, marks: int) -> Iterator[str]:
        cells = tuple(zip(table.columns, row.cells, strict=True))
        title = row.title + "".join(column.beside.format(line) for column, lines in cells for line in lines)
        if row.mark:
            yield from self.marked("  ", row.mark.word, row.mark.tone, title, marks)
        else:
            yield from self.wrapped(title, "  ", 4)
        begin = " " * (marks + 5 if marks else 4)
        for column, lines in cells:
            for line in () if column.beside else lines:
                if isinstance(line, Diff):
                    yield from self._diff(line, f"{begin}  ")
                else:
                    yield from self.wrapped(column.lead + line, begin, 2)

    def _diff(self, diff: Diff, begin: str) -> Iterator[str]:
        for line in diff.lines:
            tone = tone_of(line)
            yield begin + (visible(line) if tone is Tone.PLAIN else self.painted(visible(line), tone))

    def _facts(self, facts: Facts) -> Iterator[str]:
        yield from self.titled(facts.caption)
        labels = max(len(label) for label, _ in facts.pairs)
        for label, lines in facts.pairs:
            for number, line in enumerate(lines):
                yield from self.wrapped(line, f"  {'' if number else label:<{labels}}  ")
