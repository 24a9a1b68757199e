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
_MASK = "(secret)"
_FILE = "step.content"
"""What is read from a file, which may hold a secret even if it is a single line."""
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


def compare(desired: TaskSettings, live: TaskSettings, *, details_seen: bool, owns_lists: bool = True) -> Differences:
    """Compare what the desired settings say with what the live ones are.

    Args:
        desired: what the spec says.
        live: what Azure has.
        details_seen: whether secrets could be read.
        owns_lists: whether an entry of a list that the spec does not name must go, or is somebody else's.
    """
    want, have = _lay_out(replace(desired, enabled=None)), _lay_out(live)
    paths = [path for path, value in want.leaves.items() if not _same(path, value, have.leaves.get(path))]
    hidden = [path for path in paths if _is_hidden(path, want.leaves[path], have.leaves, details_seen=details_seen)]
    gone = [path for path in have.leaves if owns_lists and _is_unnamed(path, want)]
    changed = sorted({*paths, *gone} - set(hidden))
    return Differences(
        tuple(
            FieldChange(path, _shown(path, have.leaves.get(path)), _shown(path, want.leaves.get(path)))
            for path in changed
        ),
        frozenset(_field_of(path) for path in changed),
        by_patch=not gone and not ("step.type" in changed and live.step is not None),
        unverifiable=tuple(hidden),
    )


def patch_of(desired: TaskSettings, live: TaskSettings, names: frozenset[str]) -> TaskSettings:
    """Return what a PATCH must say for these fields to become as desired.

    The service wants the kind of step restated with whatever else changes, and merges its parts; a list of values is
    stated whole, with those that are there already.
    """
    said = TaskSettings(**{name: getattr(desired, name) for name in names})
    step = _with_values(desired.step, live.step) if "step" in names else _bare(desired.step)
    return switched_on(replace(said, step=step), live)


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


def _bare(step: Step | None) -> Step | None:
    match step:
        case EncodedStep() | FileStep():
            return replace(step, values=None, token=None)
        case DockerStep():
            return replace(step, arguments=None, token=None)
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


def _is_hidden(path: str, want: Leaf, have: dict[str, Leaf], *, details_seen: bool) -> bool:
    # Whether listDetails shows a trigger's token is not verified.
    return isinstance(want, SecretStr) and path not in have and (not details_seen or path.endswith("].token"))


def _field_of(path: str) -> str:
    return path.split(".", 1)[0].split("[", 1)[0]


def _shown(path: str, leaf: Leaf | None) -> str:
    match leaf:
        case None:
            return ABSENT
        case SecretStr():
            return _MASK
        case str() if path == _FILE or "\n" in leaf:
            lines = len(leaf.splitlines())
            digest = hashlib.sha256(leaf.encode(errors="surrogatepass")).hexdigest()
            return f"{lines} line{'' if lines == 1 else 's'}, sha256 {digest[:12]}"
        case str():
            return leaf
