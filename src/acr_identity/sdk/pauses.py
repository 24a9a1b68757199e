"""The pauses that all requests of a subscription make together, whichever thread and client sends them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from random import SystemRandom
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

    from acr_identity.execute import Clock

_SPREAD = 0.5
"""By how much of it a pause is made longer at most, by another part for each request: not all come at once then."""
_SAME_PAUSE_SECONDS = 1.0
"""A pause that ends so little later than one that was told of is the same."""
_SAME_TROUBLE_SECONDS = 60.0
"""How long after a pause another refusal belongs to the same trouble."""


@dataclass(slots=True)
class _Pause:
    until: float = float("-inf")
    length: float = 0.0
    refused_since: float | None = None


@dataclass(slots=True)
class Pauses:
    """Who waits for what in one gateway. All methods may be called from several threads at once.

    Args:
        clock: where the time is taken from and spent.
        on_wait: is told the reason and the seconds of each wait, and of one that all make together once.
        random: gives numbers from 0 to 1.
    """

    clock: Clock
    on_wait: Callable[[str, float], None] | None = None
    random: Callable[[], float] = field(default_factory=lambda: SystemRandom().random)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)
    _pauses: dict[str, _Pause] = field(default_factory=dict, init=False)
    _stop: threading.Event = field(default_factory=threading.Event, init=False)

    @property
    def stop(self) -> threading.Event:
        """Return what will end the waits that begin now."""
        return self._stop

    def stop_waiting(self) -> None:
        """End all waits that are under way. Those of later requests are not meant."""
        with self._lock:
            ended, self._stop = self._stop, threading.Event()
        ended.set()

    def take_turn(self, place: str, stop: threading.Event) -> None:
        """Wait until no pause holds for this place."""
        while not stop.is_set() and (seconds := self._left(place)) > 0:
            self.clock.wait(seconds, stop)

    def begin(self, place: str, seconds: float, reason: str) -> None:
        """Let all requests for this place wait for so many seconds from now on."""
        with self._lock:
            now, pause = self.clock.monotonic(), self._pauses.setdefault(place, _Pause())
            is_new = now + seconds >= max(now, pause.until) + min(seconds, _SAME_PAUSE_SECONDS)
            pause.until, pause.length = max(pause.until, now + seconds), seconds
        if is_new:
            self._tell(seconds, reason)

    def wait(self, seconds: float, reason: str, stop: threading.Event) -> None:
        """Wait alone."""
        self._tell(seconds, reason)
        self.clock.wait(seconds * (1 + self.random() * _SPREAD), stop)

    def refused(self, place: str) -> float:
        """Note a refusal for this place; return for how many seconds there has been nothing else."""
        with self._lock:
            now, pause = self.clock.monotonic(), self._pauses.setdefault(place, _Pause())
            if pause.refused_since is None or now - pause.until > _SAME_TROUBLE_SECONDS:
                pause.refused_since = now
            return now - pause.refused_since

    def taken(self, place: str) -> None:
        """Note that a request for this place was not refused."""
        with self._lock:
            if place in self._pauses:
                self._pauses[place].refused_since = None

    def _left(self, place: str) -> float:
        with self._lock:
            pause = self._pauses.get(place)
            left = 0.0 if pause is None else pause.until - self.clock.monotonic()
            return 0.0 if pause is None or left <= 0 else left + pause.length * self.random() * _SPREAD

    def _tell(self, seconds: float, reason: str) -> None:
        if self.on_wait is not None:
            self.on_wait(reason, seconds)


def place_of(url: str) -> str:
    """Return where a request is counted: its subscription, or its host where it is of none.

    >>> place_of("https://management.azure.com/subscriptions/S/resourceGroups/g?api-version=1")
    's'
    """
    parts = urlsplit(url)
    first, _, rest = parts.path.lower().lstrip("/").partition("/")
    return rest.partition("/")[0] if first == "subscriptions" and rest else parts.netloc.lower()
