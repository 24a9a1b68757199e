"""A run followed line by line, and what Ctrl-C does meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Protocol

import click

from acr_identity.cli.console import Console, Format
from acr_identity.cli.endings import Presses
from acr_identity.cli.failures import complain
from acr_identity.cli.renderings import of_run
from acr_identity.errors import AcrIdentityError, ExitCode, InterruptedWorkError, RunError
from acr_identity.render.escape import visible

if TYPE_CHECKING:
    from acr_identity.render import RunView
    from acr_identity.state import LiveRun


_SECONDS_TO_CANCEL = 5.0
"""How long a second Ctrl-C waits for the request of the first."""


class Followed(Protocol):
    """A run that can be read and cancelled, such as `acr_identity.provisioner.TaskRun`."""

    @property
    def run_id(self) -> str:
        """Return the run's id."""

    @property
    def view(self) -> RunView:
        """Return what is known of the run by now."""

    def __iter__(self) -> Iterator[str]:
        """Yield the lines of the log as they come."""

    def wait(self, *, check: bool) -> LiveRun:
        """Wait for the end; with `check`, raise `RunError` unless it is a success."""

    def cancel(self) -> None:
        """Ask Azure to end the run."""


def follow(run: Followed, console: Console) -> ExitCode:
    """Print the log as it grows, then the result. Return what a command ends with that ran the task.

    Raises:
        AzureError: the run or its log cannot be read.
    """
    return _told(_read_to_the_end(run, console), console)


def _read_to_the_end(run: Followed, console: Console) -> RunError | None:
    for line in run:
        _print_line(line, console)
    failure = None
    try:
        run.wait(check=True)
    except RunError as error:
        failure = error
    console.show(of_run(), run.view)
    return failure


def _told(error: RunError | None, console: Console) -> ExitCode:
    if error is None:
        return ExitCode.DONE
    complain(error, console)
    return error.exit_code


def follow_or_cancel(run: Followed, console: Console, logs_command: str, begin: str) -> ExitCode:
    """Follow a run; the first Ctrl-C cancels it and reads on, the second leaves it alone. So do other endings.

    `begin` is told first: whoever has read it can end the run by a signal.

    Raises:
        InterruptedWorkError: Ctrl-C was pressed twice.
        AzureError: the run or its log cannot be read.
    """
    presses = Presses(lambda: _cancel(run, console), second_raises=True)
    try:
        with presses.caught():
            console.tell(begin)
            error = _read_to_the_end(run, console)
    except KeyboardInterrupt:
        presses.finish(_SECONDS_TO_CANCEL)
        raise InterruptedWorkError(
            f"run {run.run_id} may still be going on", advice=f"Follow it with `{logs_command}`."
        ) from None
    if not presses.any:
        return _told(error, console)
    console.tell(f"interrupted: run {run.run_id} ended as {run.view.run.status}")
    return ExitCode.INTERRUPTED


def _cancel(run: Followed, console: Console) -> None:
    # An exception would tear the log apart, so the first Ctrl-C only asks Azure to end the run.
    console.tell(f"cancelling run {run.run_id}; press Ctrl-C again to leave it alone")
    try:
        run.cancel()
    except AcrIdentityError as error:
        complain(error, console)


def _print_line(line: str, console: Console) -> None:
    """Print a line of a log: the tabs of its author are kept, other control characters become visible."""
    text = "\t".join(map(visible, click.unstyle(line).split("\t")))
    if console.format is Format.TEXT:
        console.line(text)
    else:
        console.tell(text)
