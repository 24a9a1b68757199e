"""The signals that end a command: Ctrl-C, and what a pipeline, a container and a terminal that closes send."""

from __future__ import annotations

import contextlib
import itertools
import signal
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from types import FrameType

Handler: TypeAlias = "Callable[[int, FrameType | None], object]"

_ENDINGS = ("SIGINT", "SIGTERM", "SIGHUP")
"""Windows has no SIGHUP."""
_DEFAULTS = (signal.SIG_DFL, signal.default_int_handler)


def would_end() -> tuple[signal.Signals, ...]:
    """Return the signals that would end this process as it is: not those that are ignored, as under `nohup`."""
    known = (getattr(signal, name) for name in _ENDINGS if hasattr(signal, name))
    return tuple(number for number in known if signal.getsignal(number) in _DEFAULTS)


@contextlib.contextmanager
def caught(handler: Handler, afterwards: signal.Handlers | None = None) -> Iterator[None]:
    """Give the signals that end a command to a handler, for as long as the block runs.

    `afterwards` is what is done with them when it has ended; by default what was done before.

    Only those are taken that would end the process: one that is ignored, as under `nohup`, stays ignored, and one that
    the calling program handles stays with it. Python gives signals to its main thread; in another one nothing is done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in would_end()}
    try:
        for number in before:
            signal.signal(number, handler)
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old if afterwards is None else afterwards)


@dataclass(slots=True)
class Presses:
    """What the signals that end a command do: the first starts an action; the second raises, if it is told to.

    The action has a thread of its own: the one that a signal interrupts may hold the very locks that the action needs.
    """

    first: Callable[[], None]
    second_raises: bool = False
    any: bool = False
    """Whether there was one."""
    _numbers: Iterator[int] = field(default_factory=itertools.count, repr=False)
    _acting: threading.Thread | None = field(default=None, repr=False)
    _second: bool = field(default=False, repr=False)

    @contextlib.contextmanager
    def caught(self) -> Iterator[None]:
        """Take the signals while the block runs; at its end, wait for the action.

        Raises:
            KeyboardInterrupt: there was a second one.
        """
        with caught(self._pressed):
            yield
            self.finish()

    def finish(self, seconds: float | None = None) -> None:
        """Wait until the action is done, if one was started, or until the time is over."""
        if self._acting:
            self._acting.join(seconds)

    def _pressed(self, _signal: int, _frame: FrameType | None) -> None:
        # Signals that come together interrupt each other at any point of this; the first one must not be torn.
        self.any = True
        if next(self._numbers):
            self._second = True
        else:
            acting = threading.Thread(target=self.first, name="ending", daemon=True)
            acting.start()
            self._acting = acting
        if self._second and self._acting and self.second_raises:
            raise KeyboardInterrupt
