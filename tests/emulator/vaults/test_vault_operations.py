from __future__ import annotations

import pytest
from azure.mgmt.keyvault.models import VaultCheckNameAvailabilityParameters

from acr_identity.emulator import ManualClock, Request
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from emulator.clouds import SUBSCRIPTION, TENANT, VAULTS, Cloud, content, error_of, part

ME = f"/subscriptions/{SUBSCRIPTION}"
WHO = "cccccccc-0000-0000-0000-000000000001"
RG = "myResourceGroup"
VERSION = "2026-02-01"
HOST = "https://mykeyvault.vault.azure.net"


@pytest.fixture
def officer(cloud: Cloud) -> Cloud:
    """A cloud whose owner may do everything with the secrets of mykeyvault."""
    allow(cloud, cloud.emulator.snapshot()["owner"], "all")
    return cloud


def whole(cloud: Cloud) -> JsonObject:
    return cloud.read(f"{VAULTS}/mykeyvault", version=VERSION)


def allow(cloud: Cloud, who: Json, *permissions: str) -> None:
    """Give permissions on secrets as `az keyvault set-policy` does: read the vault, and write the whole of it."""
    vault = whole(cloud)
    properties = part(vault, "properties")
    entry: JsonObject = {"tenantId": TENANT, "objectId": who, "permissions": {"secrets": [*permissions]}}
    old = properties["accessPolicies"]
    assert isinstance(old, list)
    body: JsonObject = {**vault, "properties": {**properties, "accessPolicies": [*old, entry]}}
    assert cloud.send("PUT", f"{VAULTS}/mykeyvault", body, version=VERSION).status == 200


def data(cloud: Cloud, method: str, path: str, body: Json = None, token: str | None = None) -> Reply:
    held = token or cloud.emulator.token(audience="https://vault.azure.net")
    sent = b"" if body is None else Reply.json(200, body).body
    joint = "&" if "?" in path else "?"
    return cloud.emulator.handle(
        Request.to(method, f"{HOST}{path}{joint}api-version=7.4", {"Authorization": f"Bearer {held}"}, sent)
    )


def test_a_whole_vault_written_back_changes_only_what_was_changed(cloud: Cloud) -> None:
    before = whole(cloud)
    allow(cloud, WHO, "get")
    after = whole(cloud)
    entry = {"tenantId": TENANT, "objectId": WHO, "permissions": {"secrets": ["get"]}}
    assert part(after, "properties") == {**part(before, "properties"), "accessPolicies": [entry]}


def test_a_deleted_vault_is_recovered_with_all_that_was_in_it(cloud: Cloud) -> None:
    before = whole(cloud)
    cloud.vaults.vaults.delete(RG, "mykeyvault")
    shown = cloud.vaults.vaults.get_deleted("mykeyvault", "eastus")
    body: JsonObject = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"name": "standard"}}}
    new: JsonObject = {**body, "properties": {**part(body, "properties"), "accessPolicies": []}}
    taken = cloud.send("PUT", f"{VAULTS}/mykeyvault", new, version="2023-07-01")
    assert shown.name == "mykeyvault"
    assert error_of(taken) == (409, "ConflictError")
    recover: JsonObject = {**body, "properties": {**part(body, "properties"), "createMode": "recover"}}
    assert cloud.send("PUT", f"{VAULTS}/mykeyvault", recover, version=VERSION).status == 200
    assert whole(cloud) == before
    assert list(cloud.vaults.vaults.list_deleted()) == []
    none = cloud.send("PUT", f"{VAULTS}/neverwas", recover, version=VERSION)
    assert error_of(none) == (404, "DeletedVaultNotFound")


def test_a_purged_vault_is_gone_for_good(cloud: Cloud) -> None:
    cloud.vaults.vaults.delete(RG, "mykeyvault")
    cloud.vaults.vaults.begin_purge_deleted("mykeyvault", "eastus").result()
    path = f"{ME}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/mykeyvault"
    assert error_of(cloud.send("GET", path, version=VERSION)) == (404, "DeletedVaultNotFound")
    assert error_of(cloud.send("POST", f"{path}/purge", version=VERSION)) == (404, "DeletedVaultNotFound")


def test_polls_of_a_purge_tell_when_it_began_and_ended(cloud: Cloud, clock: ManualClock) -> None:
    cloud.vaults.vaults.delete(RG, "mykeyvault")
    path = f"{ME}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/mykeyvault"
    began = cloud.send("POST", f"{path}/purge", version=VERSION)
    link = began.header("Location").partition("?")[0]
    clock.advance(5)
    during = cloud.send("GET", link, version=VERSION)
    clock.advance(5)
    after = cloud.send("GET", link, version=VERSION)
    begun = {"createdDateTime": "2026-01-01 00:00:00Z"}
    ended = {**begun, "lastActionDateTime": "2026-01-01 00:00:05Z", "status": "Succeeded"}
    assert (began.status, began.body) == (202, b"")
    assert (during.status, content(during)) == (202, {**begun, "status": "NotStarted"})
    assert during.header("Location") == began.header("Location")
    assert (after.status, content(after), after.header("Location")) == (200, ended, "")


def test_a_deleted_vault_tells_its_dates_in_whole_seconds(cloud: Cloud) -> None:
    cloud.vaults.vaults.delete(RG, "mykeyvault")
    path = f"{ME}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/mykeyvault"
    properties = part(cloud.read(path, version=VERSION), "properties")
    found = properties["deletionDate"], properties["scheduledPurgeDate"]
    assert found == ("2026-01-01T00:00:00Z", "2026-04-01T00:00:00Z")


