"""Repositories by name: all that are meant, in the finitely many kinds that some texts can tell apart.

A condition compares the name of a repository with texts: is it this one, does it begin so? Of two names that no such
text tells apart one stands for the other. So what holds for one name of each kind holds for all names there are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_PART = "[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_VALID = re.compile(f"{_PART}(?:/{_PART})*")
"""Source: "Pulling manifests" of the OCI distribution specification, as Azure Container Registry has it."""
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_JOINTS = "-_./"


@dataclass(frozen=True, slots=True)
class Where:
    """In which repository something is done: in the one of this name, or in each whose name begins so.

    Without a name, and with `begins`, it is each repository there is.
    """

    name: str = ""
    begins: bool = True


@dataclass(frozen=True, slots=True)
class Name:
    """The name of a repository; it stands for itself alone, or for all others of its kind too."""

    text: str
    is_alone: bool


def kinds(where: Where, texts: Iterable[str]) -> Iterator[Name]:
    """Yield a name of each kind there is among those that are meant, as far as these texts tell them apart.

    >>> [name.text for name in kinds(Where("team/"), ["team/app", "Team/B", "base", "team//"])]
    ['team/c', 'team/app', 'team/appa', 'team/b', 'team/ba']
    """
    if not where.begins:
        yield Name(where.name, is_alone=True)
        return
    stems = {text.lower() for text in texts}
    yield Name(_beyond(where.name, stems) or f"{where.name}a", is_alone=False)
    for stem in sorted(each for each in stems if each.startswith(where.name) and each != where.name):
        if _VALID.fullmatch(stem):
            yield Name(stem, is_alone=True)
        beyond = _beyond(stem, stems)
        if beyond is not None:
            yield Name(beyond, is_alone=False)


def _beyond(stem: str, stems: Iterable[str]) -> str | None:
    """Return a name that is longer than a stem, and does not begin with a longer one; `None` if there is none."""
    if not _VALID.fullmatch(f"{stem}a"):
        return None
    longer = [each for each in stems if each.startswith(stem) and each != stem]
    nexts = {each[len(stem)] for each in longer}
    free = next((letter for letter in _LETTERS if letter not in nexts), None)
    if free is not None:
        return stem + free
    through = (stem + letter for letter in (*_JOINTS, *_LETTERS))
    return next(filter(None, (_beyond(each, longer) for each in through if each not in longer)), None)
