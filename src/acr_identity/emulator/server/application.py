"""The emulator as an ASGI application: requests become `Request`, each `Reply` an answer, and nothing is added."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Executor
from typing import TypeAlias, TypedDict
from urllib.parse import parse_qsl, urlsplit

from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError, bad_request
from acr_identity.emulator.kernel.wire import Headers, Reply, Request
from acr_identity.emulator.server.body import GoneError, Receive, TooLargeError, read_body, wait_until_gone
from acr_identity.emulator.server.connection import ConnectionState
from acr_identity.emulator.server.control import is_control

Handle: TypeAlias = Callable[[Request], Reply]
Send: TypeAlias = Callable[[Mapping[str, object]], Awaitable[None]]
_WITHOUT_BODY = frozenset({204, 304})
_UNSENT = str.maketrans("", "", "\r\n\0")


class Scope(TypedDict):
    """The head of a request as ASGI has it."""

    type: str
    method: str
    raw_path: bytes
    query_string: bytes
    headers: list[tuple[bytes, bytes]]
    state: ConnectionState


class Application:
    """Hands each request to a function in a thread of its own, so that slow ones do not hold up the others.

    Args:
        handle: answers a request. It must not raise.
        workers: the threads.
        control: a thread for control requests, so that they are answered however many slow ones there are.
    """

    def __init__(self, handle: Handle, workers: Executor, control: Executor) -> None:
        self._handle = handle
        self._workers = workers
        self._control = control

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or cut its connection."""
        try:
            reply = await self._reply(scope, receive)
        except GoneError:
            reply = Reply(0, cut=True)
        if reply.cut:
            scope["state"]["abort"]()
            await wait_until_gone(receive)
            return
        await send({"type": "http.response.start", "status": reply.status, "headers": _lines(reply)})
        await send({"type": "http.response.body", "body": b"" if reply.status in _WITHOUT_BODY else reply.body})

    async def _reply(self, scope: Scope, receive: Receive) -> Reply:
        try:
            body = await read_body(scope["headers"], receive)
        except TooLargeError as error:
            return _too_large(error)
        try:
            request = request_of(scope, body)
        except ValueError:
            return bad_request("BadRequest", "The target of the request is no valid URL.").reply()
        workers = self._control if is_control(request) else self._workers
        return await asyncio.get_running_loop().run_in_executor(workers, self._handle, request)


def request_of(scope: Scope, body: bytes) -> Request:
    """Return the request of a scope; a target in absolute form is read like the path in it (RFC 9112, 3.2.2).

    Raises:
        ValueError: the target is no URL.
    """
    headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"])
    host = next((value for name, value in headers if name == "host"), "")
    path = scope["raw_path"].decode("ascii")
    if not path.startswith("/"):
        parts = urlsplit(path)
        host, path = parts.netloc or host, parts.path or "/"
    return Request(
        method=scope["method"].upper(),
        host=host,
        path=path,
        query=tuple(parse_qsl(scope["query_string"].decode("ascii"), keep_blank_values=True)),
        headers=headers,
        body=body,
    )


def _lines(reply: Reply) -> list[tuple[bytes, bytes]]:
    lines = reply.headers
    if reply.status in _WITHOUT_BODY:
        lines = tuple((name, value) for name, value in lines if name.lower() != "content-length")
    elif not reply.header("Content-Length"):
        lines = (*lines, ("Content-Length", str(len(reply.body))))
    return [(name.encode("ascii"), _sendable(value)) for name, value in lines]


def _sendable(value: str) -> bytes:
    return value.translate(_UNSENT).strip().encode("latin-1", "backslashreplace")


def _too_large(error: TooLargeError) -> Reply:
    headers: Headers = GATEWAY if error.is_read else (("Connection", "close"), *GATEWAY)
    message = "The request content size exceeds the maximum size of 4 MB."
    return ArmError(413, "RequestContentTooLarge", message, headers=headers).reply()
