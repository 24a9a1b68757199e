"""HTTP written by hand, for what a well-behaved client does not send."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager

from acr_identity.emulator.server import Endpoint

LAST = b"Host: localhost\r\nConnection: close\r\n\r\n"
"""The header lines of the last request on a connection, and the end of its head."""


@contextmanager
def connected(endpoint: Endpoint) -> Iterator[ssl.SSLSocket]:
    """Yield a TLS connection to a server."""
    context = ssl.create_default_context(cafile=endpoint.ca_bundle)
    with (
        socket.create_connection((endpoint.host, endpoint.port), timeout=10) as plain,
        context.wrap_socket(plain, server_hostname="localhost") as secured,
    ):
        yield secured


def everything(connection: socket.socket) -> bytes:
    """Return all that a server sends until it closes the connection."""
    parts = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


def answer_to(endpoint: Endpoint, *parts: bytes) -> bytes:
    """Send parts one after the other, and return all that comes back until the connection is closed."""
    with connected(endpoint) as connection:
        for part in parts:
            connection.sendall(part)
        return everything(connection)


def answer_of_proxy(endpoint: Endpoint, request: bytes) -> bytes:
    """The same for the proxy, without TLS."""
    with socket.create_connection((endpoint.host, endpoint.proxy_port), timeout=10) as connection:
        connection.sendall(request)
        return everything(connection)


def answer_to_early_request(endpoint: Endpoint, host: str, request: bytes) -> bytes:
    """Send a request through the proxy in one piece with the end of the TLS handshake; it must ask for the close."""
    context = ssl.create_default_context(cafile=endpoint.ca_bundle)
    received, sent = ssl.MemoryBIO(), ssl.MemoryBIO()
    secured = context.wrap_bio(received, sent, server_hostname=host)
    with socket.create_connection((endpoint.host, endpoint.proxy_port), timeout=10) as connection:
        connection.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        connection.recv(65536)
        while not _is_agreed(secured):
            connection.sendall(sent.read())
            received.write(connection.recv(65536))
        secured.write(request)
        connection.sendall(sent.read())
        received.write(everything(connection))
    return secured.read(65536)


def _is_agreed(secured: ssl.SSLObject) -> bool:
    try:
        secured.do_handshake()
    except ssl.SSLWantReadError:
        return False
    return True


def status_of(answer: bytes) -> int:
    """Return the status of the first response."""
    return int(answer.split(b" ", 2)[1])
