"""`emulator requests`: what the server has answered."""

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
    from acr_identity.emulator.server.messages import Answered


@click.command("requests", epilog=example("acr-identity emulator requests", "acr-identity emulator requests --count"))
@state_option
@output_option(Format.TEXT, Format.JSON)
@click.option("--count", "counts", is_flag=True, help="Only how many there were.")
@click.pass_obj
def requests(console: Console, state: Path, *, counts: bool) -> ExitCode:
    """Show the requests that the emulator has answered.

    They are in the order of their answers, since its start or the last `reset`.
    """
    with told_as_settings():
        found = client_of(state).requests().requests
    if console.format is Format.JSON:
        from acr_identity.render.to_json import to_json

        lines = {} if counts else {"requests": [one.model_dump() for one in found]}
        console.result(to_json("requests", {"count": len(found), **lines}))
    elif counts:
        console.result(str(len(found)))
    else:
        for one in found:
            console.line(_line(one))
    return ExitCode.DONE


def _line(one: Answered) -> str:
    version = f"  {one.api_version}" if one.api_version else ""
    answered = str(one.status) if one.status else "cut"
    return f"{answered}  {one.method:<6}  https://{one.host}{one.path}{version}  {1000 * one.seconds:.1f} ms"
