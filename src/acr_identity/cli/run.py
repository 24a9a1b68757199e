"""`run`: a task is run, and its log followed."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.options import AzureOptions, azure_options, example, set_option, task_argument
from acr_identity.errors import ExitCode, SettingsError

if TYPE_CHECKING:
    from pydantic import SecretStr

    from acr_identity.spec import Task


@click.command(
    "run",
    epilog=example(
        "acr-identity run spec.yaml helloworldtask",
        "acr-identity run spec.yaml dockerhubtask --set PrivateRepo=hubuser/hubrepo",
    ),
)
@azure_options
@task_argument
@set_option
@click.option(
    "--set-secret",
    "secrets",
    multiple=True,
    metavar="NAME",
    help="A secret value, read from the environment variable NAME. May be repeated.",
)
@click.option("--no-wait", is_flag=True, help="Print the run's id and do not wait for its end.")
@click.pass_obj
def run(
    console: Console,
    options: AzureOptions,
    task: str | None,
    values: dict[str, str],
    secrets: tuple[str, ...],
    *,
    no_wait: bool,
) -> ExitCode:
    """Run a task and follow its log.

    Ends with 6 unless the run succeeds. TASK may be left out where the spec has one only. Ctrl-C, SIGTERM and SIGHUP
    cancel the run and read on until it has ended; a second one leaves the run alone.
    """
    from acr_identity.cli.chosen_task import choose_task
    from acr_identity.cli.renderings import of_run
    from acr_identity.cli.run_log import follow_or_cancel
    from acr_identity.cli.session import open_provisioner
    from acr_identity.spec import load_spec

    given: dict[str, str | SecretStr] = {**values, **_secret_values(secrets)}
    spec = load_spec(options.spec, files_from=options.files_from)
    name = choose_task(spec, task)
    with open_provisioner(options, spec, console) as provisioner:
        started = provisioner.run(spec.task_id(name), given)
        for note in _value_notes(spec.tasks[name], given):
            console.tell(f"note: {note}")
        if not no_wait:
            queued = f"queued run {started.run_id} of task {name}"
            return follow_or_cancel(started, console, _logs_command(options, name, started.run_id), queued)
        if console.format is Format.TEXT:
            console.result(started.run_id)
        else:
            console.show(of_run(), started.view)
    return ExitCode.DONE


def _secret_values(names: Iterable[str]) -> dict[str, SecretStr]:
    return {name: _secret(name) for name in names}


def _secret(name: str) -> SecretStr:
    from pydantic import SecretStr

    value = os.environ.get(name)
    if not value:
        state = "is not set" if value is None else "is empty"
        raise SettingsError(f"the environment variable {name} {state}", advice=f"Export {name}: it holds the value.")
    return SecretStr(value)


def _value_notes(task: Task, given: Mapping[str, str | SecretStr]) -> Iterator[str]:
    if task.file is None:
        return
    for name in sorted(task.file.value_names - {*task.values, *given}):
        yield f"the task file uses the value {name}, and none is given: it will be empty (--set {name}=VALUE)"
    for name in sorted({*given} - task.file.value_names):
        yield f"the task file does not use the value {name}"


def _logs_command(options: AzureOptions, task: str, run_id: str) -> str:
    words = ["acr-identity", "logs", str(options.spec), task, "--run-id", run_id]
    words += [word for folder in options.files_from for word in ("--files-from", str(folder))]
    words += ["--emulator"] if options.emulator else []
    words += ["--state", str(options.state)] if options.state else []
    words += ["--cloud", options.cloud] if options.cloud else []
    return shlex.join(words)
