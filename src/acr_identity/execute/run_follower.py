"""A run as it goes: the lines of its log while they come, and its end."""

from __future__ import annotations

import codecs
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from acr_identity.errors import AzureError, NotAuthorisedError
from acr_identity.execute.clock import Clock
from acr_identity.gateway import Gateway
from acr_identity.state import LiveRun, LogChunk

_FIRST_PAUSE, _LONGEST_PAUSE = 0.25, 5.0
_QUIET_POLLS = 3
_TIME = re.compile(r"^\d{4}/\d{2}/\d{2} \d{2}:\d{2}:\d{2} ")
_REFUSED_BY_RUNNER = re.compile(
    r"^(unable to render task|failed to unmarshal task|failed to login|error creating registry credentials)",
    re.IGNORECASE,
)
_REFUSED_TO_DOCKER = re.compile(
    r"unauthorized|denied|forbidden|invalid reference format|manifest .*(unknown|not found)|does not exist|"
    r"error response from daemon|no such (file|image)|unable to (understand|prepare)",
    re.IGNORECASE,
)
_FAILED_STEP = re.compile(r"^failed to ", re.IGNORECASE)


@dataclass(slots=True)
class RunFollower:
    """Reads the log of one run and waits for its end."""

    gateway: Gateway
    run: LiveRun
    clock: Clock
    stop: threading.Event = field(default_factory=threading.Event)
    _address: str = field(default="", repr=False)

    def lines(self) -> Iterator[str]:
        """Yield the lines of the log as they are written, until it is complete.

        Raises:
            AzureError: the log cannot be read.
        """
        rest, offset, quiet = "", 0, 0
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while not self.stop.is_set():
            chunk = self._read(offset)
            offset += len(chunk.data)
            *complete, rest = (rest + decoder.decode(chunk.data, final=chunk.end is not None)).split("\n")
            yield from (line.rstrip("\r") for line in complete)
            quiet = 0 if chunk.data else quiet + 1
            if chunk.end is not None or self._has_fallen_silent(quiet):
                break
            self.clock.wait(_pause(quiet), self.stop)
        if rest:
            yield rest

    def end(self) -> LiveRun:
        """Wait until the run has ended and return it.

        Raises:
            AzureError: the run cannot be read.
        """
        polls = 0
        while not self.run.is_final and not self.stop.is_set():
            self._refresh()
            if not self.run.is_final:
                polls += 1
                self.clock.wait(_pause(polls), self.stop)
        return self.run

    def cancel(self) -> None:
        """Ask Azure to end the run."""
        self.gateway.cancel(self.run.registry, self.run.run_id)

    def _read(self, offset: int) -> LogChunk:
        if not self._address:
            self._address = self.gateway.log_address(self.run.registry, self.run.run_id)
        try:
            return self.gateway.read_log(self._address, offset)
        except NotAuthorisedError:
            # The signature of the address lasts for about an hour; a run may last for eight.
            self._address = self.gateway.log_address(self.run.registry, self.run.run_id)
            return self.gateway.read_log(self._address, offset)

    def _has_fallen_silent(self, quiet: int) -> bool:
        # A run that ended without marking its log complete would otherwise be awaited for ever.
        if quiet == 0 or quiet % _QUIET_POLLS:
            return False
        was_final = self.run.is_final
        self._refresh()
        return was_final

    def _refresh(self) -> None:
        seen = self.gateway.run(self.run.registry, self.run.run_id)
        if seen is None:
            raise AzureError(
                f"run {self.run.run_id} is not there any more", resource=str(self.run.registry), status=404
            )
        self.run = seen


def reason_of_failure(lines: tuple[str, ...], otherwise: str) -> str:
    """Return the line of a failed run's log that says why it failed, in the runner's or docker's words."""
    told = [_TIME.sub("", line).strip() for line in lines]
    for tells in (_REFUSED_BY_RUNNER, _REFUSED_TO_DOCKER, _FAILED_STEP):
        reasons = [line for line in told if tells.search(line)]
        if reasons:
            return reasons[0]
    return otherwise


def _pause(quiet: int) -> float:
    return float(min(_FIRST_PAUSE * 2 ** min(quiet, 10), _LONGEST_PAUSE))
