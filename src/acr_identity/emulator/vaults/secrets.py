"""Secrets: written and listed through Azure Resource Manager, read and written at the vault's own host."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.arm import VAULTS, key, made_guid
from acr_identity.emulator.call import Body, Change
from acr_identity.emulator.errors import ArmError, bad_request, resource_not_found
from acr_identity.emulator.lookup import check_name, vault_of
from acr_identity.emulator.paging import page
from acr_identity.emulator.routing import ApiVersions, Route
from acr_identity.emulator.runner.ports import Secret
from acr_identity.emulator.state import SecretVersion, State, Vault, including
from acr_identity.emulator.vaults.access import check_access, find_secret, vault_at
from acr_identity.emulator.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.call import Answer, Call
    from acr_identity.emulator.wire import JsonObject

KIND = f"{VAULTS}/secrets"
NAME = r"[0-9a-zA-Z-]{1,127}"


class AttributesBody(Body):
    """The attributes of a secret."""

    enabled: bool | None = None


class PropertiesBody(Body):
    """The properties of a secret in an ARM body."""

    value: str | None = None
    content_type: str | None = None
    attributes: AttributesBody | None = None


class SecretBody(Body):
    """The body of an ARM PUT."""

    properties: PropertiesBody


class DataBody(Body):
    """The body of a PUT at the vault's host."""

    value: str
    content_type: str | None = None
    attributes: AttributesBody | None = None


def with_secret(
    state: State, vault: Vault, name: str, value: str, *, now: float, enabled: bool = True, content_type: str = ""
) -> State:
    """The state with a new version of a secret."""
    versions = vault.secrets.get(name.lower(), ())
    version = made_guid("secret", key(vault.id), name.lower(), len(versions)).replace("-", "")
    made = SecretVersion(version, Secret(value), enabled, now, content_type)
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
    properties = call.body(SecretBody).properties
    if properties.value is None:
        raise bad_request("BadRequest", "The property 'properties.value' of the secret is required.")
    status = 200 if name.lower() in vault.secrets else 201
    state = with_secret(
        call.state,
        vault,
        name,
        properties.value,
        now=call.now,
        enabled=_is_enabled(properties.attributes),
        content_type=properties.content_type or "",
    )
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
    state = with_secret(
        call.state,
        vault,
        name,
        body.value,
        now=call.now,
        enabled=_is_enabled(body.attributes),
        content_type=body.content_type or "",
    )
    made = state.vaults[key(vault.id)].secrets[name.lower()][-1]
    return Change(state, Reply.json(200, {"value": made.value.value, **_data(call, vault, name, made)}))


def list_data(call: Call) -> Answer:
    """List secrets at the vault's host, without their values."""
    vault = _asked_vault(call, "list")
    found = [_listed(call, vault, name) for name in sorted(vault.secrets)]
    return page(call, found)


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


def _is_enabled(attributes: AttributesBody | None) -> bool:
    return attributes is None or attributes.enabled is not False


def _address(call: Call, vault: Vault, name: str) -> str:
    return f"https://{vault.name.lower()}{call.settings.hosts.vault_suffix}/secrets/{name}"


def _attributes(found: SecretVersion) -> JsonObject:
    return {"enabled": found.enabled, "created": int(found.created), "updated": int(found.created)}


def _show(call: Call, vault: Vault, name: str) -> JsonObject:
    found = vault.secrets[name.lower()][-1]
    spelled = vault.secret_names[name.lower()]
    address = _address(call, vault, spelled)
    properties: JsonObject = {
        "attributes": _attributes(found),
        "secretUri": address,
        "secretUriWithVersion": f"{address}/{found.version}",
    }
    if found.content_type:
        properties["contentType"] = found.content_type
    return {
        "id": f"{vault.id}/secrets/{spelled}",
        "name": spelled,
        "type": KIND,
        "location": vault.location,
        "properties": properties,
    }


def _data(call: Call, vault: Vault, name: str, found: SecretVersion) -> JsonObject:
    attributes: JsonObject = {**_attributes(found), "recoveryLevel": "Recoverable", "recoverableDays": 90}
    shown: JsonObject = {"id": f"{_address(call, vault, name)}/{found.version}", "attributes": attributes, "tags": {}}
    return {**shown, "contentType": found.content_type} if found.content_type else shown


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
