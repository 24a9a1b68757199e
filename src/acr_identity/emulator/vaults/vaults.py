"""The calls on vaults and their access policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from pydantic import Field

from acr_identity.emulator.kernel.arm import VAULTS, is_guid, key, short_time
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.long_running import AT_ONCE, begin, polled, running_on
from acr_identity.emulator.kernel.lookup import check_name, group_of, in_scope, location_for, vault_id, vault_of
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.removal import without_vault
from acr_identity.emulator.kernel.routing import IN_GROUP, IN_SUBSCRIPTION, ApiVersions, Route, is_since, version_date
from acr_identity.emulator.kernel.saving import with_vault
from acr_identity.emulator.kernel.state import State, Vault
from acr_identity.emulator.kernel.system_data import system_data
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply, entries
from acr_identity.emulator.vaults.policies import EntryBody, added, checked, removed, replaced, whose
from acr_identity.emulator.vaults.recovery import recovered

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAME = r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{1,22}[a-zA-Z0-9]"
_RBAC_BY_DEFAULT = date(2026, 2, 1)
_NETWORK_AND_AUTHORS_SINCE = "2021-10-01"
_SERVICE_SETS = ("vaultUri", "provisioningState", "createMode", "privateEndpointConnections")


class SkuBody(Body):
    """The `sku` of a vault."""

    name: str
    family: str = "A"


class PropertiesBody(Body):
    """The properties that the emulator acts on; the others are kept as they are given."""

    tenant_id: str | None = None
    sku: SkuBody | None = None
    access_policies: list[EntryBody] | None = None
    enable_rbac_authorization: bool | None = None
    create_mode: str | None = None
    soft_delete_retention_in_days: int | None = Field(default=None, ge=7, le=90)


class VaultBody(Body):
    """What a PUT or PATCH says of a vault."""

    location: str | None = None
    tags: dict[str, str] | None = None
    properties: PropertiesBody | None = None


class PoliciesBody(Body):
    """The access policies of an update."""

    access_policies: list[EntryBody]


class UpdateBody(Body):
    """The body of an update of access policies."""

    properties: PoliciesBody


def show(call: Call, state: State, vault: Vault) -> JsonObject:
    """Return a vault as the api-version shows it; while it is new its address has no slash at its end and keeps casing.

    Older api-versions show neither `systemData` nor `publicNetworkAccess`.
    """
    is_recent = is_since(call.api_version, _NETWORK_AND_AUTHORS_SINCE)
    is_new = running_on(state, key(vault.id)) is not None
    suffix = call.settings.hosts.vault_suffix
    shown: JsonObject = {
        name: value for name, value in vault.properties.items() if is_recent or name != "publicNetworkAccess"
    }
    shown["vaultUri"] = f"https://{vault.name}{suffix}" if is_new else f"https://{vault.name.lower()}{suffix}/"
    shown["provisioningState"] = "RegisteringDns" if is_new else "Succeeded"
    return {
        "id": vault.id,
        "name": vault.name,
        "type": VAULTS,
        "location": vault.location,
        "tags": dict(vault.tags),
        **({"systemData": system_data(vault.created, vault.modified, short_time)} if is_recent else {}),
        "properties": shown,
    }


def put(call: Call) -> Answer:
    """Create or replace: 200. A new vault is `RegisteringDns` for a while."""
    group = group_of(call)
    name = call.params["vault"]
    check_name(VAULTS, name, NAME)
    body = call.body(VaultBody)
    existing = call.state.vaults.get(key(vault_id(call)))
    location = location_for(call, body.location, existing.location if existing else None)
    if existing is None and body.properties and (body.properties.create_mode or "").lower() == "recover":
        return _recovered(call, location)
    _check_taken(call, name)
    properties = _created(call, body, existing)
    if existing:
        tags = existing.tags if body.tags is None else body.tags
        return _saved(call, replace(existing, tags=tags, properties=properties, modified=call.now))
    vault = Vault(vault_id(call), name, group.name, location, body.tags or {}, properties, call.now, call.now)
    state, operation = begin(call, with_vault(call.state, vault), key(vault.id), "RegisteringDns")
    return Change(state, Reply.json(200, show(call, state, vault), (AT_ONCE,) if operation else ()))


def patch(call: Call) -> Answer:
    """Change what is given; access policies are replaced as a whole."""
    vault = vault_of(call)
    body = call.body(VaultBody)
    changed = replace(
        vault,
        tags=vault.tags if body.tags is None else body.tags,
        properties={**vault.properties, **_given(call, body)},
        modified=call.now,
    )
    return _saved(call, changed)


def get(call: Call) -> Answer:
    """Show one. Asking for a new vault brings it nearer to its end."""
    vault = vault_of(call)
    operation = running_on(call.state, key(vault.id))
    reply = Reply.json(200, show(call, call.state, vault), (AT_ONCE,) if operation else ())
    return Change(polled(call.state, operation, call.now), reply) if operation else reply


def delete(call: Call) -> Answer:
    """Delete it with the role assignments and locks in it: 200 without a body, 204 when there was none.

    It can be recovered with its secrets, unless its soft delete is off.
    """
    vault = call.state.vaults.get(key(vault_id(call)))
    if vault is None:
        return Reply(204)
    return Change(without_vault(call.state, vault, call.now), Reply(200))


def list_vaults(call: Call) -> Answer:
    """List those of a resource group, or of the subscription."""
    return page(call, [show(call, call.state, vault) for vault in in_scope(call, call.state.vaults)])


def update_policies(call: Call) -> Answer:
    """Add, replace or remove entries; the reply holds only the entries that were named, as they are now."""
    vault = vault_of(call)
    given = checked(call.body(UpdateBody).properties.access_policies)
    old = entries(vault.properties, "accessPolicies")
    match call.params["operation"].lower():
        case "add":
            new = added(old, given)
        case "replace":
            new = replaced(old, given)
        case "remove":
            new = removed(old, given)
        case other:
            raise bad_request("BadRequest", f"The operation kind '{other}' is not one of add, replace, remove.")
    policies: list[Json] = list(new)
    changed = replace(vault, properties={**vault.properties, "accessPolicies": policies}, modified=call.now)
    named = {whose(entry) for entry in given}
    shown: list[Json] = [entry for entry in new if whose(entry) in named]
    content: JsonObject = {
        "id": f"{vault.id}/accessPolicies/",
        "type": f"{VAULTS}/accessPolicies",
        "properties": {"accessPolicies": shown},
    }
    return Change(with_vault(call.state, changed), Reply.json(200, content))


def _created(call: Call, body: VaultBody, existing: Vault | None) -> JsonObject:
    properties = body.properties or PropertiesBody()
    if properties.tenant_id is None or not is_guid(properties.tenant_id):
        raise bad_request("BadRequest", "The parameter tenantId is not specified, or is no GUID.")
    if properties.sku is None:
        raise bad_request("BadRequest", "The parameter sku is not specified.")
    given = _given(call, body)
    if "enableRbacAuthorization" not in given:
        given = {**given, **_default_access(call, existing)}
    if "accessPolicies" not in given:
        if given.get("enableRbacAuthorization") is not True:
            raise bad_request("BadRequest", "The parameter accessPolicies is not specified.")
        given = {**given, "accessPolicies": []}
    return {"enableSoftDelete": True, "publicNetworkAccess": "Enabled", **given}


def _default_access(call: Call, existing: Vault | None) -> JsonObject:
    """Return an existing vault stays as it is; a new one is decided by roles from a certain api-version on."""
    if existing:
        old = existing.properties.get("enableRbacAuthorization")
        return {} if old is None else {"enableRbacAuthorization": old}
    day = version_date(call.api_version)
    return {"enableRbacAuthorization": True} if day and day >= _RBAC_BY_DEFAULT else {}


def _given(call: Call, body: VaultBody) -> JsonObject:
    given: JsonObject = {name: value for name, value in call.raw_properties().items() if name not in _SERVICE_SETS}
    if body.properties and body.properties.access_policies is not None:
        policies: list[Json] = list(added((), checked(body.properties.access_policies)))
        given["accessPolicies"] = policies
    return given


def _recovered(call: Call, location: str) -> Change:
    state = recovered(call.state, vault_id(call), location)
    if state is None:
        message = f"The specified deleted vault '{call.params['vault']}' does not exist."
        raise ArmError(404, "DeletedVaultNotFound", message)
    return Change(state, Reply.json(200, show(call, state, state.vaults[key(vault_id(call))])))


def _check_taken(call: Call, name: str) -> None:
    own = key(vault_id(call))
    for vault in call.state.vaults.values():
        if vault.name.lower() == name.lower() and key(vault.id) != own:
            raise ArmError(409, "VaultAlreadyExists", f"The vault name '{name}' is already in use.")
    if own not in call.state.vaults and name.lower() in call.state.deleted_vaults:
        message = (
            "A vault with the same name already exists in deleted state. You need to either recover or purge existing "
            "key vault. Follow this link https://go.microsoft.com/fwlink/?linkid=2149745 for more information on soft "
            "delete."
        )
        raise ArmError(409, "ConflictError", message)


def _saved(call: Call, vault: Vault) -> Change:
    state = with_vault(call.state, vault)
    return Change(state, Reply.json(200, show(call, state, vault)))


_VERSIONS = ApiVersions("2015-06-01")
_IN_GROUP = f"{IN_GROUP}/{VAULTS}"
_ONE = f"{_IN_GROUP}/{{vault}}"
_POLICIES = f"{_ONE}/accessPolicies/{{operation}}"
_READ, _WRITE = f"{VAULTS}/read", f"{VAULTS}/write"

ROUTES = (
    Route("GET", _ONE, get, _VERSIONS, "recording", _READ),
    Route("PUT", _ONE, put, _VERSIONS, "recording", _WRITE),
    Route("PATCH", _ONE, patch, _VERSIONS, "recording", _WRITE),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", f"{VAULTS}/delete"),
    Route("GET", _IN_GROUP, list_vaults, _VERSIONS, "specification", _READ),
    Route("GET", f"{IN_SUBSCRIPTION}/{VAULTS}", list_vaults, _VERSIONS, "recording", _READ),
    Route("PUT", _POLICIES, update_policies, _VERSIONS, "recording", f"{VAULTS}/accessPolicies/write"),
)
