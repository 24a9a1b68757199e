"""Fills in what a task file leaves open: versions, names, timeouts, networks, environments."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from acr_identity.emulator.runner.references import with_latest
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.taskfile.model import BUILDKIT, Network, TaskFile, TaskStep
from acr_identity.emulator.runner.taskfile.validation import check_version

DEFAULT_NETWORK: Final = "acb_default_network"
"""The network that a run makes when the task file names none."""

_STEP_TIMEOUT = 600
_RETRY_DELAY = 5


def prepared(task: TaskFile) -> TaskFile:
    """Return the task file with its defaults.

    Raises:
        RunError: The version is unknown, or a variable of an environment has no `=`.
    """
    version = task.version or "v1.0.0"
    check_version(version)
    networks = task.networks or (Network(DEFAULT_NETWORK, "bridge", is_default=True),)
    network = next((entry.name for entry in reversed(networks) if entry.is_default), "")
    task = replace(
        task,
        version=version,
        networks=networks,
        step_timeout=task.step_timeout if task.step_timeout > 0 else _STEP_TIMEOUT,
    )
    shared = _Shared(tuple(part for entry in task.env for part in entry.split(",")))
    steps = (_step(task, step, index, network, shared) for index, step in enumerate(task.steps))
    return replace(task, steps=tuple(steps))


def _step(task: TaskFile, step: TaskStep, index: int, network: str, shared: _Shared) -> TaskStep:
    return replace(
        step,
        id=step.id or f"acb_step_{index}",
        timeout=step.timeout if step.timeout > 0 else task.step_timeout,
        retry_delay=step.retry_delay if step.retry_delay > 0 else _RETRY_DELAY,
        network=step.network or network,
        working_directory=step.working_directory or task.working_directory,
        env=shared.added_to(step.env),
        push=tuple(dict.fromkeys(with_latest(image) for image in step.push)),
    )


class _Shared:
    """The variables that the task gives to each step. Only one of them changes an emulated run, so no other is kept."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._entries = entries
        self._nameless = next((entry for entry in entries if "=" not in entry), None)
        self._kept = tuple({entry for entry in entries if entry == BUILDKIT})

    def added_to(self, own: tuple[str, ...]) -> tuple[str, ...]:
        if not self._entries:
            return own
        taken = {_name(entry, "step") for entry in own}
        if self._nameless is not None:
            _name(self._nameless, "task")
        return own if _name(BUILDKIT, "task") in taken else (*own, *self._kept)


def _name(entry: str, kind: str) -> str:
    name, sign, _value = entry.partition("=")
    if not sign:
        problem = f"cannot parse {kind} environment variable {entry} correctly"
        raise RunError(f"failed to merge task and step environment variables: {problem}")
    return name
