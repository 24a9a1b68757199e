"""A plan is shown, agreed to and carried out."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.endings import Presses
from acr_identity.cli.renderings import PLAN, REPORT, work_json
from acr_identity.errors import ExitCode, InterruptedWorkError, UnsafePlanError
from acr_identity.execute import Report
from acr_identity.plan import Plan

_WORKING = "Making the changes"


def check_agreed(command: str, plan: Plan, console: Console, *, asks: bool) -> None:
    """Show the plan and have the user agree to it, unless it does nothing or is refused anyway.

    Raises:
        UnsafePlanError: nobody can be asked.
        InterruptedWorkError: the user does not agree.
    """
    asks = asks and not plan.is_empty and not plan.unsafe
    if console.format is not Format.JSON:
        console.show(PLAN, plan)
    elif asks and _can_ask():
        console.tell(PLAN.on(sys.stderr, plan))
    if asks:
        _agree(command, plan)


def _agree(command: str, plan: Plan) -> None:
    if not _can_ask():
        raise UnsafePlanError(
            ["nobody can be asked whether to go on: this is not a terminal"],
            advice=f"Look at the plan, then repeat `{command}` with --yes.",
        )
    count = len(plan.steps)
    question = f"Make {'this change' if count == 1 else f'these {count} changes'}?"
    try:
        agreed = click.confirm(question, err=True)
    except OSError:  # the terminal has gone
        agreed = False
    if not agreed:
        raise InterruptedWorkError("nothing was changed: you did not agree")


def _can_ask() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def carried_out(command: str, plan: Plan, work: Callable[[threading.Event], Report], console: Console) -> ExitCode:
    """Do the work of a plan, print what became of it, and return what a command ends with that did it.

    `work` makes the changes; whoever sets its event stops it.
    """
    stop = threading.Event()
    with Presses(lambda: _stop(stop, console)).caught():
        with console.busy(_WORKING):
            report = work(stop)
        if console.format is Format.JSON:
            console.result(work_json(command, plan, report))
        elif not plan.is_empty:
            console.show(REPORT, report)
    return report.exit_code


def _stop(stop: threading.Event, console: Console) -> None:
    stop.set()
    console.tell("stopping: what is under way ends, nothing more is started")
