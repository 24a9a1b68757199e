"""Where the values of a document stand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from acr_identity.errors import PlacedMistake
from acr_identity.spec.mistakes import KeyPath, Mistake


class Place(NamedTuple):
    """A line and a column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a model was read from. All origins are equal: what was read matters, not where.

    Args:
        file: the name of the document; empty for a model built in Python.
        values: the place of each value.
        keys: the place of each key of a mapping, under the path of its value.
        path: where the file is; `None` for a text, and for a model built in Python.
    """

    file: str = field(default="", compare=False)
    values: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False, repr=False)
    keys: Mapping[KeyPath, Place] = field(default_factory=dict, compare=False, repr=False)
    path: Path | None = field(default=None, compare=False, repr=False)

    def nearest(self, path: KeyPath) -> KeyPath:
        """Return the path as the document has it: without the steps that a short form leaves out."""
        found: KeyPath = ()
        for step in path:
            if (*found, step) in self.values:
                found = (*found, step)
        return found

    def place(self, mistake: Mistake) -> Place:
        """Return where a mistake is in the document."""
        path = self.nearest(mistake.path)
        place = self.values.get(path, Place(0, 0))
        return self.keys.get(path, place) if mistake.at_key else place

    def placed(self, mistake: Mistake) -> PlacedMistake:
        """Return the mistake with its place in the document."""
        path, place = self.nearest(mistake.path), self.place(mistake)
        shown = _without_secrets(path if self.values else mistake.path)
        return PlacedMistake(
            mistake.message, str(mistake.fix), self.file, place.line, place.column, shown, mistake.nearest
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """The context in which pydantic validates a document.

    Args:
        folder: where its relative paths begin.
        folders: below which of them the files are that it may name.
        origin: where everything stands.
    """

    folder: Path
    folders: tuple[Path, ...]
    origin: Origin


_SECRET_PARTS = frozenset({"token", "password", "user_name"})
_SECRET_SECTIONS = frozenset({"values", "credentials", "arguments"})


def is_secret(path: KeyPath) -> bool:
    """Say whether what stands below this path may be a secret, so that no message may show it.

    >>> is_secret(("tasks", "hello", "values")), is_secret(("tasks", "hello", "values", "Token"))
    (False, True)
    """
    return not _SECRET_PARTS.isdisjoint(path) or not _SECRET_SECTIONS.isdisjoint(path[:-1])


def _without_secrets(path: KeyPath) -> KeyPath:
    return next((path[:end] for end in range(len(path)) if is_secret(path[:end])), path)
