"""How results show themselves: as text where they are printed, as HTML in a notebook.

The values lie below what renders them. Whoever knows both registers it here: `text_of.register(Plan, plan_text)`.
"""

from __future__ import annotations

import html
from functools import singledispatch


@singledispatch
def text_of(value: object) -> str:
    """Return a value as lines for people; nothing but its `repr` for a type that nobody has registered."""
    return repr(value)


@singledispatch
def html_of(value: object) -> str:
    """Return a value as a fragment of HTML; nothing but its `repr` for a type that nobody has registered."""
    return f"<pre>{html.escape(repr(value))}</pre>"


class Shown:
    """What shows itself when it is printed, and in a notebook."""

    __slots__ = ()

    def __str__(self) -> str:
        return text_of(self)

    def _repr_html_(self) -> str:
        return html_of(self)
