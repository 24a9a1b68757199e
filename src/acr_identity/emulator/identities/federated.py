"""Federated credentials of user-assigned identities.

Shapes and statuses: azure-mgmt-msi 7.1.0, federated_identity_credentials. Limits: learn.microsoft.com/entra,
"workload-identity-federation-considerations". The codes of the refusals: not verified.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from acr_identity.emulator.kernel.arm import IDENTITIES, key
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request, resource_not_found
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import check_name, identity_of
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import FederatedCredential, UserAssignedIdentity, excluding, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

KIND = f"{IDENTITIES}/federatedIdentityCredentials"
NAME = r"[a-zA-Z0-9][a-zA-Z0-9-_]{2,119}"
MOST = 20
LONGEST = 600


class PropertiesBody(Body):
    """Whose tokens count."""

    issuer: str
    subject: str
    audiences: list[str]


class CredentialBody(Body):
    """What a PUT says of a federated credential."""

    properties: PropertiesBody


def put(call: Call) -> Answer:
    """Create (201) or replace (200)."""
    identity = identity_of(call)
    name = call.params["credential"]
    check_name(KIND, name, NAME)
    properties = call.body(CredentialBody).properties
    _check(properties)
    own = _id(identity, name)
    existing = call.state.federated.get(key(own))
    _check_others(call, identity, key(own), properties)
    made = FederatedCredential(
        existing.id if existing else own,
        existing.name if existing else name,
        key(identity.id),
        properties.issuer,
        properties.subject,
        tuple(properties.audiences),
    )
    state = replace(call.state, federated=including(call.state.federated, key(own), made))
    return Change(state, Reply.json(200 if existing else 201, _show(made)))


def get(call: Call) -> Answer:
    """Show a federated credential."""
    identity = identity_of(call)
    found = call.state.federated.get(key(_id(identity, call.params["credential"])))
    if found is None:
        raise resource_not_found(KIND, (identity.name, call.params["credential"]), identity.group)
    return Reply.json(200, _show(found))


def delete(call: Call) -> Answer:
    """Delete one: 200, or 204 when there was none."""
    own = key(_id(identity_of(call), call.params["credential"]))
    if own not in call.state.federated:
        return Reply(204)
    return Change(replace(call.state, federated=excluding(call.state.federated, own)), Reply(200))


def list_credentials(call: Call) -> Answer:
    """List those of an identity."""
    return page(call, [_show(one) for one in _of(call, identity_of(call))], size=top_of(call))


def _id(identity: UserAssignedIdentity, name: str) -> str:
    return f"{identity.id}/federatedIdentityCredentials/{name}"


def _of(call: Call, identity: UserAssignedIdentity) -> list[FederatedCredential]:
    return [one for _, one in sorted(call.state.federated.items()) if one.identity == key(identity.id)]


def _check(properties: PropertiesBody) -> None:
    texts = (properties.issuer, properties.subject, *properties.audiences)
    if not properties.audiences or any(not 0 < len(written) <= LONGEST for written in texts):
        message = f"Issuer, subject and audience are required, each with at most {LONGEST} characters."
        raise bad_request("BadRequest", message)
    try:
        is_https = urlsplit(properties.issuer).scheme == "https"
    except ValueError:
        is_https = False
    if not is_https:
        raise bad_request("BadRequest", f"The issuer '{properties.issuer}' is not a URL that begins with https.")


def _check_others(call: Call, identity: UserAssignedIdentity, own: str, properties: PropertiesBody) -> None:
    others = [one for one in _of(call, identity) if key(one.id) != own]
    if len(others) >= MOST:
        message = f"Too many Federated Identity Credentials on identity '{identity.name}': at most {MOST} are allowed."
        raise bad_request("BadRequest", message)
    if any((one.issuer, one.subject) == (properties.issuer, properties.subject) for one in others):
        message = "Issuer and subject combination already exists for this Managed Identity."
        raise ArmError(409, "Conflict", message)


def _show(one: FederatedCredential) -> JsonObject:
    return {
        "properties": {"issuer": one.issuer, "subject": one.subject, "audiences": [*one.audiences]},
        "id": one.id,
        "name": one.name,
        "type": KIND,
    }


_VERSIONS = ApiVersions("2022-01-31")
_LIST = f"{IN_GROUP}/{IDENTITIES}/{{identity}}/federatedIdentityCredentials"
_ONE = f"{_LIST}/{{credential}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{KIND}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "specification", f"{KIND}/delete"),
    Route("GET", _LIST, list_credentials, _VERSIONS, "specification", f"{KIND}/read"),
)
