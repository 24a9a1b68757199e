"""Logs of runs: blobs whose address is the permission to read them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from azure.core.rest import HttpRequest

from acr_identity.sdk.failures import Call, attempt
from acr_identity.state import LogChunk, LogEnd

if TYPE_CHECKING:
    from azure.core import PipelineClient
    from azure.core.rest import HttpResponse

_OK = 200
_NOT_FOUND = 404
_BEHIND_THE_END = 416
_TOTAL = re.compile(r"/(\d+)\s*$")
_COMPLETE = "x-ms-meta-complete"


def read_log(client: PipelineClient[HttpRequest, HttpResponse], address: str, offset: int) -> LogChunk:
    """Return what a log has behind an offset.

    No token goes with the request. An empty chunk stands for a log that has not begun (404) or has nothing new (416).
    The log is complete when its blob says so and all its bytes were read.

    Raises:
        AzureError: the blob service refused, or did not answer. No message holds the address.
    """
    parts = attempt(Call("read the log", "of a run", (address,)), lambda: urlsplit(address))
    call = Call("read the log", f"{parts.hostname}{parts.path}", (address, parts.query))
    return attempt(call, lambda: _read(client, address, offset))


def _read(client: PipelineClient[HttpRequest, HttpResponse], address: str, offset: int) -> LogChunk:
    if urlsplit(address).scheme != "https":
        raise ValueError("the address of the log is not https")
    response = client.send_request(HttpRequest("GET", address, headers={"x-ms-range": f"bytes={offset}-"}))
    if response.status_code == _NOT_FOUND:
        return LogChunk(b"")
    if response.status_code == _BEHIND_THE_END:
        return _at_the_end(client, address, offset)
    response.raise_for_status()
    data = response.content[offset:] if response.status_code == _OK else response.content
    return LogChunk(data, _end(response, offset + len(data), _total(response, offset + len(data))))


def _at_the_end(client: PipelineClient[HttpRequest, HttpResponse], address: str, offset: int) -> LogChunk:
    """Ask whether the log is complete: the refusal of a range does not carry the blob's metadata."""
    response = client.send_request(HttpRequest("HEAD", address))
    if response.status_code == _NOT_FOUND:
        return LogChunk(b"")
    response.raise_for_status()
    return LogChunk(b"", _end(response, offset, int(response.headers.get("Content-Length", offset))))


def _total(response: HttpResponse, read: int) -> int:
    """Return the blob's size: of `Content-Range: bytes 0-99/200` the last figure, or what a whole answer holds."""
    found = _TOTAL.search(response.headers.get("Content-Range", ""))
    return int(found[1]) if found else read


def _end(response: HttpResponse, read: int, total: int) -> LogEnd | None:
    words = [value for name, value in response.headers.items() if name.lower() == _COMPLETE]
    return LogEnd(words[0].strip().lower()) if words and read >= total else None
