"""Who sends a request: the token is read and judged by signature, time, audience and directory, in this order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.emulator.kernel.signing_keys import TokenSignatureError
from acr_identity.emulator.tokens.audiences import Service, takes
from acr_identity.emulator.tokens.claims import EARLIER, Claims, issuer_of, read_claims

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.settings import Hosts
    from acr_identity.emulator.kernel.signing_keys import Keys
    from acr_identity.emulator.kernel.state import DirectoryObject, State
    from acr_identity.emulator.kernel.wire import Request

Reason: TypeAlias = Literal["missing", "invalid", "expired", "audience", "tenant"]
"""Why a token does not count. `invalid` is also one that is not valid yet, or of somebody who is gone."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """A token that does not count; `claims` is what it says when it was signed here."""

    reason: Reason
    claims: Claims | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges tokens against a directory at a point in time (seconds since 1970)."""

    keys: Keys
    hosts: Hosts
    state: State
    now: float

    def caller(self, request: Request, *services: Service) -> DirectoryObject | Rejection:
        """Return who sends a request whose header carries a token for one of these services."""
        scheme, _, token = request.header("Authorization").partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            return Rejection("missing")
        return self.holder(token.strip(), request, *services)

    def holder(self, token: str, request: Request, *services: Service) -> DirectoryObject | Rejection:
        """Return whose token this is, when one of the services takes it for the request."""
        try:
            claims = read_claims(self.keys, token)
        except TokenSignatureError:
            return Rejection("invalid")
        if not any(takes(self.hosts, service, claims.aud, request) for service in services):
            return Rejection(self._untimely(claims) or "audience", claims)
        reason = self._untimely(claims) or self._foreign(claims)
        if reason:
            return Rejection(reason, claims)
        return self.state.directory.get(claims.oid.lower()) or Rejection("invalid", claims)

    def _untimely(self, claims: Claims) -> Reason | None:
        if self.now >= claims.exp:
            return "expired"
        return "invalid" if self.now + EARLIER < claims.nbf else None

    def _foreign(self, claims: Claims) -> Reason | None:
        tenant = self.state.tenant.lower()
        own = claims.tid.lower() == tenant and claims.iss.lower() == issuer_of(tenant)
        return None if own else "tenant"
