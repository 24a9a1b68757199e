"""Secrets as Azure Resource Manager writes and lists them. Their values are only at the vault's own host."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from acr_identity.emulator.kernel.arm import VAULTS, key, made_guid
from acr_identity.emulator.kernel.arm_errors import bad_request, resource_not_found
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import check_name, vault_of
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.runner_port import Secret
from acr_identity.emulator.kernel.saving import with_vault
from acr_identity.emulator.kernel.state import SecretVersion, State, Vault, including
from acr_identity.emulator.kernel.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.wire import JsonObject

KIND = f"{VAULTS}/secrets"
NAME = r"[0-9a-zA-Z-]{1,127}"


class AttributesBody(Body):
    """Whether a secret may be read, and when it counts. The vault looks at `enabled` only."""

    enabled: bool | None = None
    nbf: int | None = None
    exp: int | None = None


class PropertiesBody(Body):
    """The properties of a secret in an ARM body."""

    value: str | None = Field(default=None, repr=False)
    content_type: str | None = None
    attributes: AttributesBody | None = None


class SecretBody(Body):
    """The body of an ARM PUT."""

    properties: PropertiesBody
    tags: dict[str, str] | None = None


class UpdateBody(Body):
    """What may be changed of a version."""

    content_type: str | None = None
    attributes: AttributesBody | None = None
    tags: dict[str, str] | None = None


class SetBody(UpdateBody):
    """A new version."""

    value: str = Field(repr=False)


def with_secret(state: State, vault: Vault, name: str, given: SetBody, *, now: float) -> State:
    """Return the state with a new version as the newest of a secret."""
    versions = vault.secrets.get(name.lower(), ())
    blank = SecretVersion(_next_version(vault, name), Secret(given.value), enabled=True, created=now)
    changed = replace(
        vault,
        secrets=including(vault.secrets, name.lower(), (*versions, updated(blank, given))),
        secret_names={name.lower(): name, **vault.secret_names},
    )
    return with_vault(state, changed)


def updated(old: SecretVersion, body: UpdateBody) -> SecretVersion:
    """Return a version as a body changes it; what the body leaves out stays."""
    given = body.attributes or AttributesBody()
    return replace(
        old,
        enabled=old.enabled if given.enabled is None else given.enabled,
        not_before=old.not_before if given.nbf is None else given.nbf,
        expires=old.expires if given.exp is None else given.exp,
        content_type=old.content_type if body.content_type is None else body.content_type,
        tags=old.tags if body.tags is None else body.tags,
    )


def _next_version(vault: Vault, name: str) -> str:
    number = len(vault.secrets.get(name.lower(), ()))
    return made_guid("secret", key(vault.id), vault.created, name.lower(), number).replace("-", "")


def put(call: Call) -> Answer:
    """Write one through ARM: 201 when it is new, else 200. The reply has no value."""
    vault = vault_of(call)
    name = call.params["secret"]
    check_name(KIND, name, NAME)
    body = call.body(SecretBody)
    properties = body.properties
    if properties.value is None:
        raise bad_request("BadRequest", "The property 'properties.value' of the secret is required.")
    status = 200 if name.lower() in vault.secrets else 201
    given = SetBody(
        value=properties.value,
        content_type=properties.content_type,
        attributes=properties.attributes,
        tags=body.tags,
    )
    state = with_secret(call.state, vault, name, given, now=call.now)
    return Change(state, Reply.json(status, _show(call, state.vaults[key(vault.id)], name)))


def get(call: Call) -> Answer:
    """Show one through ARM, without its value."""
    vault = vault_of(call)
    name = call.params["secret"]
    if name.lower() not in vault.secrets:
        raise resource_not_found(KIND, (vault.name, name), vault.group)
    return Reply.json(200, _show(call, vault, name))


def list_secrets(call: Call) -> Answer:
    """List them through ARM, without their values."""
    vault = vault_of(call)
    return page(call, [_show(call, vault, name) for name in sorted(vault.secrets)])


def address_of(call: Call, vault: Vault, name: str) -> str:
    """Return the address of a secret, without a version."""
    return f"https://{vault.name.lower()}{call.settings.hosts.vault_suffix}/secrets/{name}"


def attributes_of(found: SecretVersion) -> JsonObject:
    """Return the attributes of a version on the wire; times are seconds since 1970."""
    shown: JsonObject = {"enabled": found.enabled}
    if found.not_before is not None:
        shown["nbf"] = found.not_before
    if found.expires is not None:
        shown["exp"] = found.expires
    return {**shown, "created": int(found.created), "updated": int(found.updated or found.created)}


def _show(call: Call, vault: Vault, name: str) -> JsonObject:
    found = vault.secrets[name.lower()][-1]
    spelled = vault.secret_names[name.lower()]
    address = address_of(call, vault, spelled)
    properties: JsonObject = {
        "attributes": attributes_of(found),
        "secretUri": address,
        "secretUriWithVersion": f"{address}/{found.version}",
    }
    if found.content_type is not None:
        properties["contentType"] = found.content_type
    shown: JsonObject = {
        "id": f"{vault.id}/secrets/{spelled}",
        "name": spelled,
        "type": KIND,
        "location": vault.location,
        "properties": properties,
    }
    return {**shown, "tags": dict(found.tags)} if found.tags else shown


_VERSIONS = ApiVersions("2015-06-01")
_LIST = f"{IN_GROUP}/{VAULTS}/{{vault}}/secrets"
_ONE = f"{_LIST}/{{secret}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{KIND}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("GET", _LIST, list_secrets, _VERSIONS, "specification", f"{KIND}/read"),
)
