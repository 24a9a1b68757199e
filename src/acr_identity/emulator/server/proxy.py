"""A proxy that knows one verb, `CONNECT`, and lets nobody out: Azure's own hosts are answered here, others refused."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable

import h11

from acr_identity.emulator.server.host_names import is_azure, is_loopback

HEAD_SECONDS = 10.0
"""How long a client may take to say where it wants to go."""
_HEAD_BYTES = 16 * 1024
HANDSHAKE_SECONDS = 10.0
"""How long a client may take to agree on TLS."""
FAREWELL_SECONDS = 1.0
"""How long a client may take to agree to the end of a connection."""
_PORT = "443"


class Tunnel(asyncio.Protocol):
    """A connection to the proxy, until it is handed over to the protocol that answers for the host.

    Args:
        loop: the event loop of the server.
        context_of: shows the certificate of a host.
        answering: makes the protocol that goes on once the connection is secured.
        open_tunnels: where it keeps itself while it is open and not handed over.
    """

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        context_of: Callable[[str], ssl.SSLContext],
        answering: Callable[[], asyncio.Protocol],
        open_tunnels: set[Tunnel],
    ) -> None:
        self._loop = loop
        self._context_of = context_of
        self._answering = answering
        self._open = open_tunnels
        self._head = h11.Connection(h11.SERVER, _HEAD_BYTES)
        self._upgrade: asyncio.Task[None] | None = None
        self._early = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the client's wish."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - asyncio says so for a stream
        self._transport = transport
        self._open.add(self)
        self._deadline = self._loop.call_later(HEAD_SECONDS, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the connection."""
        del exc
        self._deadline.cancel()
        self._open.discard(self)

    def data_received(self, data: bytes) -> None:
        """Read the head of the request, and act on it once it is whole; keep what comes before the TLS is ready."""
        if self._upgrade is not None:
            self._early += data
            return
        try:
            self._head.receive_data(data)
            event = self._head.next_event()
        except h11.RemoteProtocolError:
            self._refuse(400, "This is no HTTP request.")
            return
        if isinstance(event, h11.Request):
            self._decide(event)

    def abort(self) -> None:
        """Cut the connection."""
        self._transport.abort()

    def _decide(self, request: h11.Request) -> None:
        host, _, port = request.target.decode("ascii").rpartition(":")
        if request.method != b"CONNECT":
            self._refuse(403, "This proxy carries https only, by CONNECT.")
        elif not is_azure(host):
            hint = " Set NO_PROXY for this machine itself." if is_loopback(host.strip("[]")) else ""
            self._refuse(403, f"The host is not one of Azure's; the emulator lets nobody out.{hint}")
        elif port != _PORT:
            self._refuse(403, f"Azure answers on port {_PORT} only.")
        elif not isinstance(self._head.next_event(), h11.EndOfMessage) or self._head.trailing_data[0]:
            self._refuse(400, "A CONNECT has no body, and the client must wait for its answer.")
        else:
            self._deadline.cancel()
            self._transport.pause_reading()
            self._transport.write(self._head.send(h11.Response(status_code=200, headers=[])) or b"")
            self._upgrade = self._loop.create_task(self._secure(host))

    async def _secure(self, host: str) -> None:
        try:
            # What comes together with the end of the handshake is handed over before `start_tls` returns.
            secured = await self._loop.start_tls(
                self._transport,
                self,
                self._context_of(host),
                server_side=True,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=FAREWELL_SECONDS,
            )
        except OSError:
            # The client has gone, or does not trust the certificate; it knows better than we do.
            self._transport.abort()
            return
        finally:
            self._open.discard(self)
        if secured is not None:
            protocol = self._answering()
            secured.set_protocol(protocol)
            protocol.connection_made(secured)
            if self._early:
                protocol.data_received(self._early)

    def _refuse(self, status: int, reason: str) -> None:
        body = f"{reason}\n".encode()
        head = f"HTTP/1.1 {status} {'Forbidden' if status == 403 else 'Bad Request'}\r\n"  # noqa: PLR2004 - HTTP's
        lines = f"Content-Type: text/plain\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        self._transport.write(f"{head}{lines}".encode() + body)
        self._transport.close()
