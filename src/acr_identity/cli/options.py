"""What the commands that talk to Azure are told, as one value."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from acr_identity.cli.console import Console, Format
from acr_identity.gateway import DEFAULT_CONCURRENCY

if TYPE_CHECKING:
    from collections.abc import Callable

    from acr_identity.errors import ExitCode

_CommandT = TypeVar("_CommandT", bound="Callable[..., ExitCode]")


@dataclass(frozen=True, slots=True)
class Settings:
    """The spec, which Azure to talk to, and how. The names are those of the options."""

    spec: Path
    emulator: bool = False
    world: Path | None = None
    state: Path | None = None
    cloud: str | None = None
    concurrency: int = DEFAULT_CONCURRENCY
    verbose: bool = False
    files_from: tuple[Path, ...] = ()

    @property
    def contradiction(self) -> str:
        """Say which options do not go together, if any."""
        if self.emulator and self.cloud:
            return "--cloud and --emulator exclude each other."
        if not self.emulator and (self.world or self.state):
            return "--world and --state are for --emulator."
        return ""


class AzureCommand(click.Command):
    """A command whose function gets the options of `azure_options` as one value called `settings`."""

    def invoke(self, ctx: click.Context) -> ExitCode:
        """Gather the options and run the command."""
        settings = Settings(**{field.name: ctx.params.pop(field.name) for field in fields(Settings)})
        if settings.contradiction:
            ctx.fail(settings.contradiction)
        ctx.params["settings"] = settings
        code: ExitCode = super().invoke(ctx)
        return code


class Workflow(click.Group):
    """Commands in the order in which they are used."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        """Return the names in the order of definition."""
        return list(self.commands)


def _set_format(context: click.Context, _parameter: click.Parameter, value: str) -> None:
    console = context.find_object(Console)
    if console is not None:
        console.format = Format(value)


def _pairs(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    return dict(map(_pair, given))


def _pair(given: str) -> tuple[str, str]:
    name, equals, value = given.partition("=")
    if not name or not equals:
        raise click.BadParameter("write it as NAME=VALUE.")
    return name, value


spec_argument = click.argument("spec", type=click.Path(path_type=Path))
"""The spec to work with."""

output_option = click.option(
    "--output",
    type=click.Choice(tuple(map(str, Format))),
    default=str(Format.TEXT),
    callback=_set_format,
    expose_value=False,
    show_default=True,
    help="How the result is written.",
)
"""The format of what stands on standard output: the console of the context is set to it."""

files_from_option = click.option(
    "--files-from",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help="A folder besides the spec's repository whose files the spec may name. May be repeated.",
)
"""Where the files may be that a spec names."""

task_argument = click.argument("task", required=False)
"""A task of the spec; the only one need not be named."""

set_option = click.option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    callback=_pairs,
    help="A value for the task. May be repeated.",
)
"""Values for a run, by name."""

target_option = click.option(
    "--target", multiple=True, metavar="TASK", help="Only this task and what it needs. May be repeated."
)
"""Tasks of the spec; by default all."""

yes_option = click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked.")
"""The answer to the question before a change."""

_AZURE_OPTIONS = (
    click.option("--emulator", is_flag=True, help="Talk to an emulator in this process instead of Azure."),
    click.option(
        "--world",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="With --emulator: what exists at first.  [default: world.yaml beside the spec, if there is one]",
    ),
    click.option(
        "--state",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="With --emulator: where it keeps its state.  [default: .acr_identity/emulator.json beside the spec]",
    ),
    click.option(
        "--cloud",
        metavar="NAME|FILE",
        help="The cloud to talk to. Without it: ACR_IDENTITY_CLOUD, else the name in the spec, else AzureCloud.",
    ),
    click.option(
        "--concurrency",
        type=click.IntRange(1, 32),
        default=DEFAULT_CONCURRENCY,
        show_default=True,
        help="How many requests are under way at once, at most.",
    ),
    files_from_option,
    output_option,
    click.option(
        "-v", "--verbose", is_flag=True, help="Tell each request on standard error, and where an internal error arose."
    ),
)


def azure_options(command: _CommandT) -> _CommandT:
    """Add the spec and the options that become `Settings` to a command."""
    for option in reversed((spec_argument, *_AZURE_OPTIONS)):
        command = option(command)
    return command


def example(*lines: str) -> str:
    """Return the end of a help text: commands to copy."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
