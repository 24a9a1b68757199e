"""Source code for builds: an address to upload an archive to, and what is in the archive.

Shape: swagger of 2025-03-01-preview, SourceUploadDefinition. Headers: learn.microsoft.com/rest/api/storageservices,
Put Blob.
"""

from __future__ import annotations

import io
import posixpath
import tarfile
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES, http_time, key, made_guid, moment
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.lookup import registry_of
from acr_identity.emulator.kernel.principals import birth
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.runs.signed_links import ACCOUNT, checked, signed_link

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

MOST_FILES = 10_000
LARGEST = 1 << 20
"""How many bytes of a file are kept; larger ones are no text that a build is decided by."""
LARGEST_IN_ALL = 64 << 20
"""How many bytes of an archive are kept; what comes after them is left aside."""


def upload_url(call: Call) -> Answer:
    """Give an address to upload an archive to, and the path by which a run request names it."""
    registry = registry_of(call)
    number, births = birth(call.state, f"{key(registry.id)}/source")
    name = made_guid("source", key(registry.id), number).replace("-", "")
    path = f"tasks-source/{moment(call.now):%Y%m%d%H%M}/{name}.tar.gz"
    link = signed_link(call, f"/source/{path}", "rw")
    return Change(replace(call.state, births=births), Reply.json(200, {"uploadUrl": link, "relativePath": path}))


def put(call: Call) -> Answer:
    """Take an archive: 201."""
    path = f"tasks-source/{call.params['time']}/{call.params['name']}"
    refused = checked(call, f"/source/{path}")
    if refused:
        return refused
    files = files_of(call.request.body)
    state = replace(call.state, uploads=including(call.state.uploads, path, files))
    headers = (
        ("ETag", f'"0x{made_guid("upload", path)[:8].upper()}"'),
        ("Last-Modified", http_time(call.now)),
        ("x-ms-version", "2025-01-05"),
        ("x-ms-request-server-encrypted", "true"),
    )
    return Change(state, Reply(201, headers))


def files_of(archive: bytes) -> dict[str, str]:
    """Return the text files in an archive, by path; none when it is no archive."""
    found: dict[str, str] = {}
    left = LARGEST_IN_ALL
    try:
        with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
            for _, member in zip(range(MOST_FILES), opened, strict=False):
                is_kept = member.isfile() and member.size <= min(LARGEST, left)
                content = opened.extractfile(member) if is_kept else None
                if content is not None:
                    left -= member.size
                    _keep(found, member.name, content.read())
    except (tarfile.TarError, OSError, EOFError, zlib.error, ValueError):
        return found
    return found


def _keep(found: dict[str, str], name: str, content: bytes) -> None:
    try:
        found[posixpath.normpath(name)] = content.decode()
    except UnicodeDecodeError:
        return


_PATH = "/source/tasks-source/{time}/{name}"
_ASK = f"{IN_GROUP}/{REGISTRIES}/{{registry}}"

ROUTES = (
    Route(
        "POST",
        f"{_ASK}/listBuildSourceUploadUrl",
        upload_url,
        ApiVersions("2018-09-01"),
        "specification",
        f"{REGISTRIES}/listBuildSourceUploadUrl/action",
    ),
    Route("PUT", _PATH, put, None, "documentation", plane="blob"),
    Route("PUT", f"/{ACCOUNT}{_PATH}", put, None, "documentation", plane="blob"),
)
