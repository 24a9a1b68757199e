"""A connection, apart from the server that it belongs to."""

from __future__ import annotations

import asyncio

from uvicorn import Config
from uvicorn.server import ServerState

from acr_identity.emulator.server.connection import Connection


class CountingTransport(asyncio.Transport):
    """Says how often it was closed."""

    def __init__(self) -> None:
        super().__init__({"peername": ("127.0.0.1", 1), "sockname": ("127.0.0.1", 2)})
        self.closed = 0

    def is_closing(self) -> bool:
        return self.closed > 0

    def close(self) -> None:
        self.closed += 1


async def nobody(scope: object, receive: object, send: object) -> None:
    """Answer nothing."""


async def closed_after(times: int) -> int:
    """Return how often the transport was closed when the connection was told so many times to end."""
    config = Config(nobody, lifespan="off", ws="none", log_config=None)
    config.load()
    connection = Connection(config, ServerState(), asyncio.get_running_loop())
    transport = CountingTransport()
    connection.connection_made(transport)
    for _ in range(times):
        connection.shutdown()
    closed = transport.closed
    connection.connection_lost(None)
    return closed


def test_a_connection_that_is_closing_is_not_closed_again() -> None:
    assert asyncio.run(closed_after(2)) == 1
