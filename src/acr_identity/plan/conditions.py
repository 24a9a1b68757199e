"""Conditions of role assignments as a whole: one that holds where any of several does, and what it is made of.

A principal has a role at a scope at most once, whatever the condition. So where several tasks or specs state one, the
assignment has all of them, joined by `OR`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import accumulate

_TOKEN = re.compile(r"'(?:[^']|'')*'|\s+OR\s+|[()\[\]{}]|.", re.IGNORECASE | re.DOTALL)
_OPENING, _CLOSING = "([{", ")]}"


def any_of(conditions: Iterable[str]) -> str:
    """Return the condition that holds where any of these does; an empty text is none, and always holds.

    >>> any_of(["A", "(B) OR (A)"]), any_of(["A", ""])
    ('(A) OR (B)', '')
    """
    stated = tuple(dict.fromkeys(conditions))
    if len(stated) == 1 or "" in stated:
        return stated[0] if len(stated) == 1 else ""
    return " OR ".join(sorted({part for each in stated for part in _parts(each)}))


def holds_for(condition: str, other: str) -> bool:
    """Say whether a condition was made of the other one, perhaps with more: it holds wherever that does.

    >>> holds_for("(A) OR (B)", "B"), holds_for("A", "(A) OR (B)"), holds_for("", "A")
    (True, False, True)
    """
    return not condition or (bool(other) and set(_parts(other)) <= set(_parts(condition)))


def _parts(condition: str) -> Iterator[str]:
    """Yield what stands between the outermost `OR`, each in brackets."""
    depth, part = 0, ""
    for token in _TOKEN.findall(condition):
        depth += (token in _OPENING) - (token in _CLOSING)
        if depth == 0 and token.strip().lower() == "or" and token != token.strip():
            yield _bracketed(part)
            part = ""
        else:
            part += token
    yield _bracketed(part)


def _bracketed(part: str) -> str:
    part = part.strip()
    tokens = _TOKEN.findall(part)
    depths = list(accumulate((token in _OPENING) - (token in _CLOSING) for token in tokens))
    is_one = part.startswith("(") and all(depths[:-1])
    return part if is_one else f"({part})"
