"""What a server is started with: on the command line, and as the server takes it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from acr_identity.cli.options import gathered
from acr_identity.errors import SettingsError

if TYPE_CHECKING:
    from acr_identity.emulator.fault_file import FaultFile
    from acr_identity.emulator.server.open_emulator import ServerStart

_FILE = click.Path(path_type=Path)


@dataclass(frozen=True, slots=True)
class ServerOptions:
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


def _number(_context: click.Context, _parameter: click.Parameter, value: float) -> float:
    # Every comparison with it is false, so that no range keeps it out.
    if math.isnan(value):
        raise click.BadParameter("nan is no number of seconds.")
    return value


state_option = click.option(
    "--state",
    type=_FILE,
    metavar="FILE",
    default=Path(".acr_identity", "emulator.json"),
    show_default=True,
    help="Where the emulator keeps its state; which emulator is meant.",
)
"""Which server is meant."""

_WORLD_OPTIONS = (
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
_ADDRESS_OPTIONS = (
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8443,
        show_default=True,
        help="The port for HTTPS; 0 for a free one.",
    ),
    click.option(
        "--proxy-port",
        type=click.IntRange(0, 65535),
        default=8444,
        show_default=True,
        help="The port of the proxy; 0 for a free one.",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at."),
    click.option(
        "--allow-remote",
        is_flag=True,
        help="Listen at an address that other machines reach. This is unsafe: the sign-in secret of the emulator is "
        "no secret, so whoever reaches the port can read and change all that is in it, the secrets of its vaults "
        "included. From other machines only the proxy can be used, because no certificate names such an address. All "
        "of 127.0.0.0/8 is this machine itself and needs no leave.",
    ),
)

start_options = gathered(ServerOptions, (state_option, *_WORLD_OPTIONS, *_ADDRESS_OPTIONS))
"""All of `ServerOptions`, for a command that serves; its function gets them as one value."""
run_options = gathered(ServerOptions, (state_option, *_WORLD_OPTIONS))
"""The same without the address: free ports of the loopback."""


def server_start(options: ServerOptions) -> ServerStart:
    """Return the same as the server takes it, with what its files hold.

    Raises:
        SettingsError: the file of faults cannot be used.
        SpecError: the world file is invalid.
    """
    from acr_identity.emulator import World
    from acr_identity.emulator.server.endpoint import Listen
    from acr_identity.emulator.server.open_emulator import ServerStart
    from acr_identity.spec import load_document

    return ServerStart(
        state=options.state,
        listen=Listen(options.host, options.port, options.proxy_port),
        world=load_document(options.world, World) if options.world else None,
        latency=options.latency,
        faults=_faults(options.faults),
    )


def _faults(path: Path | None) -> FaultFile | None:
    from acr_identity.emulator.fault_file import FaultFile, FaultFileError

    try:
        return FaultFile.load(path) if path else None
    except FaultFileError as error:
        raise SettingsError(str(error)) from error
