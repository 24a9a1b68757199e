"""The commands of the `emulator` group with their arguments and options."""
# ruff: noqa: PLC0415 - `--help` must not wait for what the commands use

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.options import Workflow, example
from acr_identity.errors import ExitCode


@dataclass(frozen=True, slots=True)
class Serve:
    """What a server is started with. The names are those of the options."""

    state: Path
    world: Path | None = None
    faults: Path | None = None
    latency: float = 0.0
    host: str = "127.0.0.1"
    port: int = 0
    proxy_port: int = 0
    allow_remote: bool = False

    @property
    def says_what_there_is(self) -> bool:
        """Say whether it is about more than where the state is."""
        return bool(self.world or self.faults or self.latency)


class ServeCommand(click.Command):
    """A command whose function gets the options of a server as one value called `given`."""

    def invoke(self, ctx: click.Context) -> int:
        """Gather the options and run the command."""
        names = [field.name for field in fields(Serve) if field.name in ctx.params]
        ctx.params["given"] = Serve(**{name: ctx.params.pop(name) for name in names})
        code: int = super().invoke(ctx)
        return code


_CommandT = TypeVar("_CommandT", bound="Callable[..., object]")
_FILE = click.Path(path_type=Path)


def _number(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    # Every comparison with it is false, so that no range keeps it out.
    if math.isnan(value):
        raise click.BadParameter("nan is no number of seconds.")
    return value


def _set_format(context: click.Context, _parameter: click.Parameter, value: str) -> None:
    console = context.find_object(Console)
    if console is not None:
        console.format = Format(value)


_output_option = click.option(
    "--output",
    type=click.Choice((str(Format.TEXT), str(Format.JSON))),
    default=str(Format.TEXT),
    callback=_set_format,
    expose_value=False,
    show_default=True,
    help="How the result is written.",
)
_state_option = click.option(
    "--state",
    type=_FILE,
    metavar="FILE",
    default=Path(".acr_identity", "emulator.json"),
    show_default=True,
    help="Where the emulator keeps its state; which emulator is meant.",
)


def _what_there_is(command: _CommandT) -> _CommandT:
    """Add the options that describe a new emulator."""
    options = (
        click.option(
            "--world", type=_FILE, metavar="FILE", help="What exists at first; it counts where there is no state yet."
        ),
        click.option("--faults", type=_FILE, metavar="FILE", help="What goes wrong, and how slow things are."),
        click.option(
            "--latency",
            type=click.FloatRange(min=0, max=86400),
            callback=_number,
            default=0.0,
            metavar="SECONDS",
            help="How long each answer takes at least.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(
    "emulator",
    cls=Workflow,
    epilog=example("acr-identity emulator start", "acr-identity emulator run -- az group list"),
)
def emulator_group() -> None:
    """Serve a local cloud that az and the Azure SDKs can use.

    It answers over HTTPS on this machine, and through a proxy that takes the place of Azure's own hosts. All its files
    are in .acr_identity beside its state.
    """


@emulator_group.command(
    "start",
    cls=ServeCommand,
    epilog=example("acr-identity emulator start", "acr-identity emulator start --world world.yaml --port 0"),
)
@_state_option
@_what_there_is
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8443,
    show_default=True,
    help="The port for HTTPS; 0 for a free one.",
)
@click.option(
    "--proxy-port",
    type=click.IntRange(0, 65535),
    default=8444,
    show_default=True,
    help="The port of the proxy; 0 for a free one.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "--allow-remote",
    is_flag=True,
    help="Listen at an address that other machines reach. This is unsafe: the sign-in secret of the emulator is no "
    "secret, so whoever reaches the port can read and change all that is in it, the secrets of its vaults included. "
    "From other machines only the proxy can be used, because no certificate names such an address. All of 127.0.0.0/8 "
    "is this machine itself and needs no leave.",
)
@click.pass_obj
def start_command(console: Console, given: Serve) -> ExitCode:
    """Serve in the foreground until Ctrl-C or `emulator stop`.

    Prints one line when it is ready. Every change is in the state file before it is answered, so that nothing is lost
    however it ends.
    """
    from acr_identity.cli.emulator.run import start

    return start(console, given)


@emulator_group.command("stop", epilog=example("acr-identity emulator stop"))
@_state_option
@click.pass_obj
def stop_command(console: Console, state: Path) -> ExitCode:
    """End the emulator, and return when it has ended."""
    from acr_identity.cli.emulator.server_client import stop

    return stop(console, state)


@emulator_group.command("status", epilog=example("acr-identity emulator status --output json"))
@_state_option
@_output_option
@click.pass_obj
def status_command(console: Console, state: Path) -> ExitCode:
    """Show where the emulator is.

    Ends with 1 if none runs.
    """
    from acr_identity.cli.emulator.server_client import status

    return status(console, state)


@emulator_group.command("reset", epilog=example("acr-identity emulator reset"))
@_state_option
@click.pass_obj
def reset_command(console: Console, state: Path) -> ExitCode:
    """Let the emulator begin anew.

    It holds its world again, has the faults that it was started with, and no requests. If the server was started
    again without --world, it begins with an empty subscription.
    """
    from acr_identity.cli.emulator.server_client import reset

    return reset(console, state)


@emulator_group.command(
    "requests", epilog=example("acr-identity emulator requests", "acr-identity emulator requests --count")
)
@_state_option
@_output_option
@click.option("--count", "counts", is_flag=True, help="Only how many there were.")
@click.pass_obj
def requests_command(console: Console, state: Path, *, counts: bool) -> ExitCode:
    """Show the requests that the emulator has answered.

    They are in the order of their answers, since its start or the last `reset`.
    """
    from acr_identity.cli.emulator.server_client import requests

    return requests(console, state, counts=counts)


@emulator_group.command(
    "env", epilog=example('eval "$(acr-identity emulator env)"', "acr-identity emulator env --shell fish | source")
)
@_state_option
@click.option(
    "--via",
    type=click.Choice(("cloud", "proxy")),
    default="cloud",
    show_default=True,
    help="How programs come to the emulator: as a cloud of its own, or by the proxy in place of public Azure.",
)
@click.option(
    "--shell",
    type=click.Choice(("sh", "fish", "powershell")),
    default="sh",
    show_default=True,
    help="For which shell to write it.",
)
@click.pass_obj
def env_command(console: Console, state: Path, via: str, shell: str) -> ExitCode:
    """Print what makes the programs of a shell use the emulator.

    These are environment variables for az, for the Azure SDKs and for this program, the secret to sign in with
    included.
    """
    from acr_identity.cli.emulator.server_client import env

    return env(console, state, via, shell)


@emulator_group.command(
    "run",
    cls=ServeCommand,
    context_settings={"allow_interspersed_args": False},
    epilog=example("acr-identity emulator run -- az group list", "acr-identity emulator run -- python script.py"),
)
@_state_option
@_what_there_is
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run_command(given: Serve, command: tuple[str, ...]) -> int:
    """Run a command that takes the emulator for Azure.

    It reaches the emulator by the proxy, and no other host over https. Where no emulator runs, one is started for the
    command. Ends with the code of the command.
    """
    from acr_identity.cli.emulator.run import run

    raise click.exceptions.Exit(run(given, command))
