"""A wire without a service behind it: each request is kept, and a function says what comes back."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

Json: TypeAlias = "None | bool | int | str | Sequence[Json] | Mapping[str, Json]"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it went out. `headers` have names in lower case."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    body: Json
    headers: dict[str, str]

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: JSON, or bytes."""

    body: Json | bytes = None
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


Reply: TypeAlias = Callable[[Sent], Answer | Exception]


class Wire(BaseAdapter):
    """An adapter of `requests` that keeps what is sent and answers from a function."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self._reply = reply
        self._lock = threading.Lock()
        self.sent: list[Sent] = []

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature is that of requests
        timeout: None | float | tuple[float, float] | tuple[float, None] = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the same
        cert: None | bytes | str | tuple[bytes | str, bytes | str] = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        del stream, timeout, verify, cert, proxies
        sent = _sent(request)
        with self._lock:
            self.sent.append(sent)
        answer = self._reply(sent)
        if isinstance(answer, Exception):
            raise answer
        return _response(request, answer)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def only(self) -> Sent:
        """The one request that was sent."""
        (sent,) = self.sent
        return sent


def _sent(request: requests.PreparedRequest) -> Sent:
    parts = urlsplit(request.url or "")
    body = request.body or b""
    return Sent(
        method=request.method or "",
        host=parts.netloc,
        path=unquote(parts.path),
        query=dict(parse_qsl(parts.query)),
        body=json.loads(body) if body else None,
        headers={name.lower(): str(value) for name, value in request.headers.items()},
    )


def _response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    is_raw = isinstance(answer.body, bytes)
    content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    if answer.body is None:
        content = b""
    kind = "application/octet-stream" if is_raw else "application/json; charset=utf-8"
    response = requests.Response()
    response.status_code = answer.status
    response.reason = "as it is"
    response.url = request.url or ""
    response.request = request
    response.headers = CaseInsensitiveDict({"Content-Type": kind, **answer.headers})
    response.raw = HTTPResponse(io.BytesIO(content), status=answer.status, preload_content=False)
    return response
