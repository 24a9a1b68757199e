"""A document as Markdown for a comment on a pull request (GitHub Flavored Markdown)."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import assert_never

from acr_identity.render.document import Block, Diff, Document, Facts, Line, Row, Sentences, Table
from acr_identity.render.escape import visible

_SPECIAL = re.compile(r"[\\`*_\[\]|~$]|:(?=//|[\w+-]+:)")
_BACKTICKS = re.compile("`+")
_FIRST = re.compile(r"^([-+=#]|\d+(?=[.)](\s|$)))")
_MENTION = re.compile(r"(?<!\w)@(?=\w)|#(?=\d)")


def to_markdown(document: Document) -> str:
    """Return the document as Markdown: tables, and below each what is `aside`, folded away."""
    parts = [
        f"### {text_markdown(document.headline)}",
        *("\n\n".join(_block(block)) for block in document.shown_blocks),
        *map(text_markdown, document.closing),
    ]
    return "\n\n".join(parts) + "\n"


def text_markdown(text: str) -> str:
    """Return text as Markdown that shows just that: no markup, no HTML, no link, and nobody is notified."""
    shown = visible(text)
    body = shown.lstrip(" ")
    escaped = _SPECIAL.sub(r"\\\g<0>", html.escape(body, quote=False))
    quiet = _MENTION.sub(r"\g<0><!-- -->", escaped)
    return "&nbsp;" * (len(shown) - len(body)) + _FIRST.sub(_kept, quiet)


def _kept(first: re.Match[str]) -> str:
    return f"&#{ord(first[0][0])};{first[0][1:]}"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Table(caption, rows=rows, empty=empty):
            yield f"#### {text_markdown(caption)}"
            yield "\n".join(_table(block)) if rows else text_markdown(empty)
            yield from _asides(block)
        case Facts(caption, pairs):
            yield f"#### {text_markdown(caption)}"
            yield "\n".join(f"- **{text_markdown(label)}:** {_joined(lines)}" for label, lines in pairs)
        case Sentences(label, sentences):
            yield "\n".join(f"- **{text_markdown(label)}:** {text_markdown(text)}" for text in sentences)
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    shown = [number for number, column in enumerate(table.columns) if not column.aside]
    headings = [table.first, *(table.columns[number].heading for number in shown)]
    if table.mark_heading:
        headings.insert(0, table.mark_heading)
    yield _line(map(text_markdown, headings))
    yield _line(["---"] * len(headings))
    for row in table.rows:
        cells = [_joined(row.cells[number]) for number in shown]
        yield _line([*_begin(row, marks_apart=bool(table.mark_heading)), *cells])


def _begin(row: Row, *, marks_apart: bool) -> tuple[str, ...]:
    mark, title = row.mark.word if row.mark else "", text_markdown(row.title)
    if marks_apart:
        return mark, title
    return (f"{mark} {title}".lstrip(),)


def _asides(table: Table) -> Iterator[str]:
    items = [line for row in table.rows for line in _aside(table, row)]
    if items:
        yield f"<details><summary>Details: {html.escape(visible(table.caption))}</summary>"
        yield "\n".join(items)
        yield "</details>"


def _aside(table: Table, row: Row) -> Iterator[str]:
    pairs = zip(table.columns, row.cells, strict=True)
    lines = [(column.lead, line) for column, cell in pairs if column.aside for line in cell]
    if lines:
        yield f"- {text_markdown(row.title)}"
    for lead, line in lines:
        if isinstance(line, Diff):
            yield from (f"    {fenced}" for fenced in _fenced(line))
        else:
            yield f"  - {text_markdown(lead + line)}"


def _fenced(diff: Diff) -> Iterator[str]:
    """Yield a block that no line of it can end: its fence is longer than any row of backticks in it."""
    lines = [visible(line) for line in diff.lines]
    longest = max((len(row) for line in lines for row in _BACKTICKS.findall(line)), default=0)
    fence = "`" * max(longest + 1, 3)
    yield f"{fence}diff"
    yield from lines
    yield fence


def _joined(lines: Iterable[Line]) -> str:
    every = [shown for line in lines for shown in (line.lines if isinstance(line, Diff) else (line,))]
    return "<br>".join(map(text_markdown, every))


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
