"""What may be shown of a text that came from elsewhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

SHOWN_CHARACTERS = 256
"""How much of a service's text goes into a message."""

_HIDDEN = "***"
_SHAPES = (
    (re.compile(r"\b(Bearer|Basic|PoP|SharedAccessSignature)\s+[^\s'\",;]+", re.IGNORECASE), rf"\1 {_HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+(?:\.[\w-]*)*"), _HIDDEN),
    (re.compile(r"\?[^\s'\"<>?]*\bsig=[^\s'\"<>]*", re.IGNORECASE), f"?{_HIDDEN}"),
    (
        re.compile(
            r"\b(sig|sas|password|pwd|client_secret|client_assertion|secret|(?:access_|refresh_|id_)?token|AccountKey)"
            r"(\"?\s*[=:]\s*\"?)[^\s&'\",;<>]+",
            re.IGNORECASE,
        ),
        rf"\1\2{_HIDDEN}",
    ),
)


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Return the text without the given secrets and without anything that has the shape of one."""
    for secret in sorted(filter(None, secrets), key=len, reverse=True):
        text = text.replace(secret, _HIDDEN)
    for shape, shown in _SHAPES:
        text = shape.sub(shown, text)
    return text


def shorten(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Return the text in one line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
