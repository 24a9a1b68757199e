"""`apply`: Azure is made to have what the spec says."""

from __future__ import annotations

import click

from acr_identity.cli.console import Console
from acr_identity.cli.options import (
    AzureOptions,
    adopt_option,
    azure_options,
    example,
    max_removals_option,
    prune_option,
    target_option,
    yes_option,
)
from acr_identity.errors import ExitCode


@click.command(
    "apply",
    epilog=example("acr-identity apply spec.yaml", "acr-identity apply spec.yaml --yes --output json"),
)
@azure_options
@target_option
@prune_option
@adopt_option
@max_removals_option
@yes_option
@click.pass_obj
def apply(
    console: Console,
    options: AzureOptions,
    target: tuple[str, ...],
    max_removals: int | None,
    *,
    prune: bool,
    adopt: bool,
    yes: bool,
) -> ExitCode:
    """Make Azure have what the spec says.

    Shows the plan and asks; with --yes or --emulator it does not ask. Ctrl-C, SIGTERM and SIGHUP let the requests that
    are under way end, start no more, and still show the report. What is done stays done: the same command again goes on
    from there. A plan that removes more than --max-removals is refused.
    """
    from acr_identity.cli.planned_work import carried_out, check_agreed
    from acr_identity.cli.session import open_provisioner, reading, spec_of
    from acr_identity.plan import refusal_of_removals

    spec = spec_of(options)
    with open_provisioner(options, spec, console) as provisioner:
        with reading(console):
            planned = provisioner.plan(spec, tasks=target or None, prune=prune, adopt=adopt)
        is_refused = refusal_of_removals(planned, max_removals) is not None
        check_agreed("apply", planned, console, asks=not (yes or options.emulator or is_refused))
        return carried_out(
            "apply",
            planned,
            lambda stop: provisioner.apply(planned, stop=stop, max_removals=max_removals),
            console,
        )
