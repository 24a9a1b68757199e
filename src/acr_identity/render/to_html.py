"""A document as a fragment of HTML for a notebook.

It stands alone: no scripts, no style sheet, no ids, so that many of them fit into one page. Text takes the colour of
the page, light or dark; a tone is a coloured edge beside words that say the same.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator
from typing import assert_never

from acr_identity.render.document import Block, Diff, Document, Facts, Line, Mark, Row, Sentences, Table, Tone, tone_of
from acr_identity.render.escape import visible

EDGES = {
    Tone.PLAIN: "#767676",
    Tone.GOOD: "#238636",
    Tone.CHANGED: "#b26a00",
    Tone.BAD: "#d1343b",
    Tone.IDLE: "#2878c8",
}
"""Colours of edges: each has a contrast of 3 or more to white and to the dark of notebooks (WCAG 2.2, 1.4.11)."""

_BOX = "color:inherit;background:transparent;font-size:13px;line-height:1.5;overflow-wrap:anywhere;margin:8px 0"
_TABLE = "color:inherit;background:transparent;border-collapse:collapse;margin:8px 0;text-align:left"
_CAPTION = "caption-side:top;text-align:left;font-weight:bold;color:inherit;padding:4px 0"
_CELL = "text-align:left;vertical-align:top;white-space:pre-wrap;padding:4px 10px;border-bottom:1px solid #767676"
_DIFF = "color:inherit;background:transparent;font-family:monospace;white-space:pre-wrap;margin:0 0 0 12px"
_HEADER = f"{_CELL};overflow-wrap:break-word"


def to_html(document: Document, *, picture: str = "") -> str:
    """Return the document as one `section`; `picture` is a fragment to put below the headline."""
    parts = [
        f'<p style="{_edge(document.tone)}"><strong>{text_html(document.headline)}</strong></p>',
        picture,
        *("".join(_block(block)) for block in document.shown_blocks),
        *(f"<p>{text_html(text)}</p>" for text in document.closing),
    ]
    body = "\n".join(part for part in parts if part)
    return f'<section aria-label="{text_html(document.headline)}" style="{_BOX}">\n{body}\n</section>'


def text_html(text: str) -> str:
    """Return text as HTML that shows just that, inside an element or a quoted attribute."""
    return html.escape(visible(text), quote=True)


def _edge(tone: Tone) -> str:
    return f"border-left:4px solid {EDGES[tone]};padding:2px 10px;margin:4px 0"


def _block(block: Block) -> Iterator[str]:
    match block:
        case Table():
            yield from _table(block)
        case Facts(caption, pairs):
            rows = "\n".join(f"<tr>{_header(label, 'row')}{_cell(lines)}</tr>" for label, lines in pairs)
            yield f'<table style="{_TABLE}">\n{_caption(caption)}<tbody>\n{rows}\n</tbody>\n</table>'
        case Sentences(label, sentences, tone):
            items = "\n".join(
                f'<li style="{_edge(tone)}"><strong>{text_html(label)}:</strong> {text_html(text)}</li>'
                for text in sentences
            )
            yield f'<ul style="list-style:none;padding:0">\n{items}\n</ul>'
        case _:
            assert_never(block)


def _table(table: Table) -> Iterator[str]:
    if not table.rows:
        yield f"<p><strong>{text_html(table.caption)}:</strong> {text_html(table.empty)}</p>"
        return
    headings = [table.first, *(column.heading for column in table.columns)]
    if table.mark_heading:
        headings.insert(0, table.mark_heading)
    yield f'<table style="{_TABLE}">\n{_caption(table.caption)}'
    yield f"<thead>\n<tr>{''.join(_header(heading, 'col') for heading in headings)}</tr>\n</thead>\n<tbody>\n"
    for row in table.rows:
        yield f"<tr>{_row(row, marks_apart=bool(table.mark_heading))}</tr>\n"
    yield "</tbody>\n</table>"


def _row(row: Row, *, marks_apart: bool) -> str:
    edge = f";border-left:4px solid {EDGES[row.mark.tone]}" if row.mark else ""
    cells = "".join(map(_cell, row.cells))
    if marks_apart:
        return _cell((row.mark.word,) if row.mark else (), edge) + _header(row.title, "row") + cells
    return _header(row.title, "row", edge, row.mark) + cells


def _header(text: str, scope: str, edge: str = "", mark: Mark | None = None) -> str:
    sign = f'<span aria-hidden="true">{text_html(mark.word)} </span>' if mark else ""
    return f'<th scope="{scope}" style="{_HEADER}{edge}">{sign}{text_html(text)}</th>'


def _cell(lines: Iterable[Line], edge: str = "") -> str:
    content = "".join(_diff(line) if isinstance(line, Diff) else f"{text_html(line)}<br>" for line in lines)
    return f'<td style="{_CELL}{edge}">{content.removesuffix("<br>")}</td>'


def _diff(diff: Diff) -> str:
    return f'<pre style="{_DIFF}">{"".join(map(_diff_line, diff.lines))}</pre>'


def _diff_line(line: str) -> str:
    tone = tone_of(line)
    kind = {Tone.GOOD: "ins", Tone.BAD: "del"}.get(tone, "span")
    edge = "transparent" if tone is Tone.PLAIN else EDGES[tone]
    style = f"display:block;text-decoration:none;border-left:4px solid {edge};padding-left:6px"
    return f'<{kind} style="{style}">{text_html(line)}</{kind}>'


def _caption(caption: str) -> str:
    return f'<caption style="{_CAPTION}">{text_html(caption)}</caption>\n'