@pytest.mark.parametrize(
    ("name", "expected"),
    [("freshvault", (True, None)), ("MyKeyVault", (False, "AlreadyExists")), ("a--b", (False, "AccountNameInvalid"))],
)
def test_a_name_is_free_or_not(cloud: Cloud, name: str, expected: tuple[bool, str | None]) -> None:
    found = cloud.vaults.vaults.check_name_availability(VaultCheckNameAvailabilityParameters(name=name))
    assert (found.name_available, found.reason) == expected


def test_a_secret_has_versions_attributes_and_tags(officer: Cloud) -> None:
    first = content(data(officer, "PUT", "/secrets/New", {"value": "one", "tags": {"a": "b"}, "contentType": "text"}))
    second = content(data(officer, "PUT", "/secrets/new", {"value": "two", "attributes": {"nbf": 1, "exp": 2}}))
    version = str(first["id"]).rpartition("/")[2]
    old = content(data(officer, "GET", f"/secrets/New/{version}"))
    newest = content(data(officer, "GET", "/secrets/New/"))
    listed = content(data(officer, "GET", "/secrets/new/versions"))["value"]
    assert (old["value"], old["tags"], old["contentType"]) == ("one", {"a": "b"}, "text")
    assert newest["value"] == "two"
    assert {name: part(second, "attributes")[name] for name in ("enabled", "nbf", "exp")} == {
        "enabled": True,
        "nbf": 1,
        "exp": 2,
    }
    assert isinstance(listed, list)
    assert len(listed) == 2
    assert "value" not in str(listed)


def test_a_disabled_secret_is_listed_but_not_read(officer: Cloud) -> None:
    changed = data(officer, "PATCH", "/secrets/UserName/", {"attributes": {"enabled": False}})
    refused = data(officer, "GET", "/secrets/UserName")
    assert (changed.status, part(content(changed), "attributes")["enabled"]) == (200, False)
    assert (refused.status, part(content(refused), "error", "innererror")["code"]) == (403, "SecretDisabled")
    assert b"UserName" in data(officer, "GET", "/secrets").body


def test_secrets_come_in_pages(officer: Cloud) -> None:
    first = content(data(officer, "GET", "/secrets?maxresults=1"))
    link = str(first["nextLink"]).removeprefix(HOST)
    second = content(data(officer, "GET", link))
    assert [len(page["value"]) for page in (first, second) if isinstance(page["value"], list)] == [1, 1]
    assert second["nextLink"] is None
    assert error_of(data(officer, "GET", "/secrets?maxresults=26")) == (400, "BadParameter")


def test_a_deleted_secret_is_recovered_or_purged(officer: Cloud) -> None:
    gone = content(data(officer, "DELETE", "/secrets/UserName"))
    assert gone["recoveryId"] == f"{HOST}/deletedsecrets/UserName"
    assert error_of(data(officer, "GET", "/secrets/UserName")) == (404, "SecretNotFound")
    assert error_of(data(officer, "PUT", "/secrets/username", {"value": "x"})) == (409, "Conflict")
    assert b"UserName" in data(officer, "GET", "/deletedsecrets").body
    assert data(officer, "GET", "/deletedsecrets/UserName").status == 200
    assert data(officer, "POST", "/deletedsecrets/UserName/recover").status == 200
    assert content(data(officer, "GET", "/secrets/UserName"))["value"] == "hubuser"
    data(officer, "DELETE", "/secrets/UserName")
    assert data(officer, "DELETE", "/deletedsecrets/UserName").status == 204
    assert error_of(data(officer, "GET", "/deletedsecrets/UserName")) == (404, "SecretNotFound")
    assert data(officer, "PUT", "/secrets/username", {"value": "x"}).status == 200


def test_each_permission_is_asked_for(cloud: Cloud) -> None:
    allow(cloud, cloud.emulator.snapshot()["owner"], "get", "list")
    assert data(cloud, "GET", "/secrets/UserName").status == 200
    refused = (
        data(cloud, "PUT", "/secrets/UserName", {"value": "x"}),
        data(cloud, "DELETE", "/secrets/UserName"),
        data(cloud, "DELETE", "/deletedsecrets/UserName"),
        data(cloud, "POST", "/deletedsecrets/UserName/recover"),
    )
    words = [
        str(part(content(reply), "error")["message"]).partition("have ")[2].partition(" perm")[0] for reply in refused
    ]
    assert {error_of(reply) for reply in refused} == {(403, "Forbidden")}
    assert words == ["secrets set", "secrets delete", "secrets purge", "secrets recover"]


@pytest.mark.parametrize(
    ("rules", "inner"),
    [
        ({"publicNetworkAccess": "Disabled"}, "ForbiddenByConnection"),
        ({"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8"}]}}, "ForbiddenByFirewall"),
        ({"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "198.51.100.0/24"}]}}, ""),
    ],
)
def test_a_firewall_stands_before_all_rights(officer: Cloud, rules: JsonObject, inner: str) -> None:
    officer.send("PATCH", f"{VAULTS}/mykeyvault", {"properties": rules}, version=VERSION)
    reply = data(officer, "GET", "/secrets/UserName")
    found = part(content(reply), "error", "innererror")["code"] if reply.status == 403 else ""
    assert found == inner
