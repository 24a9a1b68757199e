from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.keyvault.models import (
    AccessPolicyUpdateKind,
    SecretCreateOrUpdateParameters,
    VaultAccessPolicyParameters,
    VaultCreateOrUpdateParameters,
    VaultPatchParameters,
)

from acr_identity.emulator import ManualClock, Settings
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import TENANT, VAULTS, Cloud, CloudMaker, content, error_of, part

ONE = "cccccccc-0000-0000-0000-000000000001"
TWO = "cccccccc-0000-0000-0000-000000000002"
VERSION = "2026-05-15"
OLD = "2023-07-01"


def entry(who: str, **permissions: list[Json]) -> JsonObject:
    allowed: JsonObject = dict(permissions)
    return {"tenantId": TENANT, "objectId": who, "permissions": allowed}


def update(cloud: Cloud, operation: str, *entries: JsonObject, vault: str = "mykeyvault") -> Json:
    body: JsonObject = {"properties": {"accessPolicies": list(entries)}}
    reply = cloud.send("PUT", f"{VAULTS}/{vault}/accessPolicies/{operation}", body, version=VERSION)
    assert reply.status == 200
    assert {name: content(reply)[name] for name in ("id", "type")} == {
        "id": f"{VAULTS}/{vault}/accessPolicies/",
        "type": "Microsoft.KeyVault/vaults/accessPolicies",
    }
    return part(content(reply), "properties")["accessPolicies"]


def policies(cloud: Cloud) -> Json:
    return part(cloud.read(f"{VAULTS}/mykeyvault", version=VERSION), "properties")["accessPolicies"]


def new_vault(**properties: Json) -> JsonObject:
    return {
        "location": "eastus",
        "properties": {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, **properties},
    }


def test_add_unites_permissions_and_answers_only_what_was_named(cloud: Cloud) -> None:
    update(cloud, "add", entry(ONE, secrets=["Get", "list"], keys=["get"]))
    reply = update(cloud, "add", entry(TWO, secrets=["get"]), entry(ONE.upper(), secrets=["get", "set"]))
    one = entry(ONE, secrets=["Get", "list", "set"], keys=["get"])
    assert reply == [one, entry(TWO, secrets=["get"])]
    none: JsonObject = {"secrets": ["get"], "keys": None}
    update(cloud, "add", {**entry(TWO), "permissions": none})
    assert policies(cloud) == [one, entry(TWO, secrets=["get"])]


def test_replace_takes_the_place_of_one_entry(cloud: Cloud) -> None:
    update(cloud, "add", entry(ONE, secrets=["get", "list"], keys=["get"]), entry(TWO, secrets=["get"]))
    assert update(cloud, "replace", entry(ONE, secrets=["get"])) == [entry(ONE, secrets=["get"])]
    assert policies(cloud) == [entry(ONE, secrets=["get"]), entry(TWO, secrets=["get"])]


def test_remove_takes_permissions_away_until_none_is_left(cloud: Cloud) -> None:
    update(cloud, "add", entry(ONE, secrets=["get", "list"]), entry(TWO, secrets=["get"]))
    assert update(cloud, "remove", entry(ONE, secrets=["LIST"])) == [entry(ONE, secrets=["get"])]
    assert update(cloud, "remove", entry(ONE, secrets=["get"], keys=["get"])) == []
    assert policies(cloud) == [entry(TWO, secrets=["get"])]


@pytest.mark.parametrize(
    ("vault", "operation", "given", "expected"),
    [
        ("unknown", "add", entry(ONE, secrets=["get"]), (404, "ResourceNotFound")),
        ("mykeyvault", "subtract", entry(ONE, secrets=["get"]), (400, "BadRequest")),
        ("mykeyvault", "add", entry(ONE, secrets=["read"]), (400, "BadRequest")),
        ("mykeyvault", "add", entry("me", secrets=["get"]), (400, "BadRequest")),
        ("mykeyvault", "add", {"objectId": ONE}, (400, "InvalidRequestContent")),
    ],
)
def test_policies_that_cannot_be_are_refused(
    cloud: Cloud, vault: str, operation: str, given: JsonObject, expected: tuple[int, str]
) -> None:
    body: JsonObject = {"properties": {"accessPolicies": [given]}}
    reply = cloud.send("PUT", f"{VAULTS}/{vault}/accessPolicies/{operation}", body, version=VERSION)
    assert error_of(reply) == expected


