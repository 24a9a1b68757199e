"""The clock of a served emulator: it does not hold up the end of the process."""

from __future__ import annotations

import threading

from acr_identity.emulator.kernel.clock import SystemClock


class WakingClock(SystemClock):
    """The clock of the machine, whose sleepers can all be woken."""

    def __init__(self) -> None:
        self._woken = threading.Event()

    def sleep(self, seconds: float) -> None:
        """Wait, but no longer than until everybody is woken."""
        self._woken.wait(seconds)

    def wake(self) -> None:
        """End all waiting, now and from now on."""
        self._woken.set()
