"""`plan`: what `apply` would do."""

from __future__ import annotations

from pathlib import Path
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
)
from acr_identity.errors import ExitCode

if TYPE_CHECKING:
    from acr_identity.plan import Plan


@click.command(
    "plan",
    epilog=example(
        "acr-identity plan spec.yaml",
        "acr-identity plan spec.yaml --output markdown --detailed-exitcode",
        "acr-identity plan spec.yaml --out plan.json",
    ),
)
@azure_options
@target_option
@prune_option
@adopt_option
@max_removals_option
@click.option("--detailed-exitcode", is_flag=True, help="End with 2 if there are changes to make.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save the plan, without any secret, for `apply FILE`. A plan that is unsafe is not saved.",
)
@click.pass_obj
def plan(  # noqa: PLR0913 - one for each option
    console: Console,
    options: AzureOptions,
    target: tuple[str, ...],
    max_removals: int | None,
    *,
    prune: bool,
    adopt: bool,
    detailed_exitcode: bool,
    out: Path | None,
) -> ExitCode:
    """Show what `apply` would do. Changes nothing.

    Ends with 7 if `apply` would refuse the plan as unsafe.
    """
    from acr_identity.cli.renderings import of_plan
    from acr_identity.cli.session import READING, open_provisioner
    from acr_identity.plan import refusal_of_removals
    from acr_identity.spec import load_spec

    spec = load_spec(options.spec, files_from=options.files_from)
    with open_provisioner(options, spec, console) as provisioner, console.busy(READING):
        planned = provisioner.plan(spec, tasks=target or None, prune=prune, adopt=adopt)
    if out is not None and not planned.unsafe:
        _save(planned, out, console)
    console.show(of_plan(), planned)
    if planned.unsafe or refusal_of_removals(planned, max_removals):
        return ExitCode.REFUSED_AS_UNSAFE
    return ExitCode.CHANGES_PENDING if detailed_exitcode and not planned.is_empty else ExitCode.DONE


def _save(planned: Plan, out: Path, console: Console) -> None:
    from acr_identity.provisioner import SavedPlan
    from acr_identity.render.escape import visible

    SavedPlan.of(planned).save(out)
    console.tell(f"saved the plan to {visible(str(out))}")