def test_an_entry_for_an_application_is_another_one(cloud: Cloud) -> None:
    compound: JsonObject = {**entry(ONE, secrets=["list"]), "applicationId": TWO}
    update(cloud, "add", entry(ONE, secrets=["get"]), compound)
    update(cloud, "remove", entry(ONE, secrets=["get"]))
    assert policies(cloud) == [compound]


def test_a_vault_holds_a_limited_number_of_entries(cloud: Cloud) -> None:
    many = [entry(f"cccccccc-0000-0000-0000-{number:012}", secrets=["get"]) for number in range(1025)]
    update(cloud, "add", *many[:1024])
    for given in (many[1024:], many):
        body: JsonObject = {"properties": {"accessPolicies": [*given]}}
        reply = cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", body, version=VERSION)
        assert error_of(reply) == (400, "BadRequest")


def test_the_sdk_adds_a_policy(cloud: Cloud) -> None:
    reply = cloud.vaults.vaults.update_access_policy(
        "myResourceGroup",
        "mykeyvault",
        AccessPolicyUpdateKind.ADD,
        VaultAccessPolicyParameters({"properties": {"accessPolicies": [entry(ONE, secrets=["get"])]}}),
    )
    assert reply.properties.access_policies[0].object_id == ONE
    assert policies(cloud) == [entry(ONE, secrets=["get"])]


def test_a_new_vault_registers_its_name_first(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(lro_polls=2))
    body = new_vault(accessPolicies=[])
    seen = [content(cloud.send("PUT", f"{VAULTS}/MyVault", body, version=OLD))]
    seen += [cloud.read(f"{VAULTS}/MyVault", version=OLD) for _ in range(3)]
    states = [(part(one, "properties")["provisioningState"], part(one, "properties")["vaultUri"]) for one in seen]
    new = ("RegisteringDns", "https://MyVault.vault.azure.net")
    assert states == [new, new, new, ("Succeeded", "https://myvault.vault.azure.net/")]


@pytest.mark.parametrize(
    ("version", "given", "expected"),
    [
        (VERSION, {}, True),
        (OLD, {"accessPolicies": []}, None),
        (VERSION, {"enableRbacAuthorization": False, "accessPolicies": []}, False),
    ],
)
def test_the_api_version_decides_who_decides(cloud: Cloud, version: str, given: JsonObject, expected: Json) -> None:
    cloud.send("PUT", f"{VAULTS}/newvault", new_vault(**given), version=version)
    shown = part(cloud.read(f"{VAULTS}/newvault", version=version), "properties")
    assert shown.get("enableRbacAuthorization") is expected


def test_an_older_api_version_shows_neither_authors_nor_network_access(cloud: Cloud) -> None:
    older, newer = (cloud.read(f"{VAULTS}/mykeyvault", version=version) for version in ("2019-09-01", "2021-10-01"))
    assert set(newer) - set(older) == {"systemData"}
    assert set(part(newer, "properties")) - set(part(older, "properties")) == {"publicNetworkAccess"}
    assert part(newer, "systemData")["createdAt"] == "2026-01-01T00:00:00Z"


def test_a_time_of_a_vault_has_milliseconds_only_when_there_are_some(cloud: Cloud, clock: ManualClock) -> None:
    clock.advance(0.12)
    cloud.send("PATCH", f"{VAULTS}/mykeyvault", {"tags": {"a": "b"}}, version=VERSION)
    shown = part(cloud.read(f"{VAULTS}/mykeyvault", version=VERSION), "systemData")
    assert (shown["createdAt"], shown["lastModifiedAt"]) == ("2026-01-01T00:00:00Z", "2026-01-01T00:00:00.12Z")


def test_a_new_vault_shows_days_of_retention_only_when_they_were_given(cloud: Cloud) -> None:
    bodies = {
        "plain": new_vault(enableRbacAuthorization=True),
        "short": new_vault(enableRbacAuthorization=True, softDeleteRetentionInDays=7),
    }
    found = {}
    for name, body in bodies.items():
        cloud.send("PUT", f"{VAULTS}/{name}", body, version=VERSION)
        properties = part(cloud.read(f"{VAULTS}/{name}", version=VERSION), "properties")
        found[name] = (properties["enableSoftDelete"], properties.get("softDeleteRetentionInDays"))
    assert found == {"plain": (True, None), "short": (True, 7)}


