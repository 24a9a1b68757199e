"""A plan is shown, agreed to and carried out."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.endings import Presses
from acr_identity.cli.renderings import of_plan, of_report, work_json
from acr_identity.errors import ExitCode, InterruptedWorkError, StalePlanError, UnsafePlanError
from acr_identity.render.escape import visible

if TYPE_CHECKING:
    from acr_identity.execute import Report
    from acr_identity.plan import Plan

_WORKING = "Making the changes"
_FRESH_SECONDS = 60
"""How old a plan may be when the user agrees to it, for it to be carried out as it is."""


def agreed(
    command: str,
    plan: Plan,
    make: Callable[[], Plan],
    console: Console,
    *,
    asks: bool,
    now: Callable[[], float] = time.time,
) -> Plan:
    """Show the plan, have the user agree to it, and return it. One that does nothing or is unsafe needs no consent.

    If the answer took more than a minute, the plan is made anew. If it is another one then, the difference is told, and
    it is shown and asked for in turn.

    Args:
        command: what would carry it out.
        plan: what to agree to.
        make: makes the plan anew.
        console: where it is shown.
        asks: whether to ask at all.
        now: tells the time in seconds. It goes on while the machine sleeps.

    Raises:
        UnsafePlanError: nobody can be asked.
        InterruptedWorkError: the user does not agree.
    """
    while True:
        asks = asks and not plan.is_empty and not plan.unsafe
        _show(plan, console, asks=asks)
        if not asks:
            return plan
        asked = now()
        _agree(command, plan)
        if 0 <= now() - asked <= _FRESH_SECONDS:
            return plan
        plan, before = make(), plan
        if plan.does_the_same_as(before):
            return plan
        _tell_difference(before, plan, console)


def check_digest(plan: Plan, digest: str, console: Console) -> None:
    """Refuse a plan that is not the one with this digest, and show it.

    Raises:
        StalePlanError: it is another one.
    """
    if plan.digest == digest.lower():
        return
    _show(plan, console, asks=True)
    raise StalePlanError(
        [f"the digest of the plan is {plan.digest} now, not {digest}"],
        advice="Look at the plan as it is now, and give its whole digest.",
    )


def _show(plan: Plan, console: Console, *, asks: bool) -> None:
    if console.format is not Format.JSON:
        console.show(of_plan(), plan)
    elif asks:
        console.tell(of_plan().on(sys.stderr, plan))


def _tell_difference(before: Plan, after: Plan, console: Console) -> None:
    from acr_identity.provisioner.saved_plan import plan_differences

    console.tell("the plan is another one now:")
    json = of_plan().json
    found = plan_differences(json(before), json(after))
    for difference in found or ("a secret value in Azure is another one",):
        console.tell(f"  {visible(difference)}")


def _agree(command: str, plan: Plan) -> None:
    if not _can_ask():
        raise UnsafePlanError(
            ["nobody can be asked whether to go on: this is not a terminal"],
            advice=f"Look at the plan, then repeat `{command}` with --yes.",
        )
    count = len(plan.steps)
    question = f"Make {'this change' if count == 1 else f'these {count} changes'}?"
    try:
        answer = click.confirm(question, err=True)
    except OSError:  # the terminal has gone
        answer = False
    if not answer:
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
            console.show(of_report(), report)
    return report.exit_code


def _stop(stop: threading.Event, console: Console) -> None:
    stop.set()
    console.tell("stopping: what is under way ends, nothing more is started")
