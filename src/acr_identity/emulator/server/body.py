"""The body of a request, read with a limit on its size and on the time between two parts of it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import TypeAlias, TypedDict

LIMIT = 4 * 1024 * 1024
"""How many bytes Azure Resource Manager reads ("Azure subscription and service limits": request size 4 MB)."""
_DROPPED = 16 * LIMIT
"""How much of a body that is too large is read and forgotten, so that the client comes to read the answer."""
PART_SECONDS = 30.0
"""How long a client may pause within a body."""


class Message(TypedDict, total=False):
    """What ASGI says about a request in progress: a part of its body, or that the client has gone."""

    type: str
    body: bytes
    more_body: bool


Receive: TypeAlias = Callable[[], Awaitable[Message]]


class TooLargeError(Exception):
    """The body is larger than the limit. `is_read` says whether all of it was read."""

    def __init__(self, *, is_read: bool) -> None:
        super().__init__("the body is too large")
        self.is_read = is_read


class GoneError(Exception):
    """The client has gone, or sends too slowly."""


async def read_body(headers: Iterable[tuple[bytes, bytes]], receive: Receive) -> bytes:
    """Read the body of a request.

    Raises:
        TooLargeError: it is larger than the limit.
        GoneError: it does not come to its end.
    """
    told = dict(headers)
    if _length(told.get(b"content-length", b"")) > LIMIT and told.get(b"expect", b"").lower() == b"100-continue":
        raise TooLargeError(is_read=False)
    parts: list[bytes] = []
    size, more = 0, True
    while more:
        part, more = await _part(receive)
        size += len(part)
        if size <= LIMIT:
            parts.append(part)
        elif size > _DROPPED:
            raise TooLargeError(is_read=False)
    if size > LIMIT:
        raise TooLargeError(is_read=True)
    return b"".join(parts)


async def wait_until_gone(receive: Receive) -> None:
    """Return when the connection is known to be over."""
    while (await receive())["type"] != "http.disconnect":
        pass


async def _part(receive: Receive) -> tuple[bytes, bool]:
    try:
        async with asyncio.timeout(PART_SECONDS):
            message = await receive()
    except TimeoutError as error:
        raise GoneError from error
    if message["type"] == "http.disconnect":
        raise GoneError
    return message.get("body", b""), message.get("more_body", False)


def _length(text: bytes) -> int:
    return int(text) if text.isdigit() else 0
