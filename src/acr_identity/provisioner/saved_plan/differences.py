"""What tells two plans apart, by what is shown of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, TypeGuard

from acr_identity.render.text_difference import line_counts

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json

_MOST = 20
_MOST_FIELDS = 3
_LONGEST_VALUE = 100
_COMPARED = frozenset({"changes", "unsafe", "notes", "digest"})
"""What of a plan is compared in its own way, or not at all."""

_Change: TypeAlias = "Mapping[str, Json]"
"""A change as JSON."""


@dataclass(frozen=True, slots=True)
class _ShownPlan:
    purpose: str
    changes: Mapping[str, _Change]
    """By their keys, whatever the case of the ids in them."""
    unsafe: tuple[str, ...]
    rest: Mapping[str, Json]

    @classmethod
    def read(cls, text: str) -> _ShownPlan:
        tree: Json = json.loads(text)
        match tree:
            case {"purpose": str(purpose), "changes": [*changes], "unsafe": [*unsafe]} if isinstance(tree, dict):
                named = {str(change["key"]).lower(): change for change in changes if _is_change(change)}
                if len(named) == len(changes):
                    rest = {key: entry for key, entry in tree.items() if key not in _COMPARED}
                    return cls(purpose, named, tuple(map(str, unsafe)), rest)
            case _:
                pass
        raise ValueError("it is no plan")


def _is_change(change: Json) -> TypeGuard[_Change]:
    return isinstance(change, dict) and {"key", "title"} <= change.keys()


def plan_differences(before: str, after: str) -> tuple[str, ...]:
    """Return how the second plan differs from the first, a sentence for each change; both are given as JSON.

    Notes make no difference, nor do ids and other texts that differ in the case of letters only.

    Raises:
        ValueError: one of them is no plan.
    """
    first, second = _ShownPlan.read(before), _ShownPlan.read(after)
    found = (*_changes(first.changes, second.changes), *_unsafe(first, second))
    found = found or tuple(f"shown in another way: {path}" for path in _differing(first.rest, second.rest))
    more = len(found) - _MOST
    return found if more <= 0 else (*found[:_MOST], f"{more} more changes differ")


def _changes(before: Mapping[str, _Change], after: Mapping[str, _Change]) -> Iterator[str]:
    for key, change in after.items():
        if key not in before:
            yield f"new: {_title(change)}"
        elif fields := tuple(_differing_parts(before[key], change)):
            shown = ", ".join(fields[:_MOST_FIELDS]) + (", …" if len(fields) > _MOST_FIELDS else "")
            yield f"other: {_title(change)} ({shown})"
    yield from (f"gone: {_title(change)}" for key, change in before.items() if key not in after)


def _unsafe(before: _ShownPlan, after: _ShownPlan) -> Iterator[str]:
    yield from (f"unsafe: {reason}" for reason in after.unsafe if reason not in before.unsafe)
    yield from (f"no longer unsafe: {reason}" for reason in before.unsafe if reason not in after.unsafe)
    if before.purpose != after.purpose:
        yield f"it was a plan to {before.purpose}, and is one to {after.purpose}"


def _title(change: _Change) -> str:
    return str(change.get("title"))


def _differing_parts(before: _Change, after: _Change) -> Iterator[str]:
    """Yield what differs of a change: of what it sets, by its fields if it names them."""
    first, second = _by_path(before), _by_path(after)
    paths = [path for path in dict.fromkeys((*second, *first)) if _unlike(first.get(path, ()), second.get(path, ()))]
    yield from (_field_words(path, first.get(path, ()), second.get(path, ())) for path in paths)
    left_out = {"fields", "details"} if paths else {"fields"}
    rest, other_rest = ({key: one[key] for key in one if key not in left_out} for one in (before, after))
    yield from _differing(rest, other_rest)


def _by_path(change: _Change) -> Mapping[str, Sequence[Json]]:
    found: dict[str, list[Json]] = {}
    match change.get("fields"):
        case [*entries]:
            for entry in entries:
                path = entry.get("path") if isinstance(entry, Mapping) else None
                found.setdefault(str(path or "fields"), []).append(entry)
        case _:
            pass
    return found


def _unlike(before: Sequence[Json], after: Sequence[Json]) -> bool:
    """Say whether a field changes in another way; of texts, case counts."""
    return _case_blind(before) != _case_blind(after) or (before != after and "\\n" in json.dumps([*before, *after]))


def _field_words(path: str, before: Sequence[Json], after: Sequence[Json]) -> str:
    match before, after:
        case [Mapping() as first], [Mapping() as second] if texts := tuple(_text_words(first, second)):
            return f"{path} {' and '.join(texts)}"
        case _, [{"before": str(old), "after": str(new)}] if len(old) + len(new) < _LONGEST_VALUE:
            return f"{path}: {old} -> {new}"
        case _:
            return path


def _text_words(before: _Change, after: _Change) -> Iterator[str]:
    for key, verb in (("before", "has"), ("after", "gets")):
        first, second = str(before.get(key)), str(after.get(key))
        if first != second and "\n" in first + second:
            added, removed = line_counts(first, second)
            yield f"{verb} another text: +{added} -{removed} lines"


def _differing(before: Json, after: Json, path: str = "") -> Iterator[str]:
    """Yield the paths of what differs, in the order of the keys."""
    match before, after:
        case Mapping(), Mapping():
            for key in dict.fromkeys((*after, *before)):
                yield from _differing(before.get(key), after.get(key), f"{path}.{key}" if path else key)
        case [*firsts], [*seconds] if len(firsts) == len(seconds):
            for number, (first, second) in enumerate(zip(firsts, seconds, strict=True)):
                yield from _differing(first, second, f"{path}[{number}]")
        case _:
            if _case_blind(before) != _case_blind(after):
                yield path


def _case_blind(value: Json) -> str:
    return json.dumps(value, sort_keys=True).lower()
