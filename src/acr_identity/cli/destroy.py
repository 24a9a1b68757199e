"""`destroy`: what `apply` made is taken back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import AzureOptions, azure_options, example, target_option, yes_option
from acr_identity.errors import ExitCode

if TYPE_CHECKING:
    from acr_identity.plan import Plan


@click.command("destroy", epilog=example("acr-identity destroy spec.yaml"))
@azure_options
@target_option
@yes_option
@click.pass_obj
def destroy(console: Console, options: AzureOptions, target: tuple[str, ...], *, yes: bool) -> ExitCode:
    """Take back what `apply` made for the tasks of a spec.

    What others made stays. Shows the plan and asks; with --yes or --emulator it does not ask. Ctrl-C, SIGTERM and
    SIGHUP end it as they end `apply`.
    """
    from acr_identity.cli.planned_work import agreed, carried_out
    from acr_identity.cli.session import READING, open_provisioner
    from acr_identity.spec import load_spec

    spec = load_spec(options.spec, files_from=options.files_from)
    with open_provisioner(options, spec, console) as provisioner:

        def make() -> Plan:
            with console.busy(READING):
                return provisioner.plan_destroy(spec, tasks=target or None)

        planned = agreed("destroy", make(), make, console, asks=not (yes or options.emulator))
        return carried_out(
            "destroy",
            planned,
            lambda stop: provisioner.destroy(spec, tasks=target or None, plan=planned, stop=stop),
            console,
        )
