"""`plan`, `apply` and `destroy`: a plan is shown, agreed to and carried out."""

from __future__ import annotations

import sys
import threading
from collections.abc import Sequence

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.endings import Presses
from acr_identity.cli.options import Settings
from acr_identity.cli.renderings import PLAN, REPORT, work_json
from acr_identity.cli.session import open_provisioner
from acr_identity.errors import ExitCode, InterruptedWorkError, UnsafePlanError
from acr_identity.execute import Report
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, load_spec

_READING = "Reading what Azure has"
_WORKING = "Making the changes"


def plan(console: Console, settings: Settings, targets: Sequence[str], *, detailed: bool) -> ExitCode:
    """Show what `apply` would do, and say whether it is something (`detailed`) or would be refused."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    with open_provisioner(settings, spec, console) as provisioner:
        planned = _planned(provisioner, spec, targets, console)
    console.show(PLAN, planned)
    if planned.unsafe:
        return ExitCode.REFUSED_AS_UNSAFE
    return ExitCode.CHANGES_PENDING if detailed and not planned.is_empty else ExitCode.DONE


def apply(console: Console, settings: Settings, targets: Sequence[str], *, yes: bool) -> ExitCode:
    """Make Azure have what the spec says."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    with open_provisioner(settings, spec, console) as provisioner:
        planned = _planned(provisioner, spec, targets, console)
        _before("apply", planned, console, asks=not (yes or settings.emulator))
        return _carried_out("apply", planned, provisioner, console)


def destroy(console: Console, settings: Settings, targets: Sequence[str], *, yes: bool) -> ExitCode:
    """Take back what `apply` made."""
    spec = load_spec(settings.spec, files_from=settings.files_from)
    with open_provisioner(settings, spec, console) as provisioner:
        with console.busy(_READING):
            planned = provisioner.plan_destroy(spec, tasks=targets or None)
        _before("destroy", planned, console, asks=not (yes or settings.emulator))
        return _carried_out("destroy", planned, provisioner, console)


def _planned(provisioner: Provisioner, spec: Spec, targets: Sequence[str], console: Console) -> Plan:
    with console.busy(_READING):
        return provisioner.plan(spec, tasks=targets or None)


def _before(kind: str, planned: Plan, console: Console, *, asks: bool) -> None:
    """Show the plan and have the user agree to it, unless it does nothing or is refused anyway."""
    asks = asks and not planned.is_empty and not planned.unsafe
    if console.format is not Format.JSON:
        console.show(PLAN, planned)
    elif asks and _can_ask():
        console.tell(PLAN.on(sys.stderr, planned))
    if asks:
        _agree(kind, planned)


def _agree(kind: str, planned: Plan) -> None:
    if not _can_ask():
        raise UnsafePlanError(
            ["nobody can be asked whether to go on: this is not a terminal"],
            advice=f"Look at the plan, then repeat `{kind}` with --yes.",
        )
    count = len(planned.steps)
    question = f"Make {'this change' if count == 1 else f'these {count} changes'}?"
    try:
        agreed = click.confirm(question, err=True)
    except OSError:  # the terminal has gone
        agreed = False
    if not agreed:
        raise InterruptedWorkError("nothing was changed: you did not agree")


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _carried_out(kind: str, planned: Plan, provisioner: Provisioner, console: Console) -> ExitCode:
    stop = threading.Event()
    with Presses(lambda: _stop(stop, console)).caught():
        with console.busy(_WORKING):
            report: Report = provisioner.apply(planned, stop=stop)
        if console.format is Format.JSON:
            console.result(work_json(kind, planned, report))
        elif not planned.is_empty:
            console.show(REPORT, report)
    return report.exit_code


def _stop(stop: threading.Event, console: Console) -> None:
    stop.set()
    console.tell("stopping: what is under way ends, nothing more is started")
