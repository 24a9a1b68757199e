"""The few refusals that pass by themselves and that the SDK cannot know: try again, within a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from acr_identity.errors import AzureError
from acr_identity.execute.clock import Clock

BUDGET_SECONDS = 180.0
"""For how long one change is tried again, in all."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0

_Result = TypeVar("_Result")


def persist(
    action: Callable[[], _Result],
    reason: Callable[[AzureError], str | None],
    clock: Clock,
    stop: threading.Event,
    on_wait: Callable[[str, float], None],
) -> _Result:
    """Do something, again and again while there is a reason to wait and time is left.

    Raises:
        AzureError: the last refusal.
    """
    for pause in _pauses(clock):
        try:
            return action()
        except AzureError as error:
            why = reason(error)
            if why is None or stop.is_set():
                raise
            on_wait(why, pause)
            clock.wait(pause, stop)
            if stop.is_set():
                raise
    return action()


def _pauses(clock: Clock) -> Iterator[float]:
    end = clock.monotonic() + BUDGET_SECONDS
    pause = _FIRST_PAUSE
    while clock.monotonic() + pause <= end:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE)
