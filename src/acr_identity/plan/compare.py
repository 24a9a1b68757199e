"""The difference between the settings that a spec gives a task and those that it has.

Only what the spec says is compared: what the service adds, or others have set beside it, is no difference. Settings
are laid out as paths and texts (`timers[t1].schedule`), so that one rule compares them all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeAlias, TypeVar

from pydantic import SecretStr

from acr_identity.changes import FieldChange
from acr_identity.state import DockerStep, EncodedStep, FileStep, TaskSettings, Value

Leaf: TypeAlias = str | SecretStr

_Settings = TypeVar("_Settings", TaskSettings, EncodedStep, FileStep, DockerStep)

ABSENT = "(none)"
_MASK = "(secret)"
_LISTS_OF_NAMED = frozenset({"timers", "sources", "values", "arguments"})
_SPELT_IN_ANY_CASE = ("platform.", "base_image.kind", ".control")


@dataclass(frozen=True, slots=True)
class Differences:
    """What must change for live settings to say what the desired ones say, `enabled` aside."""

    changes: tuple[FieldChange, ...] = ()
    fields: frozenset[str] = frozenset()
    """The fields of `TaskSettings` in which the changes lie."""
    by_patch: bool = True
    """Whether a PATCH can express them. Taking something out of a list, or another kind of step, is what it cannot."""
    unverifiable: tuple[str, ...] = ()
    """The paths of secrets that the caller may not see."""


def compare(desired: TaskSettings, live: TaskSettings, *, details_seen: bool) -> Differences:
    """Compare what the desired settings say with what the live ones are."""
    want, have = _lay_out(replace(desired, enabled=None)), _lay_out(live)
    paths = [path for path, value in want.leaves.items() if not _same(path, value, have.leaves.get(path))]
    hidden = [path for path in paths if _is_hidden(path, want.leaves[path], have.leaves, details_seen=details_seen)]
    gone = [path for path in have.leaves if path not in want.leaves and path.startswith(tuple(want.lists))]
    changed = sorted({*paths, *gone} - set(hidden))
    return Differences(
        tuple(FieldChange(path, _shown(have.leaves.get(path)), _shown(want.leaves.get(path))) for path in changed),
        frozenset(_field_of(path) for path in changed),
        by_patch=not gone and not ("step.type" in changed and live.step is not None),
        unverifiable=tuple(hidden),
    )


def only_fields(settings: TaskSettings, names: frozenset[str]) -> TaskSettings:
    """Return the settings with all other fields unsaid."""
    return TaskSettings(**{name: getattr(settings, name) for name in names})


def overlay(desired: TaskSettings, live: TaskSettings) -> TaskSettings:
    """Return the live settings, overruled where the desired ones say something."""
    merged = _overrule(desired, live)
    match desired.step, live.step:
        case (EncodedStep() as said, EncodedStep() as had):
            return replace(merged, step=_overrule(said, had))
        case (FileStep() as said, FileStep() as had):
            return replace(merged, step=_overrule(said, had))
        case (DockerStep() as said, DockerStep() as had):
            return replace(merged, step=_overrule(said, had))
        case _:
            return merged


def _overrule(desired: _Settings, live: _Settings) -> _Settings:
    said = {part.name: getattr(desired, part.name) for part in fields(desired)}
    return replace(live, **{name: value for name, value in said.items() if value is not None})


@dataclass(frozen=True, slots=True)
class _Layout:
    leaves: dict[str, Leaf] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)


def _lay_out(settings: TaskSettings) -> _Layout:
    layout = _Layout()
    layout.leaves.update(_walk("", settings, layout.lists))
    if settings.step is not None:
        layout.leaves["step.type"] = type(settings.step).__name__
    return layout


def _walk(path: str, value: object, lists: set[str]) -> Iterator[tuple[str, Leaf]]:
    match value:
        case None:
            return
        case Value(_, text):
            yield path, text
        case tuple() if path.rpartition(".")[2] in _LISTS_OF_NAMED:
            lists.add(f"{path}[")
            for item in value:
                yield from _walk(f"{path}[{item.name}]", item, lists)
        case _ if is_dataclass(value):
            for part in fields(value):
                if part.name != "name":
                    yield from _walk(f"{path}.{part.name}".lstrip("."), getattr(value, part.name), lists)
        case _:
            yield path, _leaf(value)


def _leaf(value: object) -> Leaf:
    match value:
        case str() | SecretStr():
            return value
        case tuple():
            return ", ".join(value)
        case _:
            return str(value).lower()


def _same(path: str, want: Leaf, have: Leaf | None) -> bool:
    if isinstance(want, str) and isinstance(have, str) and any(part in path for part in _SPELT_IN_ANY_CASE):
        return want.lower() == have.lower()
    return want == have


def _is_hidden(path: str, want: Leaf, have: dict[str, Leaf], *, details_seen: bool) -> bool:
    # A trigger's token is not shown even to those who may see everything else.
    return isinstance(want, SecretStr) and path not in have and (not details_seen or path.endswith("].token"))


def _field_of(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _shown(leaf: Leaf | None) -> str:
    match leaf:
        case None:
            return ABSENT
        case SecretStr():
            return _MASK
        case str() if "\n" in leaf:
            return f"{leaf.count(chr(10))} lines, sha256 {hashlib.sha256(leaf.encode()).hexdigest()[:12]}"
        case str():
            return leaf
