"""`emulator stop`: the server is ended."""

from __future__ import annotations

from pathlib import Path

import click

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.emulator.server_options import state_option
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode


@click.command("stop", epilog=example("acr-identity emulator stop"))
@state_option
@click.pass_obj
def stop(console: Console, state: Path) -> ExitCode:
    """End the emulator, and return when it has ended."""
    with told_as_settings():
        ended = client_of(state).stop()
    console.result(f"stopped the emulator at {ended.url} (pid {ended.pid}); its state is in {ended.state}")
    return ExitCode.DONE
