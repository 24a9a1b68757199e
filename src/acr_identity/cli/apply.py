"""`apply`: Azure is made to have what the spec says."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

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

if TYPE_CHECKING:
    from acr_identity.plan import Plan


@click.command(
    "apply",
    epilog=example(
        "acr-identity apply spec.yaml",
        "acr-identity apply spec.yaml --yes --output json",
        "acr-identity apply plan.json",
    ),
)
@azure_options
@target_option
@prune_option
@adopt_option
@max_removals_option
@yes_option
@click.option(
    "--digest",
    metavar="DIGEST",
    help="The digest of the plan that was looked at: apply it without asking, and no other.",
)
@click.pass_obj
def apply(  # noqa: PLR0913 - one for each option
    console: Console,
    options: AzureOptions,
    target: tuple[str, ...],
    max_removals: int | None,
    *,
    prune: bool,
    adopt: bool,
    yes: bool,
    digest: str | None,
) -> ExitCode:
    """Make Azure have what the spec says.

    SPEC may also be a plan that `plan --out` has saved. Then the plan is made anew, and applied without asking if it is
    still the same; if not, this ends with 7 and says what is different.

    Shows the plan and asks; with --yes, --digest or --emulator it does not ask. If the answer takes more than a minute,
    the plan is made anew, and asked for again if it is another one. Ctrl-C, SIGTERM and SIGHUP let the requests that
    are under way end, start no more, and still show the report. What is done stays done: the same command again goes on
    from there. A plan that removes more than --max-removals is refused.
    """
    from acr_identity.cli.plan_source import PlanSource
    from acr_identity.cli.planned_work import agreed, carried_out, check_digest
    from acr_identity.cli.session import READING, open_provisioner
    from acr_identity.plan import refusal_of_removals

    source = PlanSource.of(options, target, prune=prune, adopt=adopt)
    if source.saved is None:
        (source.spec.only(target) if target else source.spec).with_environment(os.environ)  # before anything is asked
    with open_provisioner(source.options, source.spec, console) as provisioner:

        def make() -> Plan:
            with console.busy(READING):
                return source.plan(provisioner)

        planned = make()
        if digest is not None:
            check_digest(planned, digest, console)
        is_refused = refusal_of_removals(planned, max_removals) is not None
        asks = not (yes or options.emulator or source.saved or digest or is_refused)
        planned = agreed("apply", planned, make, console, asks=asks)
        return carried_out(
            "apply",
            planned,
            lambda stop: provisioner.apply(planned, stop=stop, max_removals=max_removals),
            console,
        )