def test_a_put_over_an_existing_vault_keeps_how_it_decides(cloud: Cloud) -> None:
    cloud.send("PUT", f"{VAULTS}/mykeyvault", new_vault(accessPolicies=[entry(ONE, secrets=["get"])]), version=VERSION)
    shown = part(cloud.read(f"{VAULTS}/mykeyvault", version=VERSION), "properties")
    assert shown["enableRbacAuthorization"] is False
    assert shown["accessPolicies"] == [entry(ONE, secrets=["get"])]


@pytest.mark.parametrize(
    ("name", "body", "expected"),
    [
        ("newvault", {"location": "eastus", "properties": {}}, (400, "BadRequest")),
        ("newvault", new_vault(sku=None), (400, "BadRequest")),
        ("newvault", new_vault(enableRbacAuthorization=False), (400, "BadRequest")),
        ("new--vault", new_vault(), (400, "InvalidResourceName")),
        ("mykeyvault", {**new_vault(), "location": "westus"}, (409, "InvalidResourceLocation")),
        ("mykeyvault/secrets/one", {"properties": {}}, (400, "BadRequest")),
    ],
)
def test_a_vault_that_cannot_be_is_refused(
    cloud: Cloud, name: str, body: JsonObject, expected: tuple[int, str]
) -> None:
    assert error_of(cloud.send("PUT", f"{VAULTS}/{name}", body, version=VERSION)) == expected


def test_a_vault_name_is_unique_over_resource_groups(cloud: Cloud) -> None:
    cloud.send("PUT", VAULTS.partition("/providers/")[0].replace("myResourceGroup", "other"), {"location": "eastus"})
    other = VAULTS.replace("myResourceGroup", "other")
    reply = cloud.send("PUT", f"{other}/mykeyvault", new_vault(), version=VERSION)
    assert error_of(reply) == (409, "VaultAlreadyExists")


def test_the_sdk_creates_lists_patches_and_deletes_vaults(cloud: Cloud) -> None:
    given = VaultCreateOrUpdateParameters(new_vault())
    made = cloud.vaults.vaults.begin_create_or_update("myResourceGroup", "newvault", given).result()
    cloud.vaults.vaults.update("myResourceGroup", "newvault", VaultPatchParameters({"tags": {"a": "b"}}))
    names = [vault.name for vault in cloud.vaults.vaults.list_by_resource_group("myResourceGroup")]
    shown = cloud.vaults.vaults.get("myResourceGroup", "newvault")
    cloud.vaults.vaults.delete("myResourceGroup", "newvault")
    left = [vault.name for vault in cloud.vaults.vaults.list_by_subscription()]
    assert made.properties.provisioning_state == "Succeeded"
    assert shown.tags == {"a": "b"}
    assert (names, left) == (["mykeyvault", "newvault", "rolevault"], ["mykeyvault", "rolevault"])
    assert cloud.send("DELETE", f"{VAULTS}/newvault", version=VERSION).status == 204


def test_a_secret_written_through_arm_is_never_shown_there(cloud: Cloud) -> None:
    path = f"{VAULTS}/mykeyvault/secrets/NewSecret"
    body: JsonObject = {"properties": {"value": "planted", "contentType": "text"}}
    replies = [cloud.send("PUT", path, body, version=VERSION) for _ in range(2)]
    shown = cloud.vaults.secrets.get("myResourceGroup", "mykeyvault", "newsecret")
    names = [secret.name for secret in cloud.vaults.secrets.list("myResourceGroup", "mykeyvault")]
    assert [reply.status for reply in replies] == [201, 200]
    assert b"planted" not in replies[0].body
    assert (shown.id, shown.properties.content_type, shown.properties.value) == (path, "text", None)
    assert names == ["NewSecret", "Password", "UserName"]


def test_the_sdk_writes_a_secret(cloud: Cloud) -> None:
    parameters = SecretCreateOrUpdateParameters({"properties": {"value": "v"}})
    made = cloud.vaults.secrets.create_or_update("myResourceGroup", "mykeyvault", "one", parameters)
    assert made.name == "one"
    assert error_of(cloud.send("GET", f"{VAULTS}/mykeyvault/secrets/two", version=VERSION))[0] == 404
    with pytest.raises(HttpResponseError) as caught:
        cloud.vaults.secrets.create_or_update("myResourceGroup", "mykeyvault", "no_good", parameters)
    assert caught.value.status_code == 400
