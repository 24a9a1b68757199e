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

from acr_identity.sdk.connection_settings import RequestSeen
from acr_identity.sdk.hosts import ElsewhereError, OwnHosts, origin
from acr_identity.sdk.retries import Answered, RetryPolicy, Sent

if TYPE_CHECKING:
    from acr_identity.sdk.connection_settings import ConnectionSettings
    from acr_identity.sdk.pauses import Pauses
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
_REDIRECTS = range(300, 400)


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
    """Adds the token, from the cache that all clients share, for the cloud's own hosts only.

    The SDK's own keeps a token per client, without a lock, and loses it when another thread meets a 401.
    """

    def __init__(self, tokens: TokenCache, hosts: OwnHosts, *scopes: str) -> None:
        self._cached = SdkCredential(tokens)
        super().__init__(self._cached, *scopes)
        self._tokens = tokens
        self._hosts = hosts
        self._wanted = scopes

    def on_request(self, request: Sent) -> None:
        """Add a token.

        Raises:
            ElsewhereError: the address, which may come from an answer, is of another host.
        """
        self._hosts.check(request.http_request.url)
        self._add(request, self._cached.get_token(*self._wanted).token)

    def authorize_request(self, request: Sent, *scopes: str, **demands: str) -> None:
        """Add a token with the claims that the service has asked for."""
        self._add(request, self._cached.get_token(*scopes, claims=demands.get("claims")).token)

    def send(self, request: Sent) -> Answered:
        """Send the request on, and once more with a new token if its own has run out: then nothing was done yet."""
        response = super().send(request)
        if response.http_response.status_code != _UNAUTHORISED:
            return response
        refused = request.http_request.headers["Authorization"].removeprefix("Bearer ")
        self._tokens.forget(refused)
        if not _has_expired(response) or self._cached.get_token(*self._wanted).token == refused:
            return response
        return super().send(request)

    @staticmethod
    def _add(request: Sent, token: str) -> None:
        request.http_request.headers["Authorization"] = f"Bearer {token}"


def _has_expired(response: Answered) -> bool:
    """Say whether a token was refused for its age: `ExpiredAuthenticationToken`, or a message of that content."""
    answer = response.http_response
    return "expired" in f"{answer.text()} {answer.headers.get('WWW-Authenticate', '')}".lower()


class NoRedirectPolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Follows no redirect: none of the services that are asked here makes any."""

    def send(self, request: Sent) -> Answered:
        """Send the request on.

        Raises:
            ElsewhereError: the answer is a redirect.
        """
        response = self.next.send(request)
        answer = response.http_response
        if answer.status_code in _REDIRECTS:
            target = origin(answer.headers.get("Location", ""))
            raise ElsewhereError(f"the answer is a redirect to {target} ({answer.status_code})")
        return response


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


def resource_manager_policies(settings: ConnectionSettings, tokens: TokenCache, pauses: Pauses) -> list[Policy]:
    """Return the steps of a request to Azure Resource Manager. Each client needs a list of its own."""
    return [
        RequestIdPolicy(),
        HeadersPolicy({"x-ms-correlation-request-id": settings.correlation}),
        UserAgentPolicy(user_agent="acr-identity"),
        ProxyPolicy(),
        ContentDecodePolicy(),
        RetryPolicy(pauses),
        NoRedirectPolicy(),
        TokenPolicy(tokens, OwnHosts(settings.cloud), *settings.cloud.credential_scopes),
        ReportPolicy(settings),
        ARMHttpLoggingPolicy(),
    ]


def log_policies(settings: ConnectionSettings, pauses: Pauses) -> list[Policy]:
    """Return the steps of a request for a run's log: the address is the permission, so no token and no logging."""
    return [
        RequestIdPolicy(),
        UserAgentPolicy(user_agent="acr-identity"),
        ProxyPolicy(),
        RetryPolicy(pauses),
        NoRedirectPolicy(),
        ReportPolicy(settings),
    ]
