"""Signed addresses in the store of logs and source code, and what becomes of a request to one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from acr_identity.emulator.kernel.arm import made_guid, moment
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.kernel.state import State
from acr_identity.emulator.kernel.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

ACCOUNT = "acrlogs"
"""The storage account in addresses whose path names it: those at a host that services share."""
LIFETIME = 4 * 3600
"""How many seconds an address is good."""


def signed_link(call: Call, path: str, rights: str) -> str:
    """Return the address of a blob: at a host of its own, or below the address that was asked if services share it."""
    expiry = f"{moment(call.now + LIFETIME):%Y-%m-%dT%H:%M:%SZ}"
    signed = {"sv": "2025-01-05", "se": expiry, "sr": "b", "sp": rights, "sig": _signature(call.state, path, expiry)}
    query = urlencode(signed, quote_via=quote)
    hosts = call.settings.hosts
    if host_name(call.request.host) in hosts.shared:
        return f"{call.request.base}/{ACCOUNT}{path}?{query}"
    return f"https://acrtasklogs{hosts.blob_suffix}{path}?{query}"


def checked(call: Call, path: str) -> Reply | None:
    """Return the refusal of a request whose signature does not fit or is too old; `None` when it fits."""
    expiry = call.request.parameter("se")
    given = call.request.parameter("sig")
    if not hmac.compare_digest(given.encode(), _signature(call.state, path, expiry).encode()):
        return blob_refusal(403, "AuthenticationFailed", "Signature did not match, or it is missing.")
    if expiry < f"{moment(call.now):%Y-%m-%dT%H:%M:%SZ}":
        message = f"Signature not valid in the specified time frame: it ended {expiry}."
        return blob_refusal(403, "AuthenticationFailed", message)
    return None


def blob_refusal(status: int, code: str, message: str) -> Reply:
    """Return a refusal as the store writes it."""
    content = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    headers = (("Content-Type", "application/xml"), ("x-ms-error-code", code))
    return Reply(status, headers, content.encode())


def _signature(state: State, path: str, expiry: str) -> str:
    secret = made_guid("signing key", state.subscription, state.tenant).encode()
    digest = hmac.new(secret, f"{path}\n{expiry}".encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
