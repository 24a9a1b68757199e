"""The few refusals that pass by themselves and that the SDK cannot know: try again, within a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TypeVar

from acr_identity.changes import Patience
from acr_identity.errors import AzureError
from acr_identity.execute.clock import Clock

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0

_Result = TypeVar("_Result")


def persist(
    action: Callable[[], _Result],
    patience: Callable[[AzureError], Patience | None],
    clock: Clock,
    stop: threading.Event,
    on_wait: Callable[[str, float], None],
) -> _Result:
    """Do something, again and again while there is a reason to wait and time is left.

    Raises:
        AzureError: the last refusal.
    """
    begin, pause = clock.monotonic(), _FIRST_PAUSE
    while True:
        try:
            return action()
        except AzureError as error:
            found = patience(error)
            if found is None or stop.is_set() or clock.monotonic() + pause > begin + found.seconds:
                raise
            on_wait(found.reason, pause)
            clock.wait(pause, stop)
            if stop.is_set():
                raise
        pause = min(pause * 2, _LONGEST_PAUSE)
