"""`emulator status`: where the server is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.emulator.server_options import state_option
from acr_identity.cli.options import example, output_option
from acr_identity.errors import ExitCode

if TYPE_CHECKING:
    from acr_identity.emulator.server.messages import Status


@click.command("status", epilog=example("acr-identity emulator status --output json"))
@state_option
@output_option(Format.TEXT, Format.JSON)
@click.pass_obj
def status(console: Console, state: Path) -> ExitCode:
    """Show where the emulator is.

    Ends with 1 if none runs.
    """
    with told_as_settings():
        found = _facts(client_of(state).status())
    if console.format is Format.JSON:
        from acr_identity.render.to_json import to_json

        console.result(to_json("emulator", found))
    else:
        console.result("\n".join(f"{name:<10}{value}" for name, value in found.items()))
    return ExitCode.DONE


def _facts(status: Status) -> dict[str, str | int]:
    return {
        "url": status.url,
        "proxy": status.proxy,
        "pid": status.pid,
        "state": str(status.state),
        "started": status.started,
        "requests": status.requests,
    }
