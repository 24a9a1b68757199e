"""What a PATCH must say of the settings of a task: no more than what differs, and what the service wants beside it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    SourceTriggerSettings,
    Step,
    TaskSettings,
    TimerTrigger,
    Value,
)

if TYPE_CHECKING:
    from acr_identity.plan.compare import Differences

_Trigger = TypeVar("_Trigger", TimerTrigger, SourceTriggerSettings)
_AnyTrigger = TypeVar("_AnyTrigger", TimerTrigger, SourceTriggerSettings, BaseImageTrigger)


def patch_of(desired: TaskSettings, live: TaskSettings, found: Differences) -> TaskSettings:
    """Return what a PATCH must say for the fields that differ to become as desired; `enabled` is not among them.

    The service wants the kind of step restated with whatever else changes, and merges its parts; a list of values is
    stated whole, with those that are there already. What cannot be compared is left out, and so stays as it is.
    """
    kept = {*found.unverifiable, *(path for path, _ in found.unset)}
    said = TaskSettings(**{name: getattr(desired, name) for name in found.fields - {"enabled"}})
    step = _with_values(desired.step, live.step) if found.states_values else _without_values(desired.step)
    if step is not None and ("step" not in found.fields or "step.token" in kept):
        step = replace(step, token=None)
    sources = said.sources and tuple(
        replace(one, token=None) if f"sources[{one.name}].token" in kept else one for one in said.sources
    )
    return switched_on(replace(said, step=step, sources=sources), live)


def switched_on(settings: TaskSettings, live: TaskSettings) -> TaskSettings:
    """Return the settings with each new trigger enabled. One that is there stays as it is."""
    return replace(
        settings,
        timers=_switch_on(settings.timers, live.timers),
        sources=_switch_on(settings.sources, live.sources),
        base_image=settings.base_image and (settings.base_image if live.base_image else _enabled(settings.base_image)),
    )


def _switch_on(triggers: tuple[_Trigger, ...] | None, live: tuple[_Trigger, ...] | None) -> tuple[_Trigger, ...] | None:
    if triggers is None:
        return None
    there = {trigger.name for trigger in live or ()}
    return tuple(one if one.name in there else _enabled(one) for one in triggers)


def _enabled(trigger: _AnyTrigger) -> _AnyTrigger:
    return replace(trigger, enabled=True) if trigger.enabled is None else trigger


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
        case (EncodedStep() as wanted, EncodedStep() as there):
            return replace(wanted, values=_merged(wanted.values, there.values))
        case (FileStep() as wanted, FileStep() as there):
            return replace(wanted, values=_merged(wanted.values, there.values))
        case (DockerStep() as wanted, DockerStep() as there):
            return replace(wanted, arguments=_merged(wanted.arguments, there.arguments))
        case _:
            return desired


def _merged(desired: tuple[Value, ...] | None, live: tuple[Value, ...] | None) -> tuple[Value, ...] | None:
    if desired is None:
        return None
    return tuple({value.name: value for value in (*(live or ()), *desired)}.values())
