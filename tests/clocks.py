"""Time for tests: waiting takes none."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field


@dataclass
class VirtualClock:
    """A clock on which waiting takes no time. It keeps the pauses that were made."""

    now: float = 0.0
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def wait(self, seconds: float, stop: threading.Event) -> None:
        if not stop.is_set():
            self.pauses.append(seconds)
            self.now += seconds


class TogetherClock:
    """A clock for several threads: it goes on to where the first wait ends when nobody has moved for a moment.

    So waits that are made side by side take the time of one, as they do in life.
    """

    def __init__(self) -> None:
        self._now = 0.0
        self._moved = threading.Condition()
        self._moves = 0
        self._ends: list[float] = []

    def monotonic(self) -> float:
        return self._now

    def moved(self) -> None:
        """Note that somebody does something."""
        with self._moved:
            self._moves += 1

    def wait(self, seconds: float, stop: threading.Event) -> None:
        with self._moved:
            end = self._now + seconds
            self._ends.append(end)
            self._moves += 1
            while self._now < end and not stop.is_set():
                self._moved.wait(0.05)
            self._ends.remove(end)
            self._moves += 1

    def go(self, over: threading.Event) -> None:
        """Let time go on, until it is over."""
        seen = -1
        while not over.wait(0.004):
            with self._moved:
                if self._moves == seen and self._ends:
                    self._now = max(self._now, min(self._ends))
                    self._moved.notify_all()
                seen = self._moves
