"""How each service refuses a token: its own code and words, with the challenge that tells where to get another.

Words of Resource Manager and of the vault: as people quote them in the issues of Azure's SDKs. The vault's words for an
expired or unsigned token are not verified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from acr_identity.emulator.kernel.arm import moment
from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.tokens.audiences import GRAPH_APPLICATION, VAULT_APPLICATION, own_names, vault_audience
from acr_identity.emulator.tokens.claims import issuer_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import Headers, Request
    from acr_identity.emulator.tokens.bearer import Judge, Rejection

_NAMED = 4
"""Resource Manager names its four addresses, not its application id."""


def arm_refusal(judge: Judge, rejection: Rejection, request: Request) -> ArmError:
    """Return 401 of Azure Resource Manager."""
    code, message = _arm_words(judge, rejection)
    told = "The authentication failed because of missing or invalid 'Authorization' header."
    uri = f"{_authority(judge, request)}/{judge.state.tenant}"
    challenge = f'Bearer authorization_uri="{uri}", error="invalid_token", error_description="{told}"'
    return ArmError(401, code, message, headers=(("WWW-Authenticate", challenge), *GATEWAY))


def vault_refusal(judge: Judge, rejection: Rejection, request: Request) -> ArmError:
    """Return 401 of a vault. The SDK sends its first request without a token to be told where to get one."""
    resource = vault_audience(judge.hosts)
    uri = f"{_authority(judge, request)}/{judge.state.tenant}"
    challenge = f'Bearer authorization="{uri}", resource="{resource}"'
    return ArmError(401, "Unauthorized", _vault_words(judge, rejection), headers=(("WWW-Authenticate", challenge),))


def graph_refusal(judge: Judge, rejection: Rejection, request: Request) -> ArmError:
    """Return 401 of Microsoft Graph: one code for all."""
    uri = f"{_authority(judge, request)}/common/oauth2/authorize"
    challenge = f'Bearer realm="", authorization_uri="{uri}", client_id="{GRAPH_APPLICATION}"'
    headers: Headers = (("WWW-Authenticate", challenge),)
    return ArmError(401, "InvalidAuthenticationToken", _graph_words(rejection), headers=headers)


def _arm_words(judge: Judge, rejection: Rejection) -> tuple[str, str]:
    claims = rejection.claims
    match rejection.reason:
        case "missing":
            return "AuthenticationFailed", "Authentication failed. The 'Authorization' header is missing."
        case "invalid":
            return "InvalidAuthenticationToken", "The access token is invalid."
        case "expired":
            ended = _american(claims.exp if claims else 0.0)
            return "ExpiredAuthenticationToken", (
                f"The access token expiry UTC time '{ended}' is earlier than current UTC time '{_american(judge.now)}'."
            )
        case "audience":
            allowed = ",".join(f"'{name}'" for name in own_names(judge.hosts, "arm")[:_NAMED])
            return "InvalidAuthenticationTokenAudience", (
                f"The access token has been obtained for wrong audience or resource '{claims.aud if claims else ''}'. "
                f"It should exactly match with one of the allowed audiences {allowed}."
            )
        case "tenant":
            return "InvalidAuthenticationTokenTenant", _other_tenant(judge, claims.iss if claims else "")
    assert_never(rejection.reason)


def _other_tenant(judge: Judge, issuer: str) -> str:
    return (
        f"The access token is from the wrong issuer '{issuer}'. It must match the tenant "
        f"'{issuer_of(judge.state.tenant)}' associated with this subscription. Please use the authority (URL) "
        f"'https://login.windows.net/{judge.state.tenant}' to get the token. Note, if the subscription is transferred "
        "to another tenant there is no impact to the services, but information about new tenant could take time to "
        "propagate (up to an hour). If you just transferred your subscription and see this error message, please try "
        "back later."
    )


def _vault_words(judge: Judge, rejection: Rejection) -> str:
    claims = rejection.claims
    match rejection.reason:
        case "missing":
            return "AKV10000: Request is missing a Bearer or PoP token."
        case "invalid":
            return "AKV10046: Unable to resolve the key used for signature validation."
        case "expired":
            return "[TokenExpired] Error validating token: IDX10223: Lifetime validation failed. The token is expired."
        case "audience":
            expected = f"{vault_audience(judge.hosts)} or {VAULT_APPLICATION}"
            return f"AKV10022: Invalid audience. Expected {expected}, found: {claims.aud if claims else ''}."
        case "tenant":
            expected = issuer_of(judge.state.tenant)
            return f"AKV10032: Invalid issuer. Expected one of {expected}, found {claims.iss if claims else ''}."
    assert_never(rejection.reason)


def _graph_words(rejection: Rejection) -> str:
    match rejection.reason:
        case "missing":
            return "Access token is empty."
        case "invalid" | "tenant":
            return "Access token validation failure."
        case "expired":
            return "Access token has expired or is not yet valid."
        case "audience":
            return "Access token validation failure. Invalid audience."
    assert_never(rejection.reason)


def _authority(judge: Judge, request: Request) -> str:
    is_shared = host_name(request.host) in judge.hosts.shared
    return request.base if is_shared else f"https://{judge.hosts.authority}"


def _american(seconds: float) -> str:
    time = moment(seconds)
    return f"{time.month}/{time.day}/{time.year} {(time.hour % 12) or 12}:{time:%M:%S %p}"
