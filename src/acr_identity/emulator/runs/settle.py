"""What ended runs leave behind: images in registries, and the base images that a task depends on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import TASKS, key, resource_id
from acr_identity.emulator.kernel.images import DOCKER_HUB
from acr_identity.emulator.kernel.lookup import registry_at
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import including
from acr_identity.emulator.kernel.wire import section
from acr_identity.emulator.runs.timeline import finish_of, is_over, show_image

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.runner_port import Dependency, Image
    from acr_identity.emulator.kernel.state import Run, State
    from acr_identity.emulator.kernel.wire import Json, JsonObject


def settled(state: State, now: float) -> State:
    """Return the state with the effects of all runs that are over by now; the same object when there are none."""
    due = [run for run in state.runs.values() if not run.settled and is_over(run, now)]
    for run in sorted(due, key=finish_of):
        state = _settle(state, run)
    return state


def _settle(state: State, run: Run) -> State:
    state = replace(state, runs=including(state.runs, key(run.id), replace(run, settled=True)))
    if run.canceled is not None:
        return state
    for image in run.outcome.pushed:
        state = with_image(state, image, finish_of(run))
    for image in run.outcome.untagged:
        state = _without_image(state, image)
    return _with_dependencies(state, run) if run.outcome.status == "Succeeded" else state


def with_image(state: State, image: Image, now: float) -> State:
    """Return the state with an image in the registry that it names."""
    tagged = f"{image.repository}:{image.tag}"
    registry = registry_at(state, image.registry)
    if registry is not None:
        images, pushed = including(registry.images, tagged, image.digest), including(registry.pushed, tagged, now)
        return with_registry(state, replace(registry, images=images, pushed=pushed))
    return replace(state, public_images=including(state.public_images, f"{image.registry}/{tagged}", image.digest))


def _without_image(state: State, image: Image) -> State:
    registry = registry_at(state, image.registry)
    if registry is None:
        return state
    return with_registry(state, registry.without(f"{image.repository}:{image.tag}"))


def _with_dependencies(state: State, run: Run) -> State:
    if not run.task or not run.outcome.dependencies:
        return state
    registry = state.registries[key(run.id).partition("/runs/")[0]]
    name = key(resource_id(state.subscription, registry.group, TASKS, registry.name, run.task))
    task = state.tasks.get(name)
    if task is None:
        return state
    found: list[Json] = [entry for one in run.outcome.dependencies for entry in _dependencies(one)]
    step = {**section(task.properties, "step"), "baseImageDependencies": found}
    changed = replace(task, properties={**task.properties, "step": step})
    return replace(state, tasks=including(state.tasks, name, changed))


def _dependencies(dependency: Dependency) -> list[JsonObject]:
    runtime = [_entry("Runtime", dependency.runtime)] if dependency.runtime else []
    return runtime + [_entry("BuildTime", image) for image in dependency.buildtime]


def _entry(kind: str, image: Image) -> JsonObject:
    shown = show_image(image)
    if image.registry == DOCKER_HUB:
        shown["registry"] = "registry.hub.docker.com"
    return {"type": kind, **shown}
