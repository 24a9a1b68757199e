"""The HTTP/1.1 of uvicorn and h11, with a deadline for the head of a request and with errors in Azure's form."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypedDict

import h11
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from acr_identity.emulator.kernel.arm_errors import bad_request

HEAD_SECONDS = 30.0
"""How long a client may take to send the head of a request, counted from the connection or from its first byte."""


class ConnectionState(TypedDict):
    """What the application is told about the connection of a request, as the `state` of its scope."""

    abort: Callable[[], None]


class Connection(H11Protocol):
    """One connection of a client."""

    def __init__(self, config: Config, server_state: ServerState, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(config, server_state, {"abort": self.abort}, loop)
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Begin to wait for the first request."""
        super().connection_made(transport)
        self._watch()

    def data_received(self, data: bytes) -> None:
        """Read on, and answer what is whole."""
        super().data_received(data)
        self._watch()

    def on_response_complete(self) -> None:
        """Go on with what the client has sent meanwhile."""
        super().on_response_complete()
        if self.conn.trailing_data[0]:
            self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        self._unwatch()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Finish what is under way, and close the connection, unless it is closing already."""
        # Early releases of Python 3.11 cannot abort a TLS transport that was closed twice.
        if not self.transport.is_closing():
            super().shutdown()

    def abort(self) -> None:
        """Cut the connection; nothing more is sent."""
        self.transport.abort()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is not HTTP, and close the connection."""
        if self.conn.our_state in {h11.IDLE, h11.SEND_RESPONSE}:
            reply = bad_request("BadRequest", msg).reply()
            lines = [("Content-Type", "application/json; charset=utf-8"), ("Connection", "close")]
            lines.append(("Content-Length", str(len(reply.body))))
            events = (
                h11.Response(status_code=400, headers=lines, reason=b"Bad Request"),
                h11.Data(data=reply.body),
                h11.EndOfMessage(),
            )
            self.transport.write(b"".join(self.conn.send(event) or b"" for event in events))
        self.transport.close()

    def _watch(self) -> None:
        if self.conn.their_state is not h11.IDLE:
            self._unwatch()
        elif self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_SECONDS, self.abort)

    def _unwatch(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
