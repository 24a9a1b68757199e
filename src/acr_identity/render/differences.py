"""How a resource changes, as lines: fields with both values, lists by their entries, texts as a unified diff."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from acr_identity.plan.compare import ABSENT
from acr_identity.render.document import Diff, Line
from acr_identity.render.text_difference import text_difference
from acr_identity.render.words import NOT_SET, number_of
from acr_identity.state.comparison import file_words

if TYPE_CHECKING:
    from acr_identity.changes import FieldChange
    from acr_identity.render.to_json import Json

LONGEST_TEXT = 1 << 16
"""How many characters of a text stand in JSON; of a longer one its size and a digest do."""
_ENTRY = re.compile(r"(?P<list>timers|sources|step\.values|step\.arguments|credentials)\[(?P<name>.*)\](?:\.\w+)?")
_WITHOUT_WHICH_NONE = {"timers": ".schedule", "sources": ".repository"}
"""The part that each entry of a list has: it is new if that is."""
_IDENTITY = "identity"


def difference_lines(fields: Sequence[FieldChange]) -> Iterator[Line]:
    """Yield what differs: `path: before -> after`, or the path, and below it what differs of a text or a list."""
    for heading, run in groupby(_told(fields), lambda one: one[0]):
        lines = [line for _, line in run]
        if heading:
            yield f"{heading}:"
            yield Diff(tuple(line for line in lines if isinstance(line, str)))
        else:
            yield from lines


def difference_data(field: FieldChange) -> Json:
    """Return a difference as data. `added` and `removed` are entries of a list."""
    before, after = (_text_data(one) if field.is_text else one for one in (field.before, field.after))
    return {
        "path": field.path,
        "before": before,
        "after": after,
        "added": list(field.added),
        "removed": list(field.removed),
    }


def _text_data(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else file_words(text)


def _told(fields: Sequence[FieldChange]) -> Iterator[tuple[str, Line]]:
    """Yield lines, each with the list below which it stands, or nothing."""
    for place, group in groupby(fields, _place_of):
        parts = [*group]
        sign = _sign_of(place, parts)
        if sign:
            yield place[0], f"{sign} {_entry_words(place, parts)}"
        else:
            for field in parts:
                yield from _field_lines(field)


def _place_of(field: FieldChange) -> tuple[str, str]:
    """Return the list and the entry in it to which a field belongs; nothing twice for one that belongs to none."""
    if field.is_text:
        return "", ""
    if field.path == _IDENTITY:
        return field.path, field.before if field.after == ABSENT else field.after
    found = _ENTRY.fullmatch(field.path)
    return (found["list"], found["name"]) if found else ("", "")


def _sign_of(place: tuple[str, str], parts: Sequence[FieldChange]) -> str:
    """Return `+` for an entry that comes, `-` for one that goes, nothing for one in which something differs."""
    kind, name = place
    needed = f"{kind}[{name}]{_WITHOUT_WHICH_NONE.get(kind, '')}"
    if not kind or (kind != _IDENTITY and needed not in {one.path for one in parts}):
        return ""
    if all(one.before == ABSENT for one in parts):
        return "+"
    return "-" if all(one.after == ABSENT for one in parts) else ""


def _entry_words(place: tuple[str, str], parts: Sequence[FieldChange]) -> str:
    kind, name = place
    if kind in {_IDENTITY, "credentials"}:
        return name
    values = [one.before if one.after == ABSENT else one.after for one in parts]
    if kind not in _WITHOUT_WHICH_NONE:
        return f"{name} = {', '.join(values)}"
    names = (one.path.rpartition(".")[2] for one in parts)
    return f"{name}: " + ", ".join(f"{part} {value}" for part, value in zip(names, values, strict=True))


def _field_lines(field: FieldChange) -> Iterator[tuple[str, Line]]:
    if field.is_text:
        yield from (("", line) for line in _text_lines(field))
    elif field.added or field.removed:
        yield from ((field.path, f"- {entry}") for entry in field.removed)
        yield from ((field.path, f"+ {entry}") for entry in field.added)
    else:
        yield "", f"{field.path}: {field.before or NOT_SET} -> {field.after or NOT_SET}"


def _text_lines(field: FieldChange) -> Iterator[Line]:
    before, after = ("" if side == ABSENT else side for side in (field.before, field.after))
    if before == after:
        yield f"{field.path}: {number_of(len(before.splitlines()), 'line')}, which differ only in what is secret"
        return
    found = text_difference(before, after)
    yield f"{field.path}:" if found.is_whole else f"{field.path}: {file_words(before)} -> {file_words(after)}"
    yield Diff(found.lines)
