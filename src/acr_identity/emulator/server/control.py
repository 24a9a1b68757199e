"""The reserved path of a server: its state, its log of requests, and its end. Each request needs the control token."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING

from pydantic import BaseModel

from acr_identity.emulator.app import RequestRecord
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.kernel.wire import Reply, Request
from acr_identity.emulator.server.host_names import is_loopback
from acr_identity.emulator.server.messages import Account, Answered, RequestLog, Status
from acr_identity.emulator.snapshot import read_snapshot
from acr_identity.emulator.state_file import StateFileError

if TYPE_CHECKING:
    from acr_identity.emulator.app import Emulator

PREFIX = "/.acr-identity/"
"""What the paths of control requests begin with. No service of Azure has such a path."""


class Control:
    """Answers control requests itself, and lets the emulator answer all others.

    Args:
        emulator: what is controlled.
        reset: begins anew.
        stop: asks the server to end; returns at once. It is called in a thread of the server.
    """

    def __init__(self, emulator: Emulator, *, reset: Callable[[], None], stop: Callable[[], None]) -> None:
        self.token = secrets.token_urlsafe(32)
        """What a control request has to bring as its bearer token."""
        self._emulator = emulator
        self._status: Status | None = None
        self._reset = reset
        self._stop = stop

    def ready(self, status: Status) -> None:
        """Answer control requests from now on; the number of requests in the status is kept up to date."""
        self._status = status

    def handle(self, request: Request) -> Reply:
        """Answer any request."""
        if self._status is None or not is_control(request):
            return self._emulator.handle(request)
        return self._answer(request, self._status)

    def _answer(self, request: Request, status: Status) -> Reply:
        if not secrets.compare_digest(request.header("Authorization").encode(), f"Bearer {self.token}".encode()):
            return ArmError(401, "Unauthorized", "The control token is missing or wrong.").reply()
        try:
            told = self._told(request.method, request.path.removeprefix(PREFIX), status)
        except StateFileError as error:
            return ArmError(500, "StateFileError", f"{error.path}: {error.reason}").reply()
        if told is None:
            return ArmError(404, "NotFound", "There is no such control request.").reply()
        return Reply(200, (("Content-Type", "application/json"),), told.model_dump_json().encode())

    def _told(self, method: str, name: str, status: Status) -> BaseModel | None:
        match method, name:
            case "GET", "requests":
                return RequestLog(requests=tuple(map(_answered, self._emulator.requests)))
            case "GET", "account":
                return account_of(self._emulator)
            case "POST", "reset":
                self._reset()
            case "POST", "stop":
                self._stop()
            case "GET", "status":
                pass
            case _:
                return None
        return self._current(status)

    def _current(self, status: Status) -> Status:
        return status.model_copy(update={"requests": len(self._emulator.requests)})


def is_control(request: Request) -> bool:
    """Say whether a request is about the server itself, and comes from this machine by the look of its host."""
    return request.path.startswith(PREFIX) and is_loopback(host_name(request.host))


def account_of(emulator: Emulator) -> Account:
    """Return the first service principal that can sign in, as the emulator holds it now."""
    state = read_snapshot(emulator.snapshot())
    found = next((one for one in state.directory.values() if one.secrets), None)
    return Account(
        tenant=state.tenant,
        subscription=state.subscription,
        client_id=found.client_id if found else "",
        client_secret=found.secrets[0].value if found else "",
    )


def _answered(record: RequestRecord) -> Answered:
    return Answered(
        method=record.method,
        host=record.host,
        path=record.path,
        api_version=record.api_version,
        status=record.status,
        route=record.route,
        seconds=round(record.end - record.start, 6),
    )
