"""A wire without a service behind it: each request is kept, and a function says what comes back."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse

if TYPE_CHECKING:
    from acr_identity.sdk.tokens import Token

Json: TypeAlias = "bool | int | str | Sequence[Json] | Mapping[str, Json] | None"


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it went out. Names of headers are in lower case."""

    method: str
    host: str
    path: str
    query: dict[str, str]
    body: Json
    headers: dict[str, str] = field(compare=False)

    @property
    def line(self) -> str:
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What comes back: JSON, or bytes as they are."""

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
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the same
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        del stream, timeout, verify, cert, proxies
        sent = _sent(request)
        with self._lock:
            self.sent.append(sent)
        answer = self._reply(sent)
        if isinstance(answer, Exception):
            raise answer
        return response_to(request, answer)

    def close(self) -> None:
        """Nothing is open."""

    @property
    def only(self) -> Sent:
        """The one request that was sent."""
        (sent,) = self.sent
        return sent

    @property
    def lines(self) -> list[str]:
        return [sent.line for sent in self.sent]


@dataclass(frozen=True, slots=True)
class GivenToken:
    token: str
    expires_on: int


A_TOKEN = "a-token"


class Credential:
    """A credential that counts how often it was asked."""

    def __init__(self, token: str = A_TOKEN, expires_on: int = 4_000_000_000) -> None:
        self._token = GivenToken(token, expires_on)
        self.asked: list[tuple[tuple[str, ...], str | None]] = []

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        del tenant_id
        self.asked.append((scopes, claims))
        return self._token


def always(answer: Answer | Exception) -> Reply:
    """Return a service that says the same to everything."""
    return lambda _sent: answer


def in_turn(*answers: Answer | Exception) -> Reply:
    """Return a service that gives these answers in turn."""
    rest = iter(answers)
    return lambda _sent: next(rest)


def refusal(status: int, code: str, message: str = "as it is", headers: Mapping[str, str] | None = None) -> Answer:
    """Return an error as Azure Resource Manager words it."""
    return Answer({"error": {"code": code, "message": message}}, status, headers or {})


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


def response_to(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    is_raw = isinstance(answer.body, bytes)
    content = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
    kind = "application/octet-stream" if is_raw else "application/json; charset=utf-8"
    response = requests.Response()
    response.status_code = answer.status
    response.reason = "As It Is"
    response.url = request.url or ""
    response.request = request
    response.headers = CaseInsensitiveDict({"Content-Type": kind, **answer.headers})
    body = b"" if answer.body is None else content
    response.raw = HTTPResponse(io.BytesIO(body), status=answer.status, preload_content=False)
    return response
