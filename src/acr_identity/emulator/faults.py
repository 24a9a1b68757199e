"""Faults on demand: answers that the service gives now and then, slow ones, and connections that break."""

from __future__ import annotations

import math
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.wire import Headers, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.clock import Clock
    from acr_identity.emulator.kernel.wire import Request

Disconnect: TypeAlias = Literal["", "before", "after"]

FAULT_HEADER = "x-ms-emulator-fault"
"""The request header that names a fault for this one request; a request without it is as any other."""
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OF_THE_SERVER = frozenset({"content-length", "transfer-encoding", "connection"})
# Whatever the casing, it takes a tenth of a second to compile one.
_WIDE_RANGE = re.compile(r"-(?:[^\x00-\x7f]|\\[uUN])")
_GROUP = re.compile(r"\\g<(\w+)>")


@dataclass(frozen=True, slots=True)
class Fault:
    r"""What goes wrong, for which requests, and how often.

    A disconnect `before` leaves the state as it is; one `after` has done what was asked, but nobody is told. A fault
    of status 0 without a disconnect lets the right answer through: with a `delay` it makes it a slow one.

    >>> Fault(path="/vaults/(?P<vault>[^/]+)", message=r"The vault '\g<vault>' is busy.").message_for("/x/vaults/v")
    "The vault 'v' is busy."
    """

    method: str = "*"
    """A verb, or `*` for all."""
    path: str = ".*"
    """A regular expression that is searched in the path, whatever the casing."""
    times: int | None = 1
    """How many requests it strikes; all of them with `None`."""
    after: int = 0
    """How many requests that it would strike go through first."""
    status: int = 500
    code: str = "InternalServerError"
    message: str = "The server encountered an error. Please try again later."
    r"""May use the groups of `path`, as `\g<name>`."""
    headers: Headers = ()
    """More header lines, like `("Retry-After", "1")`."""
    disconnect: Disconnect = ""
    every: int = 1
    """Of the requests that it would strike, it strikes the first and then each one of this number."""
    delay: float = 0.0
    """How many seconds of the emulator's clock the answer takes longer."""
    within: float | None = None
    """With a number, it strikes only a request that comes while another one is under way, or less than so many seconds
    after the other ended. Both are about the same thing if `path` matches the same text in them."""
    name: str = ""
    """With a name, it strikes only requests that name it in the header `x-ms-emulator-fault`."""

    def __post_init__(self) -> None:
        """Refuse what can never strike.

        Raises:
            ValueError: the path is no regular expression, a number is out of range, or the message uses a group that
                the path does not have.
        """
        _check_numbers(self)
        _check_headers(self)
        if _WIDE_RANGE.search(self.path):
            raise ValueError("a range like [a-z] in the path of a fault must end with a character of ASCII")
        try:
            groups = re.compile(self.path).groupindex
        except (re.error, RecursionError, OverflowError, FutureWarning) as error:
            raise ValueError(f"the path of a fault must be a regular expression: '{self.path}'") from error
        for group in _GROUP.findall(self.message):
            if group not in groups:
                raise ValueError(f"the message of a fault uses the group '{group}': add (?P<{group}>...) to its path")

    @property
    def takes_place(self) -> bool:
        """Say whether what was asked is done."""
        return self.disconnect == "after" or (not self.disconnect and not self.status)

    def concerns(self, request: Request) -> bool:
        """Say whether it is about a request like this one."""
        same_verb = self.method in {"*", request.method}
        return same_verb and self._found_in(request.decoded_path) is not None

    def subject(self, request: Request) -> str:
        """Return what the request is about: the text that `path` matches, in lower case."""
        found = self._found_in(request.decoded_path)
        return found[0].lower() if found else ""

    def message_for(self, path: str) -> str:
        """Return the message for a request of this path."""
        found = self._found_in(path)
        return _GROUP.sub(lambda used: found[used[1]] or "", self.message) if found else self.message

    def reply(self, request: Request) -> Reply:
        """Return the answer in place of the right one."""
        message = self.message_for(request.decoded_path)
        return ArmError(self.status, self.code, message, headers=self.headers).reply()

    def _found_in(self, path: str) -> re.Match[str] | None:
        return re.search(self.path, path, re.IGNORECASE)


def _check_numbers(fault: Fault) -> None:
    if fault.status and not 400 <= fault.status <= 599:  # noqa: PLR2004 - the classes of refusals in HTTP
        raise ValueError(f"the status of a fault must be 400 to 599, or 0 for the right answer: {fault.status}")
    if fault.every < 1 or fault.after < 0 or fault.delay < 0 or (fault.times is not None and fault.times < 1):
        raise ValueError("a fault needs `times` and `every` of at least 1, and no negative `after` or `delay`")
    if not all(map(math.isfinite, (fault.delay, fault.within or 0.0))):
        raise ValueError("the seconds of a fault must be a number, and not without end")


