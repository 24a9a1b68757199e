"""`emulator env`: what a shell needs to use the server."""

from __future__ import annotations

from pathlib import Path

import click

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.emulator.server_options import state_option
from acr_identity.cli.options import example
from acr_identity.errors import ExitCode


@click.command(
    "env", epilog=example('eval "$(acr-identity emulator env)"', "acr-identity emulator env --shell fish | source")
)
@state_option
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
def env(console: Console, state: Path, via: str, shell: str) -> ExitCode:
    """Print what makes the programs of a shell use the emulator.

    These are environment variables for az, for the Azure SDKs and for this program, the secret to sign in with
    included.
    """
    from acr_identity.emulator.server.environment import Shell, Way, script, variables

    client = client_of(state)
    with told_as_settings():
        found, account = client.status(), client.account()
    console.line(script(variables(Way(via), found, account, client.places), Shell(shell)).rstrip("\n"))
    return ExitCode.DONE
