"""What a client asks before it signs in: where the endpoints are, which keys there are, whether an authority is real.

Documents: learn.microsoft.com/entra/identity-platform/v2-protocols-oidc; instance discovery as MSAL asks for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.sign_in.entra_errors import EntraError, missing_parameter, unknown_tenant
from acr_identity.emulator.tokens.claims import issuer_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.wire import JsonObject

SHARED_TENANTS = frozenset({"common", "organizations", "consumers"})
"""Names that stand for no directory in particular."""
_Edition: TypeAlias = Literal["1", "2"]


def configuration(call: Call) -> Answer:
    """Return the second version's document: endpoints and issuer of a directory."""
    return Reply.json(200, _document(call, "2"))


def first_configuration(call: Call) -> Answer:
    """Return the first version's document."""
    return Reply.json(200, _document(call, "1"))


def keys(call: Call) -> Answer:
    """Return the public keys that sign tokens."""
    _check_tenant(call)
    return Reply.json(200, {"keys": [call.keys.public()]})


def instance(call: Call) -> Answer:
    """Say whether an authority is one of this cloud, and all its names."""
    asked = call.request.parameter("authorization_endpoint")
    if not asked:
        raise missing_parameter("authorization_endpoint")
    hosts = call.settings.hosts
    names = (hosts.authority, *hosts.authority_aliases)
    netloc, tenant = _authority_of(asked)
    if host_name(netloc) not in {name.lower() for name in (*names, *hosts.shared)}:
        raise EntraError(400, "invalid_instance", 50049, "Unknown or invalid instance.")
    known: JsonObject = {"preferred_network": names[0], "preferred_cache": names[-1], "aliases": list(names)}
    is_second = "/v2.0/" in asked
    path = f"{tenant}{'/v2.0' if is_second else ''}/.well-known/openid-configuration"
    document: JsonObject = {
        "tenant_discovery_endpoint": f"https://{netloc}/{path}",
        "api-version": call.request.parameter("api-version") or "1.0",
        "metadata": [known],
    }
    return Reply.json(200, document)


def _authority_of(address: str) -> tuple[str, str]:
    try:
        parts = urlsplit(address)
    except ValueError:
        raise EntraError(400, "invalid_instance", 50049, "Unknown or invalid instance.") from None
    return parts.netloc, parts.path.removeprefix("/").partition("/")[0]


def _check_tenant(call: Call) -> None:
    tenant = call.params["tenant"]
    if tenant.lower() not in {call.state.tenant.lower(), *SHARED_TENANTS}:
        raise unknown_tenant(tenant, "invalid_tenant")


def _document(call: Call, edition: _Edition) -> JsonObject:
    _check_tenant(call)
    tenant = call.params["tenant"].lower()
    root = f"{call.request.base}/{tenant}"
    named = "{tenantid}" if tenant in SHARED_TENANTS else call.state.tenant
    oauth = f"{root}/oauth2/v2.0" if edition == "2" else f"{root}/oauth2"
    issuer = f"https://{call.settings.hosts.authority}/{named}/v2.0" if edition == "2" else issuer_of(named)
    return {
        "token_endpoint": f"{oauth}/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "jwks_uri": f"{root}/discovery/{'v2.0/' if edition == '2' else ''}keys",
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code", "id_token", "code id_token", "id_token token"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "authorization_endpoint": f"{oauth}/authorize",
        "device_authorization_endpoint": f"{oauth}/devicecode",
        "tenant_region_scope": None,
        "cloud_instance_name": call.settings.hosts.authority.partition(".")[2],
        "msgraph_host": call.settings.hosts.graph,
    }


ROUTES = (
    Route(
        "GET", "/{tenant}/v2.0/.well-known/openid-configuration", configuration, None, "documentation", plane="login"
    ),
    Route(
        "GET", "/{tenant}/.well-known/openid-configuration", first_configuration, None, "documentation", plane="login"
    ),
    Route("GET", "/{tenant}/discovery/v2.0/keys", keys, None, "documentation", plane="login"),
    Route("GET", "/{tenant}/discovery/keys", keys, None, "documentation", plane="login"),
    Route("GET", "/{tenant}/discovery/instance", instance, None, "documentation", plane="login"),
)
