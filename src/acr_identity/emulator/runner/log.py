"""The log of a run: its lines, its clock, and what must not stand in it."""

from __future__ import annotations

from datetime import datetime, timedelta

from acr_identity.emulator.kernel.runner_port import LogLine
from acr_identity.emulator.runner.gotext import quoted

_HIDDEN = "***"
_SHORTEST = 3
_LINE_MS = 1
_STAMP = "%Y/%m/%d %H:%M:%S"


class Mask:
    """Puts `***` where a secret value stands.

    The real runner does not do this: it pastes secrets into the task file and prints what it prints. Here a literal
    secret value is kept out of the log on purpose. Left as they are: values of one or two characters, which nothing
    tells from ordinary text, and values that stand in the public inputs of the run anyway, such as a Docker Hub user
    name that is also part of an image name in the task file.
    """

    def __init__(self, public: str) -> None:
        self._public = public
        self._hidden: list[str] = []

    def add(self, value: str) -> None:
        """Hide a value from now on: as it is, escaped, in lower case, and each of its lines."""
        forms = {
            value,
            quoted(value)[1:-1],
            value.lower(),
            value.strip(),
            *(line.strip() for line in value.split("\n")),
        }
        fresh = {form for form in forms if len(form) >= _SHORTEST and form not in self._public}
        self._hidden = sorted({*self._hidden, *fresh}, key=lambda form: (-len(form), form))

    def __call__(self, text: str) -> str:
        """Return the text without the hidden values."""
        for form in self._hidden:
            text = text.replace(form, _HIDDEN)
        return text


class Log:
    """Collects the lines of a run. Time passes only when something takes time: equal runs have equal logs."""

    def __init__(self, started: str, mask: Mask) -> None:
        self._started = datetime.strptime(f"{started} +0000", f"{_STAMP} %z")
        self._mask = mask
        self._lines: list[LogLine] = []
        self._ms = 0

    @property
    def seconds(self) -> float:
        """Return how long the run has taken up to now."""
        return self._ms / 1000

    @property
    def lines(self) -> tuple[LogLine, ...]:
        """Return what has been written."""
        return tuple(self._lines)

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        self._ms += round(seconds * 1000)

    def say(self, text: str) -> None:
        """Write with a time stamp: the runner's own reports. A further line of the text has no stamp."""
        stamp = (self._started + timedelta(milliseconds=self._ms + _LINE_MS)).strftime(_STAMP)
        self._write(f"{stamp} ", self._mask(text))

    def show(self, text: str) -> None:
        """Write without a time stamp: errors, and the output of containers."""
        self._write("", self._mask(text))

    def close(self, text: str) -> None:
        """Write the service's last words: a blank line and the result. They hold no text of the task."""
        self._write("", f"\n{text}")

    def _write(self, stamp: str, text: str) -> None:
        first, *others = text.split("\n")
        for line in (stamp + first, *others):
            self._ms += _LINE_MS
            self._lines.append(LogLine(self._ms / 1000, line))
