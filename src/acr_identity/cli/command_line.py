"""The commands with their arguments and options. Each loads what it does when it is called."""
# ruff: noqa: PLC0415 - `--help` and `validate` must not wait for what they do not use

from __future__ import annotations

from pathlib import Path

import click

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_options import emulator_group
from acr_identity.cli.init import FLOWS, IDENTITIES, init
from acr_identity.cli.options import (
    AzureCommand,
    Settings,
    Workflow,
    azure_options,
    example,
    files_from_option,
    output_option,
    set_option,
    spec_argument,
    target_option,
    task_argument,
    yes_option,
)
from acr_identity.errors import ExitCode

PROGRAM = "acr-identity"
"""What the command is called in its own messages."""

_EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {int(code):>3}  {code.meaning}" for code in ExitCode)


@click.group(cls=Workflow, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="acr-identity", prog_name=PROGRAM)
def command_line() -> None:
    """Give tasks of Azure Container Registry their identity, roles, vault access and credentials, from one spec.

    Results go to standard output, everything else to standard error. With --output json, standard output is exactly
    one JSON document, also after an error.
    """


@command_line.command("init", epilog=example("acr-identity init cross-registry --identity system hello"))
@click.argument("flow", type=click.Choice(tuple(FLOWS)))
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False), default=".")
@click.option(
    "--identity",
    type=click.Choice(IDENTITIES),
    default=IDENTITIES[0],
    show_default=True,
    help="Whose identity the task has: a user-assigned one, or its own.",
)
@click.option("--force", is_flag=True, help="Overwrite files that are there.")
@click.pass_obj
def init_command(console: Console, flow: str, folder: Path, identity: str, *, force: bool) -> ExitCode:
    """Write a spec to start from, with its task file and a world.

    `cross-registry` is a task that builds on a base image of another registry; `key-vault` is one that reads the
    Docker Hub login from a key vault. The world is what exists at first for the emulator. FOLDER is the current one by
    default.
    """
    return init(console, flow, identity, folder, force=force)


@command_line.command("schema", epilog=example("acr-identity schema > spec.schema.json"))
@click.pass_obj
def schema_command(console: Console) -> ExitCode:
    """Print the JSON Schema of a spec, for editors."""
    from acr_identity.cli.validate import schema

    return schema(console)


@command_line.command("validate", epilog=example("acr-identity validate spec.yaml"))
@spec_argument
@files_from_option
@output_option
@click.pass_obj
def validate_command(console: Console, spec: Path, files_from: tuple[Path, ...]) -> ExitCode:
    """Find every mistake of a spec, without Azure.

    Each is printed with its file, line and column.
    """
    from acr_identity.cli.validate import validate

    return validate(console, spec, files_from)


@command_line.command(
    "plan",
    cls=AzureCommand,
    epilog=example("acr-identity plan spec.yaml", "acr-identity plan spec.yaml --output markdown --detailed-exitcode"),
)
@azure_options
@target_option
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 if there are changes to make.")
@click.pass_obj
def plan_command(console: Console, settings: Settings, target: tuple[str, ...], *, detailed_exitcode: bool) -> ExitCode:
    """Show what `apply` would do. Changes nothing.

    Ends with 7 if `apply` would refuse the plan as unsafe.
    """
    from acr_identity.cli.planned_work import plan

    return plan(console, settings, target, detailed=detailed_exitcode)


@command_line.command(
    "apply",
    cls=AzureCommand,
    epilog=example("acr-identity apply spec.yaml", "acr-identity apply spec.yaml --yes --output json"),
)
@azure_options
@target_option
@yes_option
@click.pass_obj
def apply_command(console: Console, settings: Settings, target: tuple[str, ...], *, yes: bool) -> ExitCode:
    """Make Azure have what the spec says.

    Shows the plan and asks; with --yes or --emulator it does not ask. Ctrl-C, SIGTERM and SIGHUP let the requests that
    are under way end, start no more, and still show the report. What is done stays done: the same command again goes on
    from there.
    """
    from acr_identity.cli.planned_work import apply

    return apply(console, settings, target, yes=yes)


@command_line.command(
    "run",
    cls=AzureCommand,
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
def run_command(
    console: Console,
    settings: Settings,
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
    from acr_identity.cli.chosen_task import secret_values
    from acr_identity.cli.run import run

    return run(console, settings, task, {**values, **secret_values(secrets)}, waits=not no_wait)


@command_line.command(
    "logs", cls=AzureCommand, epilog=example("acr-identity logs spec.yaml helloworldtask --run-id cf1")
)
@azure_options
@task_argument
@click.option("--run-id", metavar="ID", help="The run to read; by default the newest of the task.")
@click.pass_obj
def logs_command(console: Console, settings: Settings, task: str | None, run_id: str | None) -> ExitCode:
    """Print the log of a run, and follow it while the run goes on.

    Ends with 6 unless the run succeeds. TASK may be left out where the spec has one only. Ctrl-C stops reading; the run
    goes on.
    """
    from acr_identity.cli.run import logs

    return logs(console, settings, task, run_id)


@command_line.command("show", cls=AzureCommand, epilog=example("acr-identity show spec.yaml helloworldtask"))
@azure_options
@task_argument
@click.pass_obj
def show_command(console: Console, settings: Settings, task: str | None) -> ExitCode:
    """Show a task with its identities, grants and credentials.

    TASK may be left out where the spec has one only.
    """
    from acr_identity.cli.run import show

    return show(console, settings, task)


@command_line.command("destroy", cls=AzureCommand, epilog=example("acr-identity destroy spec.yaml"))
@azure_options
@target_option
@yes_option
@click.pass_obj
def destroy_command(console: Console, settings: Settings, target: tuple[str, ...], *, yes: bool) -> ExitCode:
    """Take back what `apply` made for the tasks of a spec.

    What others made stays. Shows the plan and asks; with --yes or --emulator it does not ask. Ctrl-C, SIGTERM and
    SIGHUP end it as they end `apply`.
    """
    from acr_identity.cli.planned_work import destroy

    return destroy(console, settings, target, yes=yes)


command_line.add_command(emulator_group)
