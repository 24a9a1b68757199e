"""`emulator start`: a server in the foreground."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_client import told_as_settings
from acr_identity.cli.emulator.server_options import ServerOptions, server_start, start_options
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode, SettingsError

if TYPE_CHECKING:
    from acr_identity.emulator.server.messages import Status


@click.command(
    "start",
    epilog=example("acr-identity emulator start", "acr-identity emulator start --world world.yaml --port 0"),
)
@start_options
@click.pass_obj
def start(console: Console, options: ServerOptions) -> ExitCode:
    """Serve in the foreground until Ctrl-C or `emulator stop`.

    Prints one line when it is ready. Every change is in the state file before it is answered, so that nothing is lost
    however it ends.
    """
    import asyncio

    from acr_identity.emulator.server.server_process import serve

    if not _is_this_machine(options.host) and not options.allow_remote:
        raise SettingsError(
            f"{options.host} can be reached from other machines",
            advice="Use 127.0.0.1, or read in the help what --allow-remote gives away.",
        )

    def announce(status: Status) -> None:
        console.line(f"emulator ready at {status.url}, proxy {status.proxy}, pid {status.pid}")

    with told_as_settings():
        asyncio.run(serve(server_start(options), announce))
    return ExitCode.DONE


def _is_this_machine(host: str) -> bool:
    import ipaddress

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"
