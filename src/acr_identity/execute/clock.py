"""Time, so that tests need not wait for it."""

from __future__ import annotations

import threading
import time
from typing import Protocol


class Clock(Protocol):
    """What tells the time and waits."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait for so long, or until `stop` is set."""


class SystemClock:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> None:
        """Wait for so long, or until `stop` is set."""
        stop.wait(seconds)
