"""The tokens that a registry gives: refresh tokens say who, access tokens say what."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import made_guid
from acr_identity.emulator.kernel.signing_keys import TokenSignatureError
from acr_identity.emulator.kernel.state import Registry
from acr_identity.emulator.kernel.wire import Json, JsonObject, entries, text
from acr_identity.emulator.registry_data.scopes import Holder, Known, Scope

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Call

REFRESH_SECONDS = 3 * 3600
ACCESS_SECONDS = 75 * 60
_ISSUER = "Azure Container Registry"


def refresh_token(call: Call, registry: Registry, principal_id: str) -> str:
    """Return a token that says who holds it, good for three hours."""
    claims = _claims(call, registry, principal_id, REFRESH_SECONDS)
    return call.keys.sign({**claims, "grant_type": "refresh_token", "tenant": call.state.tenant})


def access_token(call: Call, registry: Registry, holder: Holder, scopes: tuple[Scope, ...]) -> str:
    """Return a token that says what its holder may do, good for 75 minutes."""
    subject = holder.principal_id if isinstance(holder, Known) else type(holder).__name__.lower()
    access: list[Json] = [
        {"type": scope.kind, "name": scope.name, "actions": [*scope.actions]} for scope in scopes if scope.actions
    ]
    claims = _claims(call, registry, subject, ACCESS_SECONDS)
    return call.keys.sign({**claims, "grant_type": "access_token", "access": access})


def holder_of(call: Call, registry: Registry, token: str) -> Known | None:
    """Return who holds a refresh token; `None` when it is none of this registry, or somebody who is gone holds it."""
    claims = _read(call, registry, token, "refresh_token")
    subject = text(claims, "sub")
    return Known(subject) if subject in call.state.directory else None


def scopes_of(call: Call, registry: Registry, token: str) -> tuple[Scope, ...] | None:
    """Return what an access token allows; `None` when it is none of this registry."""
    claims = _read(call, registry, token, "access_token")
    if not claims:
        return None
    return tuple(
        Scope(text(entry, "type"), text(entry, "name"), _actions(entry)) for entry in entries(claims, "access")
    )


def _actions(entry: JsonObject) -> tuple[str, ...]:
    found = entry.get("actions")
    return tuple(str(action) for action in found) if isinstance(found, list) else ()


def _claims(call: Call, registry: Registry, subject: str, seconds: int) -> JsonObject:
    now = int(call.now)
    return {
        "jti": made_guid("registry token", subject, registry.id, call.now),
        "sub": subject,
        "nbf": now - 900,
        "exp": now + seconds,
        "iat": now,
        "iss": _ISSUER,
        "aud": registry.login_server,
        "version": "1.0",
    }


def _read(call: Call, registry: Registry, token: str, kind: str) -> JsonObject:
    try:
        claims = call.keys.read(token)
    except TokenSignatureError:
        return {}
    expiry = claims.get("exp")
    is_ours = (claims.get("iss"), claims.get("aud"), claims.get("grant_type")) == (_ISSUER, registry.login_server, kind)
    return claims if is_ours and isinstance(expiry, int) and call.now < expiry else {}
