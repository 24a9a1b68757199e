"""Executes steps one after the other. A step may only wait for steps before it, so the order of the file will do."""

from __future__ import annotations

from dataclasses import dataclass

from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.steps.build import Found, run_build
from acr_identity.emulator.runner.steps.command import run_command
from acr_identity.emulator.runner.steps.push import run_push
from acr_identity.emulator.runner.steps.scene import LONGEST_WAIT, Scene
from acr_identity.emulator.runner.taskfile import TaskStep


@dataclass(frozen=True, slots=True)
class Executed:
    """A step that is done: how many seconds it took, and what the scan of its build found."""

    step: TaskStep
    seconds: float
    found: tuple[Found, ...]


def execute(scene: Scene, steps: tuple[TaskStep, ...]) -> tuple[Executed, ...]:
    """Execute the steps.

    Raises:
        RunError: a step failed that does not ignore errors.
    """
    return tuple(_one(scene, step) for step in steps)


def _one(scene: Scene, step: TaskStep) -> Executed:
    place = f"Working directory: '{step.working_directory}', Network: '{step.network}'"
    scene.log.say(f"Executing step ID: {step.id}. Timeout(sec): {step.timeout}, {place}")
    if step.start_delay > 0:
        scene.log.say(f"Waiting {step.start_delay} seconds before executing step ID: {step.id}")
        scene.log.wait(min(step.start_delay, LONGEST_WAIT))
    started = scene.log.seconds
    found: tuple[Found, ...] = ()
    try:
        found = _run(scene, step)
    except RunError as error:
        if not step.ignores_errors:
            raise error.within(f"failed to run step ID: {step.id}") from error
        said = f"encountered an error: {error.text}, but is set to ignore errors. Continuing..."
        scene.log.say(f"Step ID: {step.id} {said}")
    return Executed(step, scene.log.seconds - started, found)


def _run(scene: Scene, step: TaskStep) -> tuple[Found, ...]:
    if step.build:
        return run_build(scene, step)
    if step.push:
        run_push(scene, step)
    else:
        run_command(scene, step)
    return ()
