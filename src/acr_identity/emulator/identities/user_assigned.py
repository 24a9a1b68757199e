"""The calls on user-assigned identities themselves. All are synchronous."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import IDENTITIES, key
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import check_name, identity_of, in_scope, location_for, own_identity_id
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.principals import with_principal
from acr_identity.emulator.kernel.removal import without_identity
from acr_identity.emulator.kernel.routing import IN_GROUP, IN_SUBSCRIPTION, ApiVersions, Route, is_since
from acr_identity.emulator.kernel.state import State, UserAssignedIdentity, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAME = r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,127}"
_ISOLATION_SINCE = "2024-11-30"
_RESTRICTIONS_SINCE = "2025-05-31"
_OLD_URL_UNTIL = "2018-11-30"


class IdentityBody(Body):
    """What a PUT or PATCH says."""

    location: str | None = None
    tags: dict[str, str] | None = None


def show(identity: UserAssignedIdentity, tenant: str, api_version: str) -> JsonObject:
    """Return an identity on the wire."""
    properties: JsonObject = {}
    if is_since(api_version, _ISOLATION_SINCE):
        properties["isolationScope"] = "None"
    if is_since(api_version, _RESTRICTIONS_SINCE):
        properties["assignmentRestrictions"] = {"providers": []}
    properties |= {"tenantId": tenant, "principalId": identity.principal_id, "clientId": identity.client_id}
    if not is_since(api_version, _OLD_URL_UNTIL):
        properties["clientSecretUrl"] = _secret_url(identity, tenant)
    return {
        "location": identity.location,
        "tags": dict(identity.tags),
        "id": identity.id,
        "name": identity.name,
        "type": IDENTITIES,
        "properties": properties,
    }


def _secret_url(identity: UserAssignedIdentity, tenant: str) -> str:
    return (
        f"https://control-{identity.location}.identity.azure.net{identity.id}/credentials"
        f"?tid={tenant}&oid={identity.principal_id}&aid={identity.client_id}"
    )


def create_identity(state: State, identity_id: str, *, location: str, tags: dict[str, str], now: float) -> State:
    """Return the state with a new identity in it and its principal in the directory."""
    segments = identity_id.split("/")
    name = segments[-1]
    state, principal = with_principal(state, key(identity_id), name, now)
    identity = UserAssignedIdentity(identity_id, name, segments[4], location, tags, principal.id, principal.client_id)
    return replace(state, identities=including(state.identities, key(identity_id), identity))


def put(call: Call) -> Answer:
    """Create (201, with a relative `Location`) or update (200)."""
    identity_id = own_identity_id(call)
    check_name(IDENTITIES, call.params["identity"], NAME)
    body = call.body(IdentityBody)
    existing = call.state.identities.get(key(identity_id))
    location = location_for(call, body.location, existing.location if existing else None)
    if existing:
        return _updated(call, existing, body)
    state = create_identity(call.state, identity_id, location=location, tags=body.tags or {}, now=call.now)
    shown = show(state.identities[key(identity_id)], state.tenant, call.api_version)
    return Change(state, Reply.json(201, shown, (("Location", identity_id),)))


def patch(call: Call) -> Answer:
    """Replace the tags."""
    return _updated(call, identity_of(call), call.body(IdentityBody))


def get(call: Call) -> Answer:
    """Show an identity as the api-version has it."""
    return Reply.json(200, show(identity_of(call), call.state.tenant, call.api_version))


def delete(call: Call) -> Answer:
    """Delete: 200 without a body, 204 when there was none. Role assignments of its principal stay, those on it go."""
    identity = call.state.identities.get(key(own_identity_id(call)))
    if identity is None:
        return Reply(204)
    return Change(without_identity(call.state, identity), Reply(200))


def list_identities(call: Call) -> Answer:
    """List those of a resource group, or of the subscription."""
    return page(call, [show(one, call.state.tenant, call.api_version) for one in in_scope(call, call.state.identities)])


def _updated(call: Call, identity: UserAssignedIdentity, body: IdentityBody) -> Change:
    updated = identity if body.tags is None else replace(identity, tags=body.tags)
    state = replace(call.state, identities=including(call.state.identities, key(identity.id), updated))
    return Change(state, Reply.json(200, show(updated, state.tenant, call.api_version)))


_VERSIONS = ApiVersions("2015-08-31")
_IN_GROUP = f"{IN_GROUP}/{IDENTITIES}"
_ONE = f"{_IN_GROUP}/{{identity}}"
_READ, _WRITE, _DELETE = f"{IDENTITIES}/read", f"{IDENTITIES}/write", f"{IDENTITIES}/delete"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "recording", _WRITE),
    Route("GET", _ONE, get, _VERSIONS, "recording", _READ),
    Route("PATCH", _ONE, patch, _VERSIONS, "specification", _WRITE),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", _DELETE),
    Route("GET", _IN_GROUP, list_identities, _VERSIONS, "recording", _READ),
    Route("GET", f"{IN_SUBSCRIPTION}/{IDENTITIES}", list_identities, _VERSIONS, "specification", _READ),
)
