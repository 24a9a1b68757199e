"""The clock of the machine."""

from __future__ import annotations

import threading
import time

from acr_identity.execute import SystemClock


class Stop(threading.Event):
    """An event that keeps for how long somebody would have waited for it."""

    def __init__(self) -> None:
        super().__init__()
        self.waits: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout)
        return self.is_set()


def test_the_clock_of_the_machine_tells_its_time() -> None:
    before = time.monotonic()
    assert before <= SystemClock().monotonic() <= time.monotonic()


def test_a_wait_is_one_for_the_stop_so_that_it_ends_with_it() -> None:
    stop = Stop()
    SystemClock().wait(600.0, stop)
    assert stop.waits == [600.0]
