"""Two listening sockets and one event loop: HTTPS for clients that were told the address, the proxy for the others."""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import h11
import uvicorn
from uvicorn.server import ServerState

from acr_identity.emulator.server.application import Application, Handle
from acr_identity.emulator.server.certificates import Certificates
from acr_identity.emulator.server.connection import Connection
from acr_identity.emulator.server.endpoint import Endpoint, Listen
from acr_identity.emulator.server.proxy import FAREWELL_SECONDS, HANDSHAKE_SECONDS, Tunnel
from acr_identity.emulator.server.server_error import ServerError

_WORKERS = 64
"""How many requests are answered side by side; more wait for their turn."""
_KEEP_ALIVE_SECONDS = 75
_GRACE_SECONDS = 5.0
_BACKLOG = 512


class Server:
    """Serves one function over HTTPS and through a proxy.

    Args:
        handle: answers a request.
        certificates: show who answers.
        ca_bundle: the certificate to trust, for the endpoint.
    """

    def __init__(self, handle: Handle, certificates: Certificates, ca_bundle: Path) -> None:
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="emulator")
        self._control = ThreadPoolExecutor(1, thread_name_prefix="emulator-control")
        self._certificates = certificates
        self._ca_bundle = ca_bundle
        self._config = uvicorn.Config(
            Application(handle, self._workers, self._control),
            interface="asgi3",
            ws="none",
            lifespan="off",
            proxy_headers=False,
            access_log=False,
            log_config=None,
            log_level="critical",
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        self._config.load()
        self._state = ServerState()
        self._tunnels: set[Tunnel] = set()
        self._listening: list[asyncio.Server] = []

    async def start(self, listen: Listen) -> Endpoint:
        """Listen, and return where.

        Raises:
            ServerError: a port is taken, or the address is none of this machine.
        """
        loop = asyncio.get_running_loop()
        try:
            main = await loop.create_server(
                self._connection,
                listen.host,
                listen.port,
                ssl=self._certificates.loopback,
                ssl_handshake_timeout=HANDSHAKE_SECONDS,
                ssl_shutdown_timeout=FAREWELL_SECONDS,
                backlog=_BACKLOG,
            )
            self._listening.append(main)
            proxy = await loop.create_server(self._tunnel, listen.host, listen.proxy_port, backlog=_BACKLOG)
            self._listening.append(proxy)
        except OSError as error:
            await self.close()
            reason = error.strerror or type(error).__name__
            ports = f"ports {listen.port} and {listen.proxy_port} of {listen.host}"
            raise ServerError(f"{ports} cannot be used: {reason}", "choose others, or 0 for free ones") from error
        return Endpoint(listen.host, _port(main), _port(proxy), self._ca_bundle)

    async def close(self) -> None:
        """Listen no more, finish the requests that are under way, and close all connections."""
        for server in self._listening:
            server.close()
        for tunnel in list(self._tunnels):
            tunnel.abort()
        connections = [one for one in self._state.connections if isinstance(one, Connection)]
        for connection in connections:
            # It is over already where HTTP was broken by the client.
            with contextlib.suppress(h11.LocalProtocolError):
                connection.shutdown()
        if self._state.tasks:
            await asyncio.wait(set(self._state.tasks), timeout=_GRACE_SECONDS)
        for connection in connections:
            if connection in self._state.connections:
                connection.abort()
        for workers in (self._workers, self._control):
            workers.shutdown(wait=False, cancel_futures=True)

    def _connection(self) -> Connection:
        return Connection(self._config, self._state, asyncio.get_running_loop())

    def _tunnel(self) -> Tunnel:
        return Tunnel(asyncio.get_running_loop(), self._certificates.of, self._connection, self._tunnels)


def _port(server: asyncio.Server) -> int:
    port: int = server.sockets[0].getsockname()[1]
    return port
