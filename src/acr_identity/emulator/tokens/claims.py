"""What a token says, as the first version of Entra's access tokens.

Claims: learn.microsoft.com/entra/identity-platform/access-token-claims-reference.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, ValidationError

from acr_identity.emulator.kernel.signing_keys import TokenSignatureError

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.signing_keys import Keys
    from acr_identity.emulator.kernel.state import DirectoryObject
    from acr_identity.emulator.kernel.wire import JsonObject

EARLIER = 300
"""So many seconds before it is given does a token say that it was: clocks differ."""
_CLI_APPLICATION = "04b07795-8ddb-461a-bbee-02f9e1bf7b46"
_TENANT_CREATED = 1451606400


class Claims(BaseModel):
    """What the services judge in a token. Times are seconds since 1970."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", hide_input_in_errors=True)

    aud: str
    iss: str
    tid: str
    oid: str
    exp: int
    nbf: int


@dataclass(frozen=True, slots=True)
class Grant:
    """A token that is to be given: to whom, for what, from when and for how many seconds."""

    principal: DirectoryObject
    audience: str
    tenant: str
    now: float
    seconds: float
    capabilities: tuple[str, ...] = ()
    """What the client says that it can do, like `CP1`; the token repeats it."""


def issuer_of(tenant: str) -> str:
    """Return the name of a directory in its tokens."""
    return f"https://sts.windows.net/{tenant}/"


def claims_of(grant: Grant) -> JsonObject:
    """Return the claims of a token."""
    begin = int(grant.now) - EARLIER
    shared: JsonObject = {
        "aud": grant.audience,
        "iss": issuer_of(grant.tenant),
        "iat": begin,
        "nbf": begin,
        "exp": int(grant.now + grant.seconds),
        "idp": issuer_of(grant.tenant),
        "oid": grant.principal.id,
        "sub": grant.principal.id,
        "tid": grant.tenant,
        "uti": secrets.token_urlsafe(16),
        "ver": "1.0",
        "xms_tcdt": _TENANT_CREATED,
    }
    if grant.capabilities:
        shared["xms_cc"] = list(grant.capabilities)
    return {**shared, **_about(grant.principal)}


def read_claims(keys: Keys, token: str) -> Claims:
    """Return what a token says.

    Raises:
        TokenSignatureError: the key did not sign it, or it says too little.
    """
    try:
        return Claims.model_validate(keys.read(token))
    except ValidationError:
        raise TokenSignatureError("the token lacks a claim") from None


def _about(principal: DirectoryObject) -> JsonObject:
    if principal.kind == "User":
        name = principal.name
        user: JsonObject = {"appid": _CLI_APPLICATION, "appidacr": "0", "idtyp": "user", "scp": "user_impersonation"}
        return {**user, "name": name, "unique_name": name, "upn": name}
    return {"appid": principal.client_id, "appidacr": "1", "idtyp": "app"}
