"""Secrets: written and listed through Azure Resource Manager, read and written at the vault's own host."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from pydantic import Field

from acr_identity.emulator.arm import VAULTS, key, made_guid
from acr_identity.emulator.call import Body, Change
from acr_identity.emulator.errors import ArmError, bad_request, resource_not_found
from acr_identity.emulator.lookup import check_name, vault_of
from acr_identity.emulator.paging import page
from acr_identity.emulator.routing import ApiVersions, Route
from acr_identity.emulator.runner.ports import Secret
from acr_identity.emulator.state import SecretVersion, State, Vault, including
from acr_identity.emulator.vaults.access import check_access, find_secret, vault_at
from acr_identity.emulator.wire import Reply, flag

if TYPE_CHECKING:
    from acr_identity.emulator.call import Answer, Call
    from acr_identity.emulator.wire import JsonObject

KIND = f"{VAULTS}/secrets"
NAME = r"[0-9a-zA-Z-]{1,127}"
_LONGEST_RETENTION = 90


class AttributesBody(Body):
    """The attributes of a secret."""

    enabled: bool | None = None
    nbf: int | None = None
    exp: int | None = None


class PropertiesBody(Body):
    """The properties of a secret in an ARM body."""

    value: str | None = None
    content_type: str | None = None
    attributes: AttributesBody | None = None


class SecretBody(Body):
    """The body of an ARM PUT."""

    properties: PropertiesBody
    tags: dict[str, str] | None = None


class DataBody(Body):
    """The body of a PUT at the vault's host."""

    value: str = Field(repr=False)
    content_type: str | None = None
    attributes: AttributesBody | None = None
    tags: dict[str, str] | None = None


def with_secret(state: State, vault: Vault, name: str, given: DataBody, *, now: float) -> State:
    """The state with a new version of a secret."""
    attributes = given.attributes or AttributesBody()
    versions = vault.secrets.get(name.lower(), ())
    made = SecretVersion(
        version=made_guid("secret", key(vault.id), name.lower(), len(versions)).replace("-", ""),
        value=Secret(given.value),
        enabled=attributes.enabled is not False,
        created=now,
        content_type=given.content_type,
        tags=given.tags or {},
        valid_from=attributes.nbf,
        valid_until=attributes.exp,
    )
    changed = replace(
        vault,
        secrets=including(vault.secrets, name.lower(), (*versions, made)),
        secret_names={name.lower(): name, **vault.secret_names},
    )
    return replace(state, vaults=including(state.vaults, key(vault.id), changed))


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
    given = DataBody(
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


def get_data(call: Call) -> Answer:
    """Read a secret at the vault's host: the newest version, or the one in the path."""
    vault = _asked_vault(call, "get")
    name = call.params["secret"]
    found = find_secret(vault, name, call.params.get("version", ""))
    return Reply.json(200, {"value": found.value.value, **_data(call, vault, name, found)})


def put_data(call: Call) -> Answer:
    """Write a new version of a secret at the vault's host."""
    vault = _asked_vault(call, "set")
    name = call.params["secret"]
    if not name.replace("-", "").isalnum():
        raise bad_request("BadParameter", f"The request URI contains an invalid name: {name}")
    body = call.body(DataBody)
    state = with_secret(call.state, vault, name, body, now=call.now)
    made = state.vaults[key(vault.id)].secrets[name.lower()][-1]
    return Change(state, Reply.json(200, {"value": made.value.value, **_data(call, vault, name, made)}))


def list_data(call: Call) -> Answer:
    """List secrets at the vault's host, without their values. The `nextLink` of the last page is null."""
    vault = _asked_vault(call, "list")
    found = [_listed(call, vault, name) for name in sorted(vault.secrets)]
    return page(call, found, ends_with_null=True)


def _asked_vault(call: Call, permission: str) -> Vault:
    vault = vault_at(call.state, call.request.host, call.settings.hosts.vault_suffix)
    if vault is None:
        raise ArmError(404, "VaultNotFound", f"The vault at '{call.request.host}' does not exist.")
    check_access(
        call.state,
        vault,
        permission,
        principal_id=call.caller.id,
        client_id=call.caller.client_id,
        granted_before=call.now - call.settings.grant_seconds,
    )
    return vault


def _address(call: Call, vault: Vault, name: str) -> str:
    return f"https://{vault.name.lower()}{call.settings.hosts.vault_suffix}/secrets/{name}"


def _attributes(found: SecretVersion) -> JsonObject:
    validity = {"nbf": found.valid_from, "exp": found.valid_until}
    return {
        "enabled": found.enabled,
        **{name: moment for name, moment in validity.items() if moment is not None},
        "created": int(found.created),
        "updated": int(found.created),
    }


def _recovery(vault: Vault) -> JsonObject:
    """How a deleted secret comes back: the vault decides, by its days of retention and its purge protection."""
    if not flag(vault.properties, "enableSoftDelete", default=True):
        return {"recoveryLevel": "Purgeable"}
    days = vault.properties.get("softDeleteRetentionInDays")
    kept = days if isinstance(days, int) else _LONGEST_RETENTION
    level = "Recoverable" if kept >= _LONGEST_RETENTION else "CustomizedRecoverable"
    is_purgeable = not flag(vault.properties, "enablePurgeProtection")
    return {"recoveryLevel": f"{level}+Purgeable" if is_purgeable else level, "recoverableDays": kept}


def _show(call: Call, vault: Vault, name: str) -> JsonObject:
    found = vault.secrets[name.lower()][-1]
    spelled = vault.secret_names[name.lower()]
    address = _address(call, vault, spelled)
    properties: JsonObject = {
        "attributes": _attributes(found),
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


def _data(call: Call, vault: Vault, name: str, found: SecretVersion) -> JsonObject:
    shown: JsonObject = {
        "id": f"{_address(call, vault, name)}/{found.version}",
        "attributes": {**_attributes(found), **_recovery(vault)},
        "tags": dict(found.tags),
    }
    return shown if found.content_type is None else {**shown, "contentType": found.content_type}


def _listed(call: Call, vault: Vault, name: str) -> JsonObject:
    found = vault.secrets[name][-1]
    spelled = vault.secret_names[name]
    return {**_data(call, vault, spelled, found), "id": _address(call, vault, spelled)}


_VERSIONS = ApiVersions("2015-06-01")
_DATA_VERSIONS = ApiVersions("2016-10-01", tuple(f"7.{minor}" for minor in range(7)))
_LIST = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{VAULTS}/{{vault}}/secrets"
_ONE = f"{_LIST}/{{secret}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{KIND}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("GET", _LIST, list_secrets, _VERSIONS, "specification", f"{KIND}/read"),
    Route("GET", "/secrets/{secret}/{version}", get_data, _DATA_VERSIONS, "documentation", plane="vault"),
    Route("GET", "/secrets/{secret}", get_data, _DATA_VERSIONS, "documentation", plane="vault"),
    Route("PUT", "/secrets/{secret}", put_data, _DATA_VERSIONS, "documentation", plane="vault"),
    Route("GET", "/secrets", list_data, _DATA_VERSIONS, "recording", plane="vault"),
)
