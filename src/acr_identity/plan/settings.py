"""What a task's settings shall be in the end: what the spec says, what others set, and the default of what left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeVar

from acr_identity.changes import FieldChange
from acr_identity.plan.compare import ABSENT, field_gone
from acr_identity.state import (
    DEFAULT_PLATFORM,
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    Value,
)
from acr_identity.state.comparison import comparison_of

if TYPE_CHECKING:
    from acr_identity.plan.records import Record
    from acr_identity.state import Step

_Trigger = TypeVar("_Trigger", TimerTrigger, SourceTriggerSettings)
_Entry = TypeVar("_Entry", Value, TimerTrigger, SourceTriggerSettings)

_DEFAULTS: dict[str, Any] = {
    "cpu": 2,
    "timeout": 3600,
    "platform": DEFAULT_PLATFORM,
    "source_login": "Default",
    "enabled": True,
}
"""What the service has where nothing was said, as far as a PATCH can say it (Tasks - Create)."""
_STEP_DEFAULTS: dict[str, Any] = {"push": True, "cache": True}
_MAY_BE_LEFT_OUT = ("values_file", "context", "token", "push", "cache", "target")
"""What of a step a spec may leave out; where a kind of step needs it, the spec always says it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """The settings that a task shall have.

    Args:
        settings: what the spec says, with what others set in the same lists, and the defaults of what left the spec.
        dropped: what else left it: only a PUT without it can say so.
    """

    settings: TaskSettings
    dropped: tuple[FieldChange, ...] = ()


def settle(want: TaskSettings, live: TaskSettings, record: Record) -> Settled:
    """Return the settings that a task shall have: of what the spec does not say, only what we set goes."""
    defaults = {
        name: default
        for name, default in _DEFAULTS.items()
        if getattr(want, name) is None and getattr(live, name) is not None and record.holds(name)
    }
    settled = replace(
        want,
        **defaults,
        step=_step(want.step, live.step, record),
        timers=_with_status("timers", _with_others("timers", want.timers, live.timers, record), live.timers, record),
        sources=_with_status(
            "sources", _with_others("sources", want.sources, live.sources, record), live.sources, record
        ),
        base_image=_base_image(want.base_image, live.base_image, record),
    )
    return Settled(settled, tuple(sorted(_dropped(want, live, record), key=_path_of)))


def _path_of(change: FieldChange) -> str:
    return change.path


def default_words(path: str) -> str | None:
    """Return what the service has at a path where nothing was said, in lower case."""
    field, _, part = path.partition(".")
    default = _STEP_DEFAULTS.get(part) if field == "step" else _DEFAULTS.get(field)
    value = getattr(default, part, None) if part and field != "step" else default
    return None if value is None else str(value).lower()


def stated_paths(settings: TaskSettings) -> Iterator[str]:
    """Yield the paths of what settings say and could leave out: fields, and entries of lists by their names."""
    for name in (*_DEFAULTS, "pool", "log_template", "base_image"):
        if getattr(settings, name) is not None:
            yield name
    if settings.platform is not None and settings.platform.variant is not None:
        yield "platform.variant"
    yield from (f"timers[{one.name}]" for one in settings.timers or ())
    for source in settings.sources or ():
        yield f"sources[{source.name}]"
        if source.branch is not None:
            yield f"sources[{source.name}].branch"
    yield from _stated_status(settings)
    if settings.step is not None:
        yield from _stated_of_step(settings.step)


def _stated_status(settings: TaskSettings) -> Iterator[str]:
    if settings.base_image is not None and settings.base_image.enabled is not None:
        yield "base_image.enabled"
    yield from (f"timers[{one.name}].enabled" for one in settings.timers or () if one.enabled is not None)
    yield from (f"sources[{one.name}].enabled" for one in settings.sources or () if one.enabled is not None)


def _stated_of_step(step: Step) -> Iterator[str]:
    for part in fields(step):
        value = getattr(step, part.name)
        if comparison_of(part).named:
            yield from (f"step.{part.name}[{entry.name}]" for entry in value or ())
        elif value is not None and part.name in _MAY_BE_LEFT_OUT:
            yield f"step.{part.name}"


def _with_status(
    path: str, want: tuple[_Trigger, ...] | None, live: tuple[_Trigger, ...] | None, record: Record
) -> tuple[_Trigger, ...] | None:
    """Return triggers, those switched on again that we had switched off and of which the spec says nothing any more."""
    off = {
        entry.name for entry in live or () if entry.enabled is False and record.holds(f"{path}[{entry.name}].enabled")
    }
    if want is None:
        return None
    return tuple(replace(one, enabled=True) if one.name in off and one.enabled is None else one for one in want)


def _base_image(
    want: BaseImageTrigger | None, live: BaseImageTrigger | None, record: Record
) -> BaseImageTrigger | None:
    was_off = live is not None and live.enabled is False and record.holds("base_image.enabled")
    return replace(want, enabled=True) if want is not None and want.enabled is None and was_off else want


def _with_others(
    path: str, want: tuple[_Entry, ...] | None, live: tuple[_Entry, ...] | None, record: Record
) -> tuple[_Entry, ...] | None:
    """Return a list with the entries in it that the spec does not name and that are not ours."""
    names = {entry.name for entry in want or ()}
    beside = [entry for entry in live or () if entry.name not in names]
    ours = {entry.name for entry in beside if record.holds(f"{path}[{entry.name}]")}
    others = tuple(entry for entry in beside if entry.name not in ours)
    if want is None:
        return others if ours else None
    # What we created before fields were remembered is ours as a whole where the spec has a list.
    return want if record.is_older else want + others


def _step(want: Step | None, live: Step | None, record: Record) -> Step | None:
    match want, live:
        case EncodedStep(), EncodedStep():
            return replace(want, values=_with_others("step.values", want.values, live.values, record))
        case FileStep(), FileStep():
            return replace(want, values=_with_others("step.values", want.values, live.values, record))
        case DockerStep(), DockerStep():
            arguments = _with_others("step.arguments", want.arguments, live.arguments, record)
            defaults = {
                name: default
                for name, default in _STEP_DEFAULTS.items()
                if getattr(want, name) is None and getattr(live, name) is not None and record.holds(f"step.{name}")
            }
            return replace(want, **defaults, arguments=arguments)
        case _:
            return want


def _dropped(want: TaskSettings, live: TaskSettings, record: Record) -> Iterator[FieldChange]:
    for name in ("pool", "log_template", "base_image"):
        if getattr(want, name) is None and getattr(live, name) is not None and record.holds(name):
            value = getattr(live, name)
            yield FieldChange(name, str(getattr(value, "name", value)), ABSENT)
    variant = live.platform.variant if live.platform else None
    if variant and not (want.platform and want.platform.variant) and record.holds("platform.variant"):
        yield FieldChange("platform.variant", variant, ABSENT)
    branches = {source.name: source.branch for source in live.sources or ()}
    for source in want.sources or ():
        path = f"sources[{source.name}].branch"
        if source.branch is None and branches.get(source.name) and record.holds(path):
            yield FieldChange(path, str(branches[source.name]), ABSENT)
    if want.step is not None and type(want.step) is type(live.step):
        for part in fields(live.step):
            name, path = part.name, f"step.{part.name}"
            left = getattr(want.step, name) is None and getattr(live.step, name) is not None
            if left and name in _MAY_BE_LEFT_OUT and name not in _STEP_DEFAULTS and record.holds(path):
                yield field_gone(path, comparison_of(part), getattr(live.step, name))
