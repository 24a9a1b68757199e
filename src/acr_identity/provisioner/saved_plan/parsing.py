"""What is in the file of a saved plan, and how such a file is told from a spec: a spec is applied without the rest."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from acr_identity.spec.files import read_file

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json

_LARGEST = 1 << 26
_DEEPEST = 50
_OURS = re.compile(rb'\s*\{\s*"version"\s*:\s*\d+\s*,\s*"kind"\s*:')


def is_document(path: Path) -> bool:
    """Say whether a file holds a document with a `kind`, whole or cut short: what a saved plan is and a spec is not."""
    try:
        content = read_file(path, _LARGEST)
    except (OSError, ValueError):
        return False
    try:
        tree = _parsed(content)
    except ValueError:
        return _OURS.match(content) is not None
    return isinstance(tree, dict) and "kind" in tree


def parsed(path: Path) -> Json:
    """Return the JSON in a file.

    Raises:
        OSError: it cannot be read.
        ValueError: it is too large, or no JSON, or nested too deeply, or a key is there twice.
    """
    return _parsed(read_file(path, _LARGEST))


def _parsed(content: bytes) -> Json:
    try:
        tree: Json = json.loads(content, object_pairs_hook=_without_repeats, parse_constant=_refuse_constant)
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    layer: list[Json] = [tree]
    for _ in range(_DEEPEST):
        layer = [inner for outer in layer for inner in _inside(outer)]
    if layer:
        raise ValueError("it is nested too deeply")
    return tree


def _inside(tree: Json) -> Iterable[Json]:
    match tree:
        case dict():
            return tree.values()
        case list():
            return tree
        case _:
            return ()


def _without_repeats(pairs: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    pairs = list(pairs)
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key is there twice")
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")