def _check_headers(fault: Fault) -> None:
    for name, _ in fault.headers:
        if not _HEADER_NAME.fullmatch(name) or name.lower() in _OF_THE_SERVER:
            raise ValueError(f"the header '{name}' of a fault cannot be set: leave it out, or spell it as HTTP does")


def vault_conflict(seconds: float) -> Fault:
    """Return the refusal of a write to a vault during another write to it, or less than so many seconds after it.

    Source: the common error codes of Key Vault, `ConflictError`, and its text in public reports. Within how much time
    writes are in each other's way is not published.
    """
    return Fault(
        method="PUT",
        path="/Microsoft.KeyVault/vaults/(?P<vault>[^/]+)(?=/accessPolicies/|/?$)",
        times=None,
        status=409,
        code="ConflictError",
        message=(
            "A conflict occurred that prevented the operation from completing. The operation failed because the Key "
            r"Vault '\g<vault>' changed from the point the operation began. This can happen if parallel operations are "
            "being performed on the Key Vault. To prevent this error, serialize the operations so that only one "
            "operation is performed on the Key Vault at a time. Follow this link for more information: "
            "https://go.microsoft.com/fwlink/?linkid=2147741"
        ),
        within=seconds,
    )


def _ready(name: str, status: int, code: str = "", *headers: tuple[str, str], disconnect: Disconnect = "") -> Fault:
    message = f"The request was answered so because its header {FAULT_HEADER} names '{name}'."
    return Fault(
        name=name, times=None, status=status, code=code, message=message, headers=headers, disconnect=disconnect
    )


READY: Mapping[str, Fault] = {
    fault.name: fault
    for fault in (
        _ready("internal-error", 500, "InternalServerError"),
        _ready("unavailable", 503, "ServiceUnavailable"),
        _ready("throttled", 429, "TooManyRequests", ("Retry-After", "1")),
        _ready("conflict", 409, "ConflictError"),
        _ready("cut-before", 0, disconnect="before"),
        _ready("cut-after", 0, disconnect="after"),
        Fault(name="slow", times=None, status=0, delay=5.0),
    )
}
"""The faults that a request may name without any having been added, by name. They strike each time."""


@dataclass
class _Added:
    """A fault, and what it has met so far."""

    fault: Fault
    seen: int = 0
    struck: int = 0
    under_way: dict[str, int] = field(default_factory=dict)
    ended: dict[str, float] = field(default_factory=dict)

    def strikes(self, request: Request, now: float) -> bool:
        fault = self.fault
        is_spent = fault.times is not None and self.struck >= fault.times
        if is_spent or not fault.concerns(request) or not self._is_close(fault.subject(request), now):
            return False
        self.seen += 1
        turn = self.seen - fault.after - 1
        if turn < 0 or turn % fault.every:
            return False
        self.struck += 1
        return True

    def _is_close(self, subject: str, now: float) -> bool:
        if self.fault.within is None or self.under_way.get(subject):
            return True
        return subject in self.ended and now - self.ended[subject] < self.fault.within

    def begin(self, subject: str) -> None:
        self.under_way[subject] = self.under_way.get(subject, 0) + 1

    def end(self, subject: str, now: float) -> None:
        self.under_way[subject] -= 1
        if not self.under_way[subject]:
            del self.under_way[subject]
        self.ended[subject] = now


class Faults:
    """The faults of an emulator, first added first tried. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._added: list[_Added] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; it is tried after those that are there."""
        with self._lock:
            self._added.append(_Added(fault))

    def clear(self) -> None:
        """Take all away."""
        with self._lock:
            self._added = []

    @contextmanager
    def watch(self, request: Request, clock: Clock) -> Iterator[Fault | None]:
        """Give the fault that strikes a request, if one does; it is counted. The request is under way until the end.

        A request that names a fault that there is not is struck by a 400 which says so.
        """
        with self._lock:
            fault = self._struck(request, clock.monotonic())
            takes_place = fault is None or fault.takes_place
            followed = [(one, one.fault.subject(request)) for one in self._following(request) if takes_place]
            for one, subject in followed:
                one.begin(subject)
        try:
            yield fault
        finally:
            with self._lock:
                for one, subject in followed:
                    one.end(subject, clock.monotonic())

    def _struck(self, request: Request, now: float) -> Fault | None:
        name = request.header(FAULT_HEADER).strip()
        known = [one for one in self._added if one.fault.name and one.fault.name == name]
        if name and not known and name not in READY:
            return _unknown(name, [*READY, *(one.fault.name for one in self._added if one.fault.name)])
        unnamed = [one for one in self._added if not one.fault.name]
        struck = next((one.fault for one in (*known, *unnamed) if one.strikes(request, now)), None)
        return struck or (READY.get(name) if not known else None)

    def _following(self, request: Request) -> list[_Added]:
        return [one for one in self._added if one.fault.within is not None and one.fault.concerns(request)]


def _unknown(name: str, names: list[str]) -> Fault:
    message = f"There is no fault '{name}' for the header {FAULT_HEADER}. There are: {', '.join(names)}."
    return Fault(status=400, code="UnknownFault", message=message)
