"""`run`, `logs` and `show`: tasks as they are and as they go."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping

from pydantic import SecretStr

from acr_identity.cli.chosen_task import choose_task
from acr_identity.cli.console import Console, Format
from acr_identity.cli.options import Settings
from acr_identity.cli.renderings import RUN, TASK
from acr_identity.cli.run_log import follow, follow_or_cancel
from acr_identity.cli.session import open_provisioner
from acr_identity.errors import ExitCode
from acr_identity.spec import Task, load_spec


def run(
    console: Console, settings: Settings, named: str | None, values: Mapping[str, str | SecretStr], *, waits: bool
) -> ExitCode:
    """Run a task and follow its log, or print the run's id only."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    task = choose_task(spec, named)
    with open_provisioner(settings, spec, console) as provisioner:
        started = provisioner.run(spec.task_id(task), values)
        for note in _value_notes(spec.tasks[task], values):
            console.tell(f"note: {note}")
        if waits:
            console.tell(f"queued run {started.run_id} of task {task}")
            return follow_or_cancel(started, console, _logs_command(settings, task, started.run_id))
        if console.format is Format.TEXT:
            console.result(started.run_id)
        else:
            console.show(RUN, started.view)
    return ExitCode.DONE


def logs(console: Console, settings: Settings, named: str | None, run_id: str | None) -> ExitCode:
    """Print the log of a run, as it grows if the run goes on, and end as the run does."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    task = choose_task(spec, named)
    with open_provisioner(settings, spec, console) as provisioner:
        return follow(provisioner.attach(spec.task_id(task), run_id), console)


def show(console: Console, settings: Settings, named: str | None) -> ExitCode:
    """Print a task as it is."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    task = choose_task(spec, named)
    with open_provisioner(settings, spec, console) as provisioner:
        console.show(TASK, provisioner.show(task, spec))
    return ExitCode.DONE


def _value_notes(task: Task, given: Mapping[str, str | SecretStr]) -> Iterator[str]:
    if task.file is None:
        return
    for name in sorted(task.file.value_names - {*task.values, *given}):
        yield f"the task file uses the value {name}, and none is given: it will be empty (--set {name}=VALUE)"
    for name in sorted({*given} - task.file.value_names):
        yield f"the task file does not use the value {name}"


def _logs_command(settings: Settings, task: str, run_id: str) -> str:
    words = ["acr-identity", "logs", str(settings.spec), task, "--run-id", run_id]
    words += [word for folder in settings.files_from for word in ("--files-from", str(folder))]
    words += ["--emulator"] if settings.emulator else []
    words += ["--state", str(settings.state)] if settings.state else []
    words += ["--cloud", settings.cloud] if settings.cloud else []
    return shlex.join(words)
