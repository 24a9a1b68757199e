"""The work as it goes, in lines."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, assert_never

import click

from acr_identity.cli.console import Console, has_color
from acr_identity.execute.report import Done, Failed, Outcome, Skipped
from acr_identity.render.escape import sentence, visible
from acr_identity.render.report import reason_of_skip
from acr_identity.render.titles import change_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from acr_identity.changes import Change
    from acr_identity.sdk import RequestSeen

_QUIET_SECONDS = 10.0
"""For how long nothing is told of waits of requests after one was told."""


class ProgressLines:
    """Tells of each change when it begins, when it has to wait, and when it has ended."""

    def __init__(self, console: Console, now: Callable[[], float] = time.monotonic) -> None:
        self._console = console
        self._now = now
        self._quiet_until = float("-inf")

    def started(self, change: Change) -> None:
        """Tell what is tried."""
        self._tell("started", "cyan", change_title(change))

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        """Tell why the change is tried again, and when; of waits of requests, which may be many, one in a while."""
        if change is not None:
            self._tell(f"waiting {seconds:g} s:", "yellow", f"{visible(reason)} ({change_title(change)})")
        elif self._now() >= self._quiet_until:
            self._quiet_until = self._now() + max(seconds, _QUIET_SECONDS)
            self._tell(f"waiting {seconds:g} s:", "yellow", visible(reason))

    def ended(self, outcome: Outcome) -> None:
        """Tell what became of the change."""
        title = change_title(outcome.change)
        match outcome:
            case Done(found=found, seconds=seconds):
                self._tell("done", "green", f"{title} ({'it was there already' if found else f'{seconds:.1f} s'})")
            case Failed(error=error):
                self._tell("failed", "red", f"{title}: {visible(sentence(error.message))}")
            case Skipped():
                self._tell("skipped", "yellow", f"{title}: {reason_of_skip(outcome)}")
            case _:
                assert_never(outcome)

    def _tell(self, word: str, color: str, text: str) -> None:
        self._console.tell(f"{click.style(word, fg=color) if has_color(sys.stderr) else word} {text}")


class RequestLines:
    """Tells of each request that was answered, or not."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def __call__(self, request: RequestSeen) -> None:
        """Tell one request."""
        status = str(request.status or "no answer")
        self._console.tell(
            f"{request.method} {visible(request.path)} {status} {request.seconds:.3f} s "
            f"request {request.request_id} correlation {request.correlation_id}"
        )
