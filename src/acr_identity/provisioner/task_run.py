"""A run of a task that can be read line by line and waited for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from threading import Lock

from acr_identity import render
from acr_identity.errors import RunError
from acr_identity.execute import Clock, RunFollower, reason_of_failure
from acr_identity.render import RunView
from acr_identity.secrecy import NotPickled
from acr_identity.state import LiveRun

_REFUSED = re.compile(r"unauthorized|denied|forbidden|not authorized|permission|identity", re.IGNORECASE)
_ACCESS_ADVICE = "`show` tells which identity, grants and credentials the task has; `plan` tells what is missing."
_LOG_ADVICE = "The log tells at which step it ended, and why."


class TaskRun(NotPickled):
    """A run that was queued. Iterate over it for the lines of its log as they come; `wait` for its end.

    The log is read once, whoever asks for it: a second iteration gives the same lines from the first on.

    >>> from acr_identity import Provisioner
    >>> with Provisioner.emulated("examples/cross-registry/world.yaml") as provisioner:
    ...     report = provisioner.apply(provisioner.plan("examples/cross-registry/spec.yaml"))
    ...     run = provisioner.run("helloworldtask")
    ...     print(any("Successfully" in line for line in run), run.wait().status)
    True Succeeded
    """

    _instead = "a run is not pickled, for it is being read: send its task's id and `run_id`, and use `attach` there"

    def __init__(self, follower: RunFollower, clock: Clock) -> None:
        self._follower = follower
        self._clock = clock
        self._start = clock.monotonic()
        self._seen: list[str] = []
        self._source = follower.lines()
        self._reading = Lock()
        self._seconds = 0.0

    @property
    def run_id(self) -> str:
        """Return the run's id, such as `cf1`."""
        return self._follower.run.run_id

    @property
    def status(self) -> str:
        """Return the status that was seen last."""
        return self._follower.run.status

    def __iter__(self) -> Iterator[str]:
        number = 0
        while (line := self._line(number)) is not None:
            yield line
            number += 1

    def wait(self, *, check: bool = False) -> LiveRun:
        """Wait until the run has ended and return it.

        Args:
            check: raise if it ended in anything but success.

        Raises:
            RunError: `check` is set and the run did not succeed; `reason` is the line of the log that says why.
            AzureError: the run or its log cannot be read.
        """
        lines = tuple(self)
        ended = self._follower.end()
        self._seconds = self._seconds or self._clock.monotonic() - self._start
        if check and ended.status != "Succeeded":
            reason = reason_of_failure(lines, ended.error)
            advice = _ACCESS_ADVICE if _REFUSED.search(reason) else _LOG_ADVICE
            raise RunError(ended.run_id, ended.status, reason, advice=advice)
        return ended

    def cancel(self) -> None:
        """Ask Azure to end the run.

        Raises:
            AzureError: it was refused.
        """
        self._follower.cancel()

    @property
    def view(self) -> RunView:
        """Return what is known of the run by now, as a value."""
        run = self._follower.run
        failed = run.is_final and run.status != "Succeeded"
        return RunView(run, self._seconds, reason_of_failure(tuple(self._seen), run.error) if failed else "")

    def __str__(self) -> str:
        return render.run_text(self.view)

    def _repr_html_(self) -> str:
        return render.run_html(self.view)

    def _line(self, number: int) -> str | None:
        with self._reading:
            if number == len(self._seen):
                line = next(self._source, None)
                if line is None:
                    return None
                self._seen.append(line)
            return self._seen[number]
