"""The steps that each request passes through: ids, retries, the token, and a report.

The lists are our own for one reason: the SDK's default one registers a resource provider in the user's subscription
without asking, and then waits without end (azure-mgmt-core, `ARMAutoResourceProviderRegistrationPolicy`).
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import AzureError, ServiceRequestError
from azure.core.pipeline.policies import (
    ContentDecodePolicy,
    HeadersPolicy,
    HTTPPolicy,
    ProxyPolicy,
    RequestIdPolicy,
    UserAgentPolicy,
)
from azure.core.rest import HttpRequest, HttpResponse
from azure.mgmt.core.policies import ARMChallengeAuthenticationPolicy, ARMHttpLoggingPolicy

from acr_identity.sdk.retries import Answered, PatiencePolicy, Sent, retry_policy
from acr_identity.sdk.seen import RequestSeen

if TYPE_CHECKING:
    from acr_identity.sdk.settings import ConnectionSettings
    from acr_identity.sdk.tokens import TokenCache

Policy: TypeAlias = (
    HTTPPolicy[HttpRequest, HttpResponse]
    | RequestIdPolicy
    | HeadersPolicy
    | UserAgentPolicy
    | ProxyPolicy
    | ContentDecodePolicy
    | ARMHttpLoggingPolicy
)

_UNAUTHORISED = 401


class CertificateRefusedError(Exception):
    """The server's certificate is not signed by an authority that we trust."""


class SdkCredential:
    """The cache in the form that the SDK asks for."""

    def __init__(self, tokens: TokenCache) -> None:
        self._tokens = tokens

    def get_token(
        self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **_options: object
    ) -> AccessToken:
        """Return a token from the cache."""
        token = self._tokens.get_token(*scopes, claims=claims, tenant_id=tenant_id)
        return AccessToken(token.token, token.expires_on)


class TokenPolicy(ARMChallengeAuthenticationPolicy):
    """Adds the token, from the cache that all clients share.

    The SDK's own keeps a token per client, without a lock, and loses it when another thread meets a 401.
    """

    def __init__(self, tokens: TokenCache, *scopes: str) -> None:
        self._cached = SdkCredential(tokens)
        super().__init__(self._cached, *scopes)
        self._tokens = tokens
        self._wanted = scopes

    def on_request(self, request: Sent) -> None:
        """Add a token."""
        self._add(request, self._cached.get_token(*self._wanted).token)

    def authorize_request(self, request: Sent, *scopes: str, **demands: str) -> None:
        """Add a token with the claims that the service has asked for."""
        self._add(request, self._cached.get_token(*scopes, claims=demands.get("claims")).token)

    def send(self, request: Sent) -> Answered:
        """Send the request on, and forget a token that was refused."""
        response = super().send(request)
        if response.http_response.status_code == _UNAUTHORISED:
            self._tokens.forget(request.http_request.headers["Authorization"].removeprefix("Bearer "))
        return response

    @staticmethod
    def _add(request: Sent, token: str) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {token}"


class ReportPolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Tells of each attempt, and ends the retries where a certificate is not trusted: that will not pass."""

    def __init__(self, settings: ConnectionSettings) -> None:
        super().__init__()
        self._report = settings.on_request
        self._correlation = settings.correlation

    def send(self, request: Sent) -> Answered:
        """Send the request on.

        Raises:
            CertificateRefusedError: the server cannot be trusted.
        """
        start = time.monotonic()
        try:
            response = self.next.send(request)
        except AzureError as error:
            self._tell(request.http_request, None, start)
            if _is_distrust(error):
                raise CertificateRefusedError("the server's certificate is not trusted") from error
            raise
        self._tell(request.http_request, response.http_response, start)
        return response

    def _tell(self, request: HttpRequest, response: HttpResponse | None, start: float) -> None:
        if self._report is None:
            return
        sent = request.headers.get("x-ms-client-request-id", "")
        self._report(
            RequestSeen(
                method=request.method,
                path=urlsplit(request.url).path,
                status=response.status_code if response is not None else 0,
                seconds=time.monotonic() - start,
                request_id=response.headers.get("x-ms-request-id", sent) if response is not None else sent,
                correlation_id=self._correlation,
            )
        )


def _is_distrust(error: AzureError) -> bool:
    return (
        isinstance(error, ServiceRequestError)
        and isinstance(error.inner_exception, requests.exceptions.SSLError)
        and "CERTIFICATE_VERIFY_FAILED" in str(error.inner_exception)
    )


def resource_manager_policies(settings: ConnectionSettings, tokens: TokenCache) -> list[Policy]:
    """Return the steps of a request to Azure Resource Manager. Each client needs a list of its own."""
    return [
        RequestIdPolicy(),
        HeadersPolicy({"x-ms-correlation-request-id": settings.correlation}),
        UserAgentPolicy(user_agent="acr-identity"),
        ProxyPolicy(),
        ContentDecodePolicy(),
        retry_policy(),
        PatiencePolicy(),
        TokenPolicy(tokens, *settings.cloud.credential_scopes),
        ReportPolicy(settings),
        ARMHttpLoggingPolicy(),
    ]


def log_policies(settings: ConnectionSettings) -> list[Policy]:
    """Return the steps of a request for a run's log: the address is the permission, so no token and no logging."""
    return [
        RequestIdPolicy(),
        UserAgentPolicy(user_agent="acr-identity"),
        ProxyPolicy(),
        retry_policy(),
        PatiencePolicy(),
        ReportPolicy(settings),
    ]
