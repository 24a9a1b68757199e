"""The log of a run as a blob: a signed link, ranges, and metadata that tell when it is complete.

Headers and statuses: learn.microsoft.com/rest/api/storageservices (Get Blob, Get Blob Properties).
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import http_time, key, made_guid
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.runs.signed_links import ACCOUNT, blob_refusal, checked, signed_link
from acr_identity.emulator.runs.timeline import finish_of, log_exists, log_of, word_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import Run
    from acr_identity.emulator.kernel.wire import Headers

_RANGE = re.compile(r"bytes=(\d+)-(\d*)")


def log_link(call: Call, run: Run) -> str:
    """Return the address of a log, signed, good for four hours."""
    return signed_link(call, f"/logs/{_folder(run)}/rawtext.log", "r")


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
        return blob_refusal(416, "InvalidRange", "The range specified is invalid for the current size of the resource.")
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
    refused = checked(call, f"/logs/{call.params['folder']}/rawtext.log")
    if refused:
        return refused
    run = next((one for one in call.state.runs.values() if _folder(one) == call.params["folder"]), None)
    if run is None or not log_exists(run, call.now):
        return blob_refusal(404, "BlobNotFound", "The specified blob does not exist.")
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


_BLOB = "/logs/{folder}/rawtext.log"
ROUTES = (
    Route("GET", _BLOB, get, None, "documentation", plane="blob"),
    Route("HEAD", _BLOB, head, None, "documentation", plane="blob"),
    Route("GET", f"/{ACCOUNT}{_BLOB}", get, None, "documentation", plane="blob"),
    Route("HEAD", f"/{ACCOUNT}{_BLOB}", head, None, "documentation", plane="blob"),
)
