"""The log of a run as a blob: a signed link, ranges, and metadata that tell when it is complete.

Headers and statuses: learn.microsoft.com/rest/api/storageservices (Get Blob, Get Blob Properties).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from acr_identity.emulator.arm import http_time, key, made_guid, moment
from acr_identity.emulator.routing import Route
from acr_identity.emulator.runs.timeline import finish_of, log_exists, log_of, word_of
from acr_identity.emulator.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.call import Answer, Call
    from acr_identity.emulator.state import Run, State
    from acr_identity.emulator.wire import Headers

_LIFETIME = 4 * 3600
_RANGE = re.compile(r"bytes=(\d+)-(\d*)")
_XML: Headers = (("Content-Type", "application/xml"),)


def log_link(call: Call, run: Run) -> str:
    """The address of a log, signed, good for four hours."""
    path = f"/logs/{_folder(run)}/rawtext.log"
    expiry = f"{moment(call.now + _LIFETIME):%Y-%m-%dT%H:%M:%SZ}"
    signed = {"sv": "2025-01-05", "se": expiry, "sr": "b", "sp": "r", "sig": _signature(call.state, path, expiry)}
    return f"https://acrtasklogs{call.settings.hosts.blob_suffix}{path}?{urlencode(signed, quote_via=quote)}"


def get(call: Call) -> Answer:
    """Read the log or a range of it."""
    run = _asked(call)
    if isinstance(run, Reply):
        return run
    content = log_of(run, call.now)
    headers = _headers(run, call.now)
    wanted = call.request.header("x-ms-range") or call.request.header("Range")
    if not wanted:
        return Reply(200, (*headers, ("Content-Length", str(len(content)))), content)
    match = _RANGE.fullmatch(wanted.strip())
    start = int(match[1]) if match else len(content)
    if match is None or start >= len(content):
        return _refused(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
    end = min(int(match[2]), len(content) - 1) if match[2] else len(content) - 1
    part = content[start : end + 1]
    ranged = ("Content-Range", f"bytes {start}-{end}/{len(content)}")
    return Reply(206, (*headers, ranged, ("Content-Length", str(len(part)))), part)


def head(call: Call) -> Answer:
    """Tell the size of the log and whether it is complete."""
    run = _asked(call)
    if isinstance(run, Reply):
        return run
    size = len(log_of(run, call.now))
    return Reply(200, (*_headers(run, call.now), ("Content-Length", str(size))))


def _asked(call: Call) -> Run | Reply:
    path = f"/logs/{call.params['folder']}/rawtext.log"
    expiry = call.request.parameter("se")
    given = call.request.parameter("sig")
    if not hmac.compare_digest(given.encode(), _signature(call.state, path, expiry).encode()):
        return _refused(403, "AuthenticationFailed", "Signature did not match, or it is missing.")
    if expiry < f"{moment(call.now):%Y-%m-%dT%H:%M:%SZ}":
        return _refused(
            403, "AuthenticationFailed", f"Signature not valid in the specified time frame: it ended {expiry}."
        )
    run = next((one for one in call.state.runs.values() if _folder(one) == call.params["folder"]), None)
    if run is None or not log_exists(run, call.now):
        return _refused(404, "BlobNotFound", "The specified blob does not exist.")
    return run


def _headers(run: Run, now: float) -> Headers:
    changed = min(now, finish_of(run))
    size = len(log_of(run, now))
    headers: Headers = (
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Accept-Ranges", "bytes"),
        ("Last-Modified", http_time(changed)),
        ("ETag", f'"0x{hashlib.sha256(f"{run.id}:{size}".encode()).hexdigest()[:15].upper()}"'),
        ("x-ms-blob-type", "AppendBlob"),
        ("x-ms-version", "2025-01-05"),
    )
    word = word_of(run, now)
    return (*headers, ("x-ms-meta-Complete", word)) if word else headers


def _folder(run: Run) -> str:
    return made_guid("log", key(run.id), run.created)


def _signature(state: State, path: str, expiry: str) -> str:
    secret = made_guid("signing key", state.subscription, state.tenant).encode()
    digest = hmac.new(secret, f"{path}\n{expiry}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()


def _refused(status: int, code: str, message: str) -> Reply:
    content = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Reply(status, (*_XML, ("x-ms-error-code", code)), content.encode())


_BLOB = "/logs/{folder}/rawtext.log"
ROUTES = (
    Route("GET", _BLOB, get, None, "documentation", plane="blob"),
    Route("HEAD", _BLOB, head, None, "documentation", plane="blob"),
)
