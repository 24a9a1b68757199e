"""Faults on demand: answers that the service gives now and then, and connections that break."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.emulator.errors import ArmError
from acr_identity.emulator.wire import Headers, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.wire import Request

Disconnect: TypeAlias = Literal["", "before", "after"]


@dataclass(frozen=True, slots=True)
class Fault:
    """What goes wrong, for which requests, and how often.

    A disconnect `before` leaves the state as it is; one `after` has done what was asked, but nobody is told.
    """

    method: str = "*"
    """A verb, or `*` for all."""
    path: str = ".*"
    """A regular expression that is searched in the path, whatever the casing."""
    times: int = 1
    """How many requests it strikes."""
    after: int = 0
    """How many requests that it would strike go through first."""
    status: int = 500
    code: str = "InternalServerError"
    message: str = "The server encountered an error. Please try again later."
    headers: Headers = ()
    """More header lines, like `("Retry-After", "1")`."""
    disconnect: Disconnect = ""

    def __post_init__(self) -> None:
        """Refuse a path that is no regular expression.

        Raises:
            ValueError: It is none.
        """
        try:
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"the path of a fault must be a regular expression: '{self.path}'") from error

    def concerns(self, request: Request) -> bool:
        """Whether it is about a request like this one."""
        same_verb = self.method in {"*", request.method}
        return same_verb and re.search(self.path, request.decoded_path, re.IGNORECASE) is not None

    def reply(self) -> Reply:
        """The answer in place of the right one."""
        return ArmError(self.status, self.code, self.message, headers=self.headers).reply()


class Faults:
    """The faults of an emulator, first added first tried. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._added: list[Fault] = []
        self._seen: list[int] = []

    def add(self, fault: Fault) -> None:
        """Add one."""
        with self._lock:
            self._added.append(fault)
            self._seen.append(0)

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._added.clear()
            self._seen.clear()

    def strike(self, request: Request) -> Fault | None:
        """The fault that strikes a request, if one does; it is counted."""
        with self._lock:
            for index, fault in enumerate(self._added):
                if not fault.concerns(request) or self._seen[index] >= fault.after + fault.times:
                    continue
                self._seen[index] += 1
                if self._seen[index] > fault.after:
                    return fault
        return None
