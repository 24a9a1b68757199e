"""`apply`: Azure is made to have what the spec says."""

from __future__ import annotations

import os

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import AzureOptions, azure_options, example, target_option, yes_option
from acr_identity.errors import ExitCode


@click.command(
    "apply",
    epilog=example("acr-identity apply spec.yaml", "acr-identity apply spec.yaml --yes --output json"),
)
@azure_options
@target_option
@yes_option
@click.pass_obj
def apply(console: Console, options: AzureOptions, target: tuple[str, ...], *, yes: bool) -> ExitCode:
    """Make Azure have what the spec says.

    Shows the plan and asks; with --yes or --emulator it does not ask. Ctrl-C, SIGTERM and SIGHUP let the requests that
    are under way end, start no more, and still show the report. What is done stays done: the same command again goes on
    from there.
    """
    from acr_identity.cli.planned_work import carried_out, check_agreed
    from acr_identity.cli.session import open_provisioner, reading, spec_of

    spec = spec_of(options)
    (spec.only(target) if target else spec).with_environment(os.environ)  # refuses before anything is asked
    with open_provisioner(options, spec, console) as provisioner:
        with reading(console):
            planned = provisioner.plan(spec, tasks=target or None)
        check_agreed("apply", planned, console, asks=not (yes or options.emulator))
        return carried_out("apply", planned, provisioner, console)
