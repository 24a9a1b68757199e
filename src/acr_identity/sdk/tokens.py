"""Tokens: fetched once for all clients and threads, and renewed before they run out."""

from __future__ import annotations

import contextlib
import threading
import time
from typing import TYPE_CHECKING, Protocol

from acr_identity.ids import CLOUDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from azure.identity import DefaultAzureCredential

    from acr_identity.ids import Cloud

REFRESH_SECONDS = 300
"""How long before its end a token is renewed. The SDK's own policies renew at the same moment."""


class Token(Protocol):
    """A bearer token. `expires_on` counts seconds since 1970."""

    @property
    def token(self) -> str:
        """Return the secret text."""

    @property
    def expires_on(self) -> int:
        """Return when it ends."""


class TokenProvider(Protocol):
    """What gives tokens: any credential of `azure-identity`, or anything else with this one method."""

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        """Return a token for the scopes."""


class CredentialFailedError(Exception):
    """The credential gave no token. What it raised is the cause."""


class TokenCache:
    """A credential that remembers, for use by several threads at once.

    Some credentials remember nothing (`AzureCliCredential` starts a process each time), and each SDK client keeps a
    token of its own. Behind this, sixteen threads with five clients ask the credential once.
    """

    def __init__(self, make: Callable[[], TokenProvider], *, now: Callable[[], float] = time.time) -> None:
        self._make = make
        self._now = now
        self._lock = threading.Lock()
        self._credential: TokenProvider | None = None
        self._tokens: dict[tuple[tuple[str, ...], str | None], Token] = {}

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        """Return a token that holds for at least five minutes, if the credential gives such.

        A demand for claims always reaches the credential, since the service has just refused the token that is here;
        the answer replaces it.

        Raises:
            CredentialFailedError: whatever the credential raised.
        """
        key = (scopes, tenant_id)
        with self._lock:
            token = self._tokens.get(key)
            if claims or token is None or token.expires_on - self._now() < REFRESH_SECONDS:
                token = self._fetch(scopes, claims, tenant_id)
                self._tokens[key] = token
            return token

    def forget(self, token: str) -> None:
        """Drop a token that the service has refused, so that the next request asks the credential again."""
        with self._lock:
            self._tokens = {key: kept for key, kept in self._tokens.items() if kept.token != token}

    def prefetch(self, *scopes: str) -> threading.Thread:
        """Begin to fetch a token in the background; return the thread. A failure shows at the first real request.

        The credential is made before the thread starts, since that loads modules.
        """
        with contextlib.suppress(CredentialFailedError), self._lock:
            self._make_once()
        thread = threading.Thread(target=self._try, args=scopes, name="acr-identity-token", daemon=True)
        thread.start()
        return thread

    def _try(self, *scopes: str) -> None:
        with contextlib.suppress(CredentialFailedError):
            self.get_token(*scopes)

    def _fetch(self, scopes: tuple[str, ...], claims: str | None, tenant_id: str | None) -> Token:
        credential = self._make_once()
        try:
            if claims:
                return credential.get_token(*scopes, claims=claims, tenant_id=tenant_id)
            return credential.get_token(*scopes, **({"tenant_id": tenant_id} if tenant_id else {}))
        except Exception as error:
            raise CredentialFailedError("the credential gave no token") from error

    def _make_once(self) -> TokenProvider:
        try:
            self._credential = self._credential or self._make()
        except Exception as error:
            raise CredentialFailedError("there is no credential") from error
        return self._credential


def default_credential(cloud: Cloud) -> DefaultAzureCredential:
    """Return the credential that looks in the environment, for a managed identity and for `az login`, in that order.

    An authority that is not Microsoft's is taken at its word: without that, azure-identity asks a server of Microsoft
    about it first (azure-identity, `disable_instance_discovery`).
    """
    from azure.identity import DefaultAzureCredential  # noqa: PLC0415 - the slowest import of all, for this case only

    known = {each.authority for each in CLOUDS.values()}
    return DefaultAzureCredential(
        authority=cloud.authority,
        disable_instance_discovery=cloud.authority.rstrip("/") not in known,
        **({"connection_verify": cloud.ca_bundle} if cloud.ca_bundle else {}),
    )
