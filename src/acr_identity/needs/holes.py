"""Values that are not known before a run, as characters that stand for them in a text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_FIRST, _LAST = 0xE000, 0xF8FF
_HOLE = re.compile(f"[{chr(_FIRST)}-{chr(_LAST)}]")
_SHOWN = "…"


@dataclass(slots=True)
class Holes:
    """Why each value is not known. A hole is one character of those that Unicode leaves to whoever uses them."""

    _reasons: list[str] = field(default_factory=list)

    def of(self, reason: str) -> str:
        """Return the hole of a value that is not known for this reason."""
        if reason not in self._reasons and len(self._reasons) <= _LAST - _FIRST:
            self._reasons.append(reason)
        at = self._reasons.index(reason) if reason in self._reasons else len(self._reasons) - 1
        return chr(_FIRST + at)

    def why(self, text: str) -> str:
        """Return why the first hole of a text is not known; an empty text if there is none."""
        found = _HOLE.search(text)
        return self._reasons[ord(found[0]) - _FIRST] if found else ""


def without_holes(source: str) -> str:
    """Return a source in which no character is taken for a hole; each keeps its place."""
    return _HOLE.sub("\N{REPLACEMENT CHARACTER}", source)


def has_hole(text: str) -> bool:
    """Say whether a part of a text is not known."""
    return _HOLE.search(text) is not None


def shown(text: str) -> str:
    """Return a text as people read it, with dots for what is not known."""
    return filled(text, _SHOWN)


def filled(text: str, value: str) -> str:
    """Return a text with a value in place of each that is not known."""
    return _HOLE.sub(value, text)


def only_holes(text: str) -> bool:
    """Say whether nothing of a text is known."""
    return not filled(text, "")
