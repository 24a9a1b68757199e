"""`emulator run`: a command that takes the emulator for Azure."""

from __future__ import annotations

import click

from acr_identity.cli.emulator.server_options import ServerOptions, run_options
from acr_identity.cli.options import example


@click.command(
    "run",
    context_settings={"allow_interspersed_args": False},
    epilog=example("acr-identity emulator run -- az group list", "acr-identity emulator run -- python script.py"),
)
@run_options
@click.argument("command", nargs=-1, required=True, type=click.UNPROCESSED)
def run(options: ServerOptions, command: tuple[str, ...]) -> int:
    """Run a command that takes the emulator for Azure.

    It reaches the emulator by the proxy, and no other host over https. Where no emulator runs, one is started for the
    command. Ends with the code of the command.
    """
    from acr_identity.cli.emulator.served_command import run_served

    raise click.exceptions.Exit(run_served(options, command))
