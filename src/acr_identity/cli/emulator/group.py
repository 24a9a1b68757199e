"""The group `emulator` and its commands, each of which is in the room of its name."""

from __future__ import annotations

import click

from acr_identity.cli.emulator.env import env
from acr_identity.cli.emulator.requests import requests
from acr_identity.cli.emulator.reset import reset
from acr_identity.cli.emulator.run import run
from acr_identity.cli.emulator.start import start
from acr_identity.cli.emulator.status import status
from acr_identity.cli.emulator.stop import stop
from acr_identity.cli.options import Workflow, example


@click.group(
    "emulator",
    cls=Workflow,
    epilog=example("acr-identity emulator start", "acr-identity emulator run -- az group list"),
)
def emulator() -> None:
    """Serve a local cloud that az and the Azure SDKs can use.

    It answers over HTTPS on this machine, and through a proxy that takes the place of Azure's own hosts. All its files
    are in .acr_identity beside its state.
    """


for _command in (start, stop, status, reset, requests, env, run):
    emulator.add_command(_command)
