"""A document with its misspelt keys put right, so that what follows from them is not told as well."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from acr_identity.spec.mistakes import MOST_GUESSES, Guess, UnknownKey
from acr_identity.spec.places import Origin, Place

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree
    from acr_identity.spec.document import Document
    from acr_identity.spec.mistakes import KeyPath, Mistake


def misspelt_keys(mistakes: Iterable[Mistake], origin: Origin) -> Mapping[KeyPath, str]:
    """Return the keys that were probably meant, by the paths of the unknown ones; none that stands there already."""
    meant: dict[KeyPath, str] = {}
    taken: set[KeyPath] = set()
    for mistake in islice((one for one in mistakes if isinstance(one, UnknownKey)), MOST_GUESSES):
        near = mistake.fix.nearest if isinstance(mistake.fix, Guess) else ""
        path = origin.nearest(mistake.path)
        right = (*path[:-1], near)
        if near and path and right not in origin.values and right not in taken:
            meant[path] = near
            taken.add(right)
    return meant


def put_right(document: Document, meant: Mapping[KeyPath, str]) -> Document:
    """Return the document with these keys in place of those that stand there; the places of both are known."""
    origin = document.origin
    return replace(
        document,
        tree=_renamed(document.tree, meant, ()),
        origin=Origin(origin.file, _with_renamed(origin.values, meant), _with_renamed(origin.keys, meant)),
        holes=document.holes | {_path(path, meant) for path in document.holes},
    )


def _renamed(tree: Tree, meant: Mapping[KeyPath, str], path: KeyPath) -> Tree:
    match tree:
        case Mapping():
            return {meant.get((*path, key), key): _renamed(one, meant, (*path, key)) for key, one in tree.items()}
        case Sequence() if not isinstance(tree, str):
            return [_renamed(one, meant, (*path, index)) for index, one in enumerate(tree)]
        case _:
            return tree


def _with_renamed(places: Mapping[KeyPath, Place], meant: Mapping[KeyPath, str]) -> Mapping[KeyPath, Place]:
    return {**places, **{_path(path, meant): place for path, place in places.items()}}


def _path(path: KeyPath, meant: Mapping[KeyPath, str]) -> KeyPath:
    return tuple(meant.get(path[: end + 1], step) for end, step in enumerate(path))
