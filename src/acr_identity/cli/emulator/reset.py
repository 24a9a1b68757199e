"""`emulator reset`: the server begins anew."""

from __future__ import annotations

from pathlib import Path

import click

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.emulator.server_options import state_option
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode


@click.command("reset", epilog=example("acr-identity emulator reset"))
@state_option
@click.pass_obj
def reset(console: Console, state: Path) -> ExitCode:
    """Let the emulator begin anew.

    It holds its world again, has the faults that it was started with, and no requests. If the server was started
    again without --world, it begins with an empty subscription.
    """
    with told_as_settings():
        begun = client_of(state).reset()
    console.result(f"the emulator at {begun.url} has begun anew")
    return ExitCode.DONE
