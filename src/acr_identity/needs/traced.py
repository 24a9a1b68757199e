"""Texts that were made from other texts, and remember from where in those."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

from acr_identity.spec.places import Place

_LONGEST = 1 << 21
"""How many characters a text may have when all is replaced. That of a task file on disk is half as long at most."""


class TooLongError(Exception):
    """A text becomes longer than any that is read here."""


@dataclass(frozen=True, slots=True)
class _Piece:
    begin: int
    origin: int
    is_literal: bool


@dataclass(frozen=True, slots=True)
class Traced:
    """A text, and where in the source each of its characters comes from.

    What replaces something comes, as a whole, from where that began.
    """

    text: str
    _pieces: tuple[_Piece, ...]

    @classmethod
    def of(cls, source: str) -> Traced:
        """Return a source as it is."""
        return cls(source, (_Piece(0, 0, is_literal=True),))

    def origin(self, at: int) -> int:
        """Return the offset in the source of what stands at this offset."""
        piece = self._pieces[bisect_right(self._pieces, at, key=lambda one: one.begin) - 1]
        return piece.origin + (at - piece.begin if piece.is_literal else 0)

    def replaced(self, changes: Iterable[tuple[int, int, str]]) -> Traced:
        """Return the text with other texts in place of some spans, which are in order and do not overlap.

        Raises:
            TooLongError: it would be longer than any that is read here.
        """
        texts: list[str] = []
        pieces: list[_Piece] = []
        length = done = 0
        for begin, end, new in (*changes, (len(self.text), len(self.text), "")):
            kept = self.text[done:begin]
            pieces += self._moved(done, begin, length)
            length += len(kept)
            pieces.append(_Piece(length, self.origin(begin), is_literal=False))
            texts += (kept, new)
            length += len(new)
            done = end
            if length > _LONGEST:
                raise TooLongError
        return Traced("".join(texts), tuple(pieces))

    def between(self, begin: int, end: int) -> Traced:
        """Return a part of the text."""
        return self.replaced(((0, begin, ""), (end, len(self.text), "")))

    def _moved(self, begin: int, end: int, to: int) -> Iterable[_Piece]:
        if begin == end:
            return
        first = bisect_right(self._pieces, begin, key=lambda one: one.begin) - 1
        for number in range(first, len(self._pieces)):
            piece = self._pieces[number]
            if piece.begin >= end:
                return
            at = max(piece.begin, begin)
            yield _Piece(to + at - begin, self.origin(at), piece.is_literal)


@dataclass(frozen=True, slots=True)
class Lines:
    """Where the lines of a text begin."""

    begins: tuple[int, ...]

    @classmethod
    def of(cls, text: str, ends: str = "\n") -> Lines:
        """Return the lines of a text, each of which ends with one of these characters."""
        return cls((0, *(at + 1 for at, letter in enumerate(text) if letter in ends)))

    def place(self, offset: int) -> Place:
        """Return line and column of an offset.

        >>> Lines.of("ab/cd", ends="/").place(4)
        Place(line=2, column=2)
        """
        line = bisect_right(self.begins, offset)
        return Place(line, offset - self.begins[line - 1] + 1)

    def offset(self, place: Place) -> int:
        """Return the offset of a place."""
        return self.begins[min(place.line, len(self.begins)) - 1] + place.column - 1
