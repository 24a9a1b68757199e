"""The options that several commands share, and how those that belong together become one value."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import TypeAlias

import click

from acr_identity.cli.console import Console, Format
from acr_identity.gateway import DEFAULT_CONCURRENCY

Function: TypeAlias = Callable[..., int]
"""What a command does; it returns what the process ends with."""
Decorator: TypeAlias = Callable[[Function], Function]
"""Adds an option or an argument to the function of a command."""


@dataclass(frozen=True, slots=True)
class AzureOptions:
    """The spec, which Azure to talk to, and how. The names are those of the options."""

    spec: Path
    emulator: bool = False
    world: Path | None = None
    state: Path | None = None
    cloud: str | None = None
    concurrency: int = DEFAULT_CONCURRENCY
    verbose: bool = False
    files_from: tuple[Path, ...] = ()

    def __post_init__(self) -> None:
        """Refuse options that do not go together."""
        if self.emulator and self.cloud is not None:
            raise _usage("--cloud and --emulator exclude each other.")
        if not self.emulator and (self.world or self.state):
            raise _usage("--world and --state are for --emulator.")


def _usage(message: str) -> click.UsageError:
    return click.UsageError(message, click.get_current_context(silent=True))


def gathered(kind: Callable[..., object], options: Sequence[Decorator]) -> Decorator:
    """Return a decorator that adds options to a command; its function gets those that `kind` takes as `options`."""
    names = signature(kind).parameters

    def decorate(command: Function) -> Function:
        @functools.wraps(command)
        def call(**given: object) -> int:
            value = kind(**{name: given.pop(name) for name in names if name in given})
            return command(options=value, **given)

        whole: Function = call
        for option in reversed(options):
            whole = option(whole)
        return whole

    return decorate


class Rooms(Mapping[str, click.Command]):
    """Commands by name, each loaded from the room of its name when it is asked for."""

    def __init__(self, package: str, *names: str) -> None:
        self._package = package
        self._names = names

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._names:
            raise KeyError(name)
        command: click.Command = getattr(import_module(f"{self._package}.{name}"), name)
        return command

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Workflow(click.Group):
    """Commands in the order in which they are used. Where they are `Rooms`, only the one that is called is loaded."""

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


def output_option(*formats: Format) -> Decorator:
    """Return the option for the format of what stands on standard output: the console of the context is set to it."""
    return click.option(
        "--output",
        type=click.Choice(tuple(map(str, formats))),
        default=str(Format.TEXT),
        callback=_set_format,
        expose_value=False,
        show_default=True,
        help="How the result is written.",
    )


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

max_removals_option = click.option(
    "--max-removals",
    type=click.IntRange(min=0),
    metavar="N",
    help="Remove N things at most.  [default: 5, or 30 % of what was made here if that is more]",
)
"""How much is meant to go."""

prune_option = click.option(
    "--prune", is_flag=True, help="Remove tasks and identities that this spec made and does not name any more."
)
"""What left a spec with a name goes."""

adopt_option = click.option(
    "--adopt", is_flag=True, help="Write our marks again where they were wiped, or in place of another spec's."
)
"""What is equal to the spec counts as ours."""

yes_option = click.option("--yes", is_flag=True, help="Do not ask. Needed where nobody can be asked.")
"""The answer to the question before a change."""

azure_options = gathered(
    AzureOptions,
    (
        spec_argument,
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
        output_option(*Format),
        click.option(
            "-v",
            "--verbose",
            is_flag=True,
            help="Tell each request on standard error, and where an internal error arose.",
        ),
    ),
)
"""The spec and what belongs to it, for a command that talks to Azure: its function gets them as `AzureOptions`."""


def example(*lines: str) -> str:
    """Return the end of a help text: commands to copy."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)
