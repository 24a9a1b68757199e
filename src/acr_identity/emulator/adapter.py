"""The emulator below `requests`: a session that has this adapter mounted talks to it and to nobody else.

The Azure SDK uses such a session through `azure.core.pipeline.transport.RequestsTransport(session=...)`.
"""

from __future__ import annotations

import io
from http import HTTPStatus
from http.client import RemoteDisconnected, responses
from typing import TYPE_CHECKING

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter
from requests.exceptions import ConnectionError as BrokenConnectionError
from requests.structures import CaseInsensitiveDict
from requests.utils import get_encoding_from_headers
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.exceptions import ProtocolError

from acr_identity.emulator.kernel.wire import Request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.emulator.app import Emulator
    from acr_identity.emulator.kernel.wire import Reply


class EmulatorAdapter(BaseAdapter):
    """Sends requests to an emulator instead of a network.

    A fault that cuts the connection, and a host that is not emulated, raise `requests.exceptions.ConnectionError`.

    Example:
        session = requests.Session()
        session.mount("https://", EmulatorAdapter(Emulator()))
    """

    def __init__(self, emulator: Emulator) -> None:
        super().__init__()
        self._emulator = emulator

    def send(
        self,
        request: PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature of requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the signature of requests
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> Response:
        """Let the emulator answer.

        Raises:
            requests.exceptions.ConnectionError: the connection was cut, or the host is not emulated.
        """
        del timeout, verify, cert, proxies
        asked = Request.to(request.method or "GET", request.url or "", dict(request.headers), _body(request))
        if self._emulator.settings.hosts.plane(asked.host) is None:
            raise BrokenConnectionError(f"the emulator does not answer for the host '{asked.host}'", request=request)
        reply = self._emulator.handle(asked)
        if reply.cut:
            # As urllib3 wraps it: a client must not take it for a request that was never sent.
            closed = RemoteDisconnected("Remote end closed connection without response")
            raise BrokenConnectionError(ProtocolError("Connection aborted.", closed), request=request)
        response = self._response(request, reply)
        if not stream:
            _ = response.content
        return response

    def close(self) -> None:
        """Return nothing is open."""

    def _response(self, request: PreparedRequest, reply: Reply) -> Response:
        response = Response()
        response.status_code = reply.status
        response.headers = CaseInsensitiveDict(_lines(reply))
        response.encoding = get_encoding_from_headers(response.headers)
        response.reason = responses.get(reply.status, "")
        response.url = request.url or ""
        response.request = request
        response.raw = HTTPResponse(
            body=io.BytesIO(reply.body),
            headers=HTTPHeaderDict(_lines(reply)),
            status=reply.status,
            reason=response.reason,
            preload_content=False,
            request_method=request.method,
        )
        return response


def _lines(reply: Reply) -> tuple[tuple[str, str], ...]:
    if reply.header("Content-Length") or reply.status == HTTPStatus.NO_CONTENT:
        return reply.headers
    return (*reply.headers, ("Content-Length", str(len(reply.body))))


def _body(request: PreparedRequest) -> bytes:
    body: object = request.body
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, bytes):
        return body
    read = getattr(body, "read", None)
    content: object = read() if read else b"".join(body) if hasattr(body, "__iter__") else b""
    return content.encode() if isinstance(content, str) else bytes(content) if isinstance(content, bytes) else b""
