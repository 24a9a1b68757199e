"""The program and its commands, each of which is in the room of its name."""

from __future__ import annotations

import click

from acr_identity.cli.options import Rooms, Workflow
from acr_identity.errors import ExitCode

PROGRAM = "acr-identity"
"""What the command is called in its own messages."""

_ROOMS = Rooms(
    "acr_identity.cli", "init", "schema", "validate", "plan", "apply", "run", "logs", "show", "destroy", "emulator"
)
_EXIT_CODES = "\b\nExit codes:\n" + "\n".join(f"  {int(code):>3}  {code.meaning}" for code in ExitCode)


@click.group(
    cls=Workflow, commands=_ROOMS, epilog=_EXIT_CODES, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="acr-identity", prog_name=PROGRAM)
def command_line() -> None:
    """Give tasks of Azure Container Registry their identity, roles, vault access and credentials, from one spec.

    Results go to standard output, everything else to standard error. With --output json, standard output is exactly
    one JSON document, also after an error.
    """
