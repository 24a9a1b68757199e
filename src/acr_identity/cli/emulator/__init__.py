"""The group `emulator` and its commands, each of which is in the room of its name."""

from __future__ import annotations

import click

from acr_identity.cli.options import Rooms, Workflow, example


@click.group(
    "emulator",
    cls=Workflow,
    commands=Rooms("acr_identity.cli.emulator", "start", "stop", "status", "reset", "requests", "env", "run"),
    epilog=example("acr-identity emulator start", "acr-identity emulator run -- az group list"),
)
def emulator() -> None:
    """Serve a local cloud that az and the Azure SDKs can use.

    It answers over HTTPS on this machine, and through a proxy that takes the place of Azure's own hosts. All its files
    are in .acr_identity beside its state.
    """
