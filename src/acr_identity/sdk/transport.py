"""The one HTTP session below all clients."""

from __future__ import annotations

import codecs
import contextlib
import importlib
from typing import TYPE_CHECKING

import requests
from azure.core.pipeline.transport import RequestsTransport

if TYPE_CHECKING:
    from acr_identity.sdk.connection_settings import ConnectionSettings

# The SDK loads these with its first request and answer, in a thread that may load nothing (`acr_identity.loading`).
with contextlib.suppress(ImportError):
    importlib.import_module("azure.core.rest._requests_basic")
codecs.lookup("utf-8-sig")

CONNECT_SECONDS = 20
"""How long to wait for a connection. The SDK's default is five minutes."""
READ_SECONDS = 120
"""How long to wait for the next byte of an answer."""


def open_session(settings: ConnectionSettings) -> requests.Session:
    """Return a session that keeps one connection per thread, or sends through the adapter of the settings.

    Proxies of the environment hold. The user's `.netrc` does not: requests would let an entry for the host replace the
    token.
    """
    session = requests.Session()
    session.auth = _leave_as_it_is
    adapter = settings.adapter or requests.adapters.HTTPAdapter(pool_maxsize=settings.concurrency)
    session.mount("https://", adapter)
    return session


def share(session: requests.Session, settings: ConnectionSettings) -> RequestsTransport:
    """Return a transport over a session that it does not close.

    `connection_verify` goes with each request, and so wins over `REQUESTS_CA_BUNDLE`; `session.verify` would not
    (requests, `Session.merge_environment_settings`).
    """
    return RequestsTransport(
        session=session,
        session_owner=False,
        connection_verify=settings.verify,
        connection_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
    )


def _leave_as_it_is(request: requests.PreparedRequest) -> requests.PreparedRequest:
    return request
