"""The difference between the settings that a spec gives a task and those that it has.

Only what the spec says is compared: what the service adds, or others have set beside it, is no difference. Settings
are laid out as paths and texts (`timers[t1].schedule`), so that one rule compares them all.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field, fields, is_dataclass, replace
from typing import TypeAlias, TypeVar

from pydantic import SecretStr

from acr_identity.changes import FieldChange
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    SourceTrigger,
    Step,
    TaskSettings,
    TimerTrigger,
    Value,
)

Leaf: TypeAlias = str | SecretStr

_Trigger = TypeVar("_Trigger", TimerTrigger, SourceTrigger)

ABSENT = "(none)"
MASK = "(secret)"
_VALUE = re.compile(r"step\.(values|arguments)\[")
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
    """The paths of secrets that the caller may not see: no difference, and nothing to be written."""
    left: tuple[str, ...] = ()
    """The paths of hidden values that the spec does not name: they stay, since to take one out is to write the rest."""


def compare(
    desired: TaskSettings,
    live: TaskSettings,
    *,
    details_seen: bool,
    hidden: Collection[str] = (),
    owns_lists: bool = True,
) -> Differences:
    """Compare what the desired settings say with what the live ones are.

    Args:
        desired: what the spec says.
        live: what Azure has.
        details_seen: whether secrets could be read.
        hidden: the paths of secrets that are there and were not shown.
        owns_lists: whether an entry of a list that the spec does not name must go, or is somebody else's.
    """
    want, have = _lay_out(replace(desired, enabled=None)), _lay_out(live)
    paths = [path for path, value in want.leaves.items() if not _same(path, value, have.leaves.get(path))]
    secret = (path for path in paths if isinstance(want.leaves[path], SecretStr) and path not in have.leaves)
    unseen = [path for path in secret if (path in hidden or not details_seen) and not _is_given_anew(path, paths)]
    new_kind = "step.type" in paths and live.step is not None
    gone = [path for path in have.leaves if owns_lists and _is_unnamed(path, want)]
    gone += [path for path in have.leaves if new_kind and path.startswith("step.") and path not in want.leaves]
    changed = sorted({*paths, *gone} - set(unseen))
    before = dict.fromkeys(hidden, MASK) | {path: _shown(leaf) for path, leaf in have.leaves.items()}
    return Differences(
        tuple(FieldChange(path, before.get(path, ABSENT), _shown(want.leaves.get(path))) for path in changed),
        frozenset(_field_of(path) for path in changed),
        by_patch=not gone and not new_kind,
        unverifiable=tuple(unseen),
        left=tuple(path for path in hidden if owns_lists and _VALUE.match(path) and _is_unnamed(path, want)),
    )


def patch_of(desired: TaskSettings, live: TaskSettings, found: Differences) -> TaskSettings:
    """Return what a PATCH must say for the fields that differ to become as desired; `enabled` is not among them.

    The service wants the kind of step restated with whatever else changes, and merges its parts; a list of values is
    stated whole, with those that are there already. What cannot be verified is left out, and so stays as it is.
    """
    said = TaskSettings(**{name: getattr(desired, name) for name in found.fields - {"enabled"}})
    changed = {change.path for change in found.changes}
    step = _with_values(desired.step, live.step) if any(map(_VALUE.match, changed)) else _without_values(desired.step)
    if step is not None and ("step" not in found.fields or "step.token" in found.unverifiable):
        step = replace(step, token=None)
    sources = said.sources and tuple(
        replace(one, token=None) if f"sources[{one.name}].token" in found.unverifiable else one for one in said.sources
    )
    return switched_on(replace(said, step=step, sources=sources), live)


def switched_on(settings: TaskSettings, live: TaskSettings) -> TaskSettings:
    """Return the settings with each new trigger enabled. One that is there stays as it is."""
    return replace(
        settings,
        timers=_switch_on(settings.timers, live.timers),
        sources=_switch_on(settings.sources, live.sources),
        base_image=settings.base_image if live.base_image else _enabled(settings.base_image),
    )


def _switch_on(triggers: tuple[_Trigger, ...] | None, live: tuple[_Trigger, ...] | None) -> tuple[_Trigger, ...] | None:
    if triggers is None:
        return None
    there = {trigger.name for trigger in live or ()}
    return tuple(one if one.name in there else replace(one, enabled=True) for one in triggers)


def _enabled(trigger: BaseImageTrigger | None) -> BaseImageTrigger | None:
    return trigger and replace(trigger, enabled=True)


def _without_values(step: Step | None) -> Step | None:
    match step:
        case EncodedStep() | FileStep():
            return replace(step, values=None)
        case DockerStep():
            return replace(step, arguments=None)
        case None:
            return None


def _with_values(desired: Step | None, live: Step | None) -> Step | None:
    match desired, live:
        case (EncodedStep() as wanted, EncodedStep() as current):
            return replace(wanted, values=_merged(wanted.values, current.values))
        case (FileStep() as wanted, FileStep() as current):
            return replace(wanted, values=_merged(wanted.values, current.values))
        case (DockerStep() as wanted, DockerStep() as current):
            return replace(wanted, arguments=_merged(wanted.arguments, current.arguments))
        case _:
            return desired


def _merged(desired: tuple[Value, ...] | None, live: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if desired is None:
        return None
    return tuple({value.name: value for value in (*(live or ()), *desired)}.values())


@dataclass(frozen=True, slots=True)
class _Layout:
    leaves: dict[str, Leaf] = field(default_factory=dict)
    lists: set[str] = field(default_factory=set)
    entries: set[str] = field(default_factory=set)


def _lay_out(settings: TaskSettings) -> _Layout:
    layout = _Layout()
    layout.leaves.update(_walk("", settings, layout))
    if settings.step is not None:
        layout.leaves["step.type"] = type(settings.step).__name__
    return layout


def _walk(path: str, value: object, layout: _Layout) -> Iterator[tuple[str, Leaf]]:
    match value:
        case None:
            return
        case Value(_, text):
            yield path, text
        case tuple() if path.rpartition(".")[2] in _LISTS_OF_NAMED:
            layout.lists.add(f"{path}[")
            for item in value:
                layout.entries.add(f"{path}[{item.name}")
                yield from _walk(f"{path}[{item.name}]", item, layout)
        case _ if is_dataclass(value):
            for part in fields(value):
                if part.name != "name":
                    yield from _walk(f"{path}.{part.name}".lstrip("."), getattr(value, part.name), layout)
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


def _is_unnamed(path: str, want: _Layout) -> bool:
    return path.startswith(tuple(want.lists)) and not path.startswith(tuple(f"{entry}]" for entry in want.entries))


def _same(path: str, want: Leaf, have: Leaf | None) -> bool:
    if isinstance(want, str) and isinstance(have, str) and any(part in path for part in _SPELT_IN_ANY_CASE):
        return want.lower() == have.lower()
    return want == have


def _is_given_anew(path: str, different: Collection[str]) -> bool:
    """Say whether what the secret belongs to is another one: its kind of step, or the repository of a token."""
    holder, _, name = path.rpartition(".")
    if path.startswith("step.") and "step.type" in different:
        return True
    return name == "token" and f"{holder}.{'context' if holder == 'step' else 'repository'}" in different


def _field_of(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _shown(leaf: Leaf | None) -> str:
    match leaf:
        case None:
            return ABSENT
        case SecretStr():
            return MASK
        case str() if "\n" in leaf:
            return f"{leaf.count(chr(10))} lines, sha256 {hashlib.sha256(leaf.encode()).hexdigest()[:12]}"
        case str():
            return leaf
