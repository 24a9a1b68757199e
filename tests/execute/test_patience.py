"""How often, after which pauses and for how long something is tried again."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from acr_identity.changes import Patience
from acr_identity.errors import AzureError
from acr_identity.execute.patience import persist
from clocks import VirtualClock

BUSY, NO = AzureError("busy"), AzureError("no")


class Attempts:
    """Something that is refused so many times, each time after so many seconds."""

    def __init__(self, clock: VirtualClock, refusals: int, error: AzureError = BUSY, seconds: float = 0.0) -> None:
        self.made = 0
        self._clock, self._refusals, self._error, self._seconds = clock, refusals, error, seconds

    def __call__(self) -> str:
        self._clock.now += self._seconds
        self.made += 1
        if self.made <= self._refusals:
            raise self._error
        return "done"


def patient(seconds: float) -> Callable[[AzureError], Patience | None]:
    return lambda error: Patience("it is busy", seconds) if error is BUSY else None


def tried(attempts: Attempts, clock: VirtualClock, seconds: float) -> tuple[str | None, list[tuple[str, float]]]:
    """Return the result, or nothing where it was refused in the end, and the waits that were told."""
    told: list[tuple[str, float]] = []
    try:
        result = persist(
            attempts, patient(seconds), clock, threading.Event(), lambda reason, pause: told.append((reason, pause))
        )
    except AzureError:
        return None, told
    return result, told


def test_what_succeeds_is_done_once() -> None:
    clock = VirtualClock()
    attempts = Attempts(clock, 0)
    assert tried(attempts, clock, 180.0) == ("done", [])
    assert (attempts.made, clock.pauses) == (1, [])


def test_what_will_not_pass_is_not_tried_again() -> None:
    clock = VirtualClock()
    attempts = Attempts(clock, 1, NO)
    assert tried(attempts, clock, 180.0) == (None, [])
    assert (attempts.made, clock.pauses) == (1, [])


def test_pauses_double_up_to_a_quarter_of_a_minute_and_each_is_told() -> None:
    clock = VirtualClock()
    result, told = tried(Attempts(clock, 7), clock, 180.0)
    pauses = [1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]
    assert (result, told) == ("done", [("it is busy", pause) for pause in pauses])
    assert clock.pauses == pauses


@pytest.mark.parametrize(
    ("budget", "attempts_take", "made"),
    [(7.0, 0.0, 4), (6.9, 0.0, 3), (8.0, 1.0, 3), (0.5, 0.0, 1)],
    ids=["just enough", "not enough", "with the time that it takes itself", "none"],
)
def test_a_wait_that_would_end_behind_the_budget_is_not_begun(budget: float, attempts_take: float, made: int) -> None:
    clock = VirtualClock(now=1000.0)
    attempts = Attempts(clock, 100, seconds=attempts_take)
    assert tried(attempts, clock, budget)[0] is None
    assert attempts.made == made


def test_the_budget_is_that_of_the_last_refusal() -> None:
    clock = VirtualClock()
    budgets = iter([180.0, 2.0])
    attempts = Attempts(clock, 2)
    with pytest.raises(AzureError, match="busy"):
        persist(
            attempts, lambda _: Patience("it is busy", next(budgets)), clock, threading.Event(), lambda *_told: None
        )
    assert (attempts.made, clock.pauses) == (2, [1.0])


def test_who_was_stopped_before_waits_no_more() -> None:
    clock, stop = VirtualClock(), threading.Event()
    stop.set()
    attempts = Attempts(clock, 1)
    with pytest.raises(AzureError, match="busy"):
        persist(attempts, patient(180.0), clock, stop, lambda *_told: None)
    assert (attempts.made, clock.pauses) == (1, [])


def test_who_is_stopped_in_a_wait_tries_no_more() -> None:
    clock, stop = VirtualClock(), threading.Event()
    attempts = Attempts(clock, 1)
    with pytest.raises(AzureError, match="busy"):
        persist(attempts, patient(180.0), clock, stop, lambda *_told: stop.set())
    assert (attempts.made, clock.pauses) == (1, [])
