"""Requests and replies as values, and the JSON in them.

The emulator knows no HTTP library: an adapter or a server turns what it holds into a `Request`, and a `Reply` back.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import JsonValue

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SURROGATE = re.compile(rb"\\u[dD]")

Json: TypeAlias = JsonValue
"""Any JSON value."""
JsonObject: TypeAlias = dict[str, JsonValue]
"""A JSON object. It is never changed in place once it is part of a state."""
Headers: TypeAlias = tuple[tuple[str, str], ...]
"""Header lines in order, names as sent."""


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request: what the emulator may see of it."""

    method: str
    host: str
    path: str
    """The path as sent, percent-encoding and casing kept."""
    query: tuple[tuple[str, str], ...] = ()
    """Query parameters, decoded, in order."""
    headers: Headers = ()
    body: bytes = b""
    scheme: str = "https"

    @classmethod
    def to(cls, method: str, url: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Request:
        """Build a request from an absolute URL.

        >>> Request.to("GET", "https://management.azure.com/subscriptions?api-version=2022-12-01").query
        (('api-version', '2022-12-01'),)
        """
        parts = urlsplit(url)
        return cls(
            method=method.upper(),
            host=parts.netloc,
            path=parts.path or "/",
            query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
            headers=tuple((headers or {}).items()),
            body=body,
            scheme=parts.scheme or "https",
        )

    @property
    def base(self) -> str:
        """Return scheme and host, without a slash at the end: what absolute links in replies begin with."""
        return f"{self.scheme}://{self.host}"

    @property
    def decoded_path(self) -> str:
        """Return the path with its percent-encoding undone."""
        return unquote(self.path)

    def header(self, name: str) -> str:
        """Return the value of a header whatever the casing of its name, or an empty string."""
        return _first(self.headers, name)

    def parameter(self, name: str) -> str:
        """Return the value of a query parameter whatever the casing of its name, or an empty string."""
        return _first(self.query, name)


@dataclass(frozen=True, slots=True)
class Reply:
    """An HTTP reply, or the news that the connection was cut instead."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    cut: bool = False
    """True when nothing must be sent and the connection is to be closed."""

    @classmethod
    def json(cls, status: int, content: Json, headers: Headers = ()) -> Reply:
        """Return a reply with a JSON body."""
        lines = ("Content-Type", "application/json; charset=utf-8"), *headers
        return cls(status, lines, json.dumps(content, separators=(",", ":"), ensure_ascii=False).encode())

    def header(self, name: str) -> str:
        """Return the value of a header whatever the casing of its name, or an empty string."""
        return _first(self.headers, name)

    def content(self) -> Json:
        """Return the body read as JSON, `None` when it is empty."""
        return read_json(self.body)

    def with_headers(self, headers: Headers) -> Reply:
        """Return the same reply with more header lines."""
        return Reply(self.status, (*self.headers, *headers), self.body, self.cut)


def read_json(text: bytes) -> Json:
    """Read JSON text; `None` when it is empty.

    Raises:
        ValueError: the text is not JSON, not UTF-8, or too deep; a number is too large, or an escape is no character.
    """
    if not text.strip():
        return None
    try:
        content: Json = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
        if _SURROGATE.search(text):
            json.dumps(content, ensure_ascii=False).encode()
    except RecursionError as error:
        raise ValueError("it is nested too deeply") from error
    return content


def section(holder: JsonObject, name: str) -> JsonObject:
    """Return the object under a name; an empty one when there is none."""
    found = holder.get(name)
    return found if isinstance(found, dict) else {}


def entries(holder: JsonObject, name: str) -> tuple[JsonObject, ...]:
    """Return the objects of the list under a name; none when there is no such list."""
    found = holder.get(name)
    return tuple(entry for entry in found if isinstance(entry, dict)) if isinstance(found, list) else ()


def text(holder: JsonObject, name: str) -> str:
    """Return the text under a name; an empty one when there is none."""
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def flag(holder: JsonObject, name: str, *, default: bool = False) -> bool:
    """Return the truth value under a name."""
    found = holder.get(name)
    return found if isinstance(found, bool) else default


def without_nulls(content: Json) -> Json:
    """Return the same value without the members that are null, at any depth."""
    if isinstance(content, dict):
        return {name: without_nulls(value) for name, value in content.items() if value is not None}
    if isinstance(content, list):
        return [without_nulls(value) for value in content]
    return content


def _first(lines: Iterable[tuple[str, str]], name: str) -> str:
    return next((value for line, value in lines if line.lower() == name.lower()), "")


def _finite(written: str) -> float:
    number = float(written)
    if not math.isfinite(number):
        raise ValueError(f"{written} is too large a number")
    return number


def _refuse_constant(constant: str) -> Json:
    raise ValueError(f"{constant} is not JSON")


def natural(text: str) -> int | None:
    """Return the number that a text of at most nine decimal digits writes, `None` for other texts."""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
