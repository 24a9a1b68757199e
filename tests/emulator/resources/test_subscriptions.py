from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator, ManualClock, World
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import GROUP, REGISTRIES, SUBSCRIPTION, TENANT, Cloud, content, error_of, part, the_world

ME = f"/subscriptions/{SUBSCRIPTION}"
VERSION = "2022-12-01"


def ids(listed: JsonObject, name: str = "id") -> list[Json]:
    found = listed["value"]
    assert isinstance(found, list)
    return [one[name] for one in found if isinstance(one, dict)]


@pytest.mark.parametrize("version", ["2016-06-01", "2019-11-01", "2022-12-01"])
def test_a_login_finds_its_subscription_whatever_the_version(cloud: Cloud, version: str) -> None:
    listed = cloud.read("/subscriptions", version=version)
    found = cloud.read(ME, version=version)
    assert listed["value"] == [found]
    assert {name: found[name] for name in ("id", "subscriptionId", "tenantId", "state")} == {
        "id": ME,
        "subscriptionId": SUBSCRIPTION,
        "tenantId": TENANT,
        "state": "Enabled",
    }


def test_who_has_no_role_sees_no_subscription(cloud: Cloud) -> None:
    principal = cloud.send("PUT", f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/nobody",
                           {"location": "eastus"}, version="2024-11-30")  # fmt: skip
    token = cloud.emulator.token(str(part(content(principal), "properties")["principalId"]))
    stranger = Cloud(cloud.emulator, token)
    assert stranger.read("/subscriptions", version=VERSION)["value"] == []
    assert error_of(stranger.send("GET", ME, version=VERSION)) == (403, "AuthorizationFailed")


def test_the_tenant_and_the_regions_are_listed(cloud: Cloud) -> None:
    assert ids(cloud.read("/tenants", version=VERSION), "tenantId") == [TENANT]
    assert "eastus" in ids(cloud.read(f"{ME}/locations", version=VERSION), "name")


def test_a_group_is_one_whatever_its_casing(cloud: Cloud) -> None:
    lower = f"{ME}/resourcegroups/MYRESOURCEGROUP"
    assert cloud.read(lower, version="2024-11-01")["id"] == GROUP
    assert cloud.send("HEAD", lower, version="2024-11-01").status == 204
    assert cloud.send("HEAD", f"{ME}/resourcegroups/none", version="2024-11-01").status == 404
    shown = cloud.read(f"{lower}/providers/microsoft.containerregistry/REGISTRIES/MyRegistry")
    assert shown["id"] == f"{REGISTRIES}/myregistry"


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("resourceType eq 'Microsoft.ContainerRegistry/registries'", ["abacregistry", "mybaseregistry", "myregistry"]),
        ("resourceType eq 'microsoft.keyvault/VAULTS' and name eq 'MyKeyVault'", ["mykeyvault"]),
        ("name eq 'mykeyvault' or name eq 'rolevault'", ["mykeyvault", "rolevault"]),
        ("substringof('base', name)", ["mybaseregistry"]),
        ("resourceGroup eq 'MYRESOURCEGROUP' and name eq 'rolevault'", ["rolevault"]),
        ("tagName eq 'kept' and tagValue eq 'yes'", ["existingid"]),
        ("tagName eq 'kept' and tagValue eq 'no'", []),
        ("resourceType ne 'Microsoft.ContainerRegistry/registries' and resourceType ne 'Microsoft.KeyVault/vaults'",
         ["existingid"]),
    ],
)  # fmt: skip
def test_resources_are_found_by_a_filter(cloud: Cloud, expression: str, names: list[str]) -> None:
    path = f"{ME}/resources?$filter={expression.replace(' ', '%20')}"
    assert ids(cloud.read(path, version="2015-11-01"), "name") == names
    within = f"{GROUP.lower()}/resources?$filter={expression.replace(' ', '%20')}"
    assert ids(cloud.read(within, version="2024-11-01"), "name") == names


@pytest.mark.parametrize("expression", ["name eq 'a' xor name eq 'b'", "size eq 'a'", "name", "name eq 'a' and "])
def test_a_filter_that_says_nothing_is_refused(cloud: Cloud, expression: str) -> None:
    path = f"{ME}/resources?$filter={expression.replace(' ', '%20')}"
    assert error_of(cloud.send("GET", path, version="2024-11-01")) == (400, "InvalidFilterInQueryString")


def test_a_namespace_is_registered_step_by_step() -> None:
    world = World.model_validate({**the_world().model_dump(), "unregistered": ["Microsoft.KeyVault"]})
    cloud = Cloud(Emulator(world, clock=ManualClock()))
    vault: JsonObject = {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"name": "standard"}}}
    path = f"{GROUP}/providers/Microsoft.KeyVault/vaults/newvault"
    refused = cloud.send("PUT", path, vault, version="2026-02-01")
    details = part(content(refused), "error")["details"]
    assert error_of(refused) == (409, "MissingSubscriptionRegistration")
    assert isinstance(details, list)
    assert isinstance(details[0], dict)
    assert details[0]["target"] == "Microsoft.KeyVault"
    namespace = f"{ME}/providers/Microsoft.KeyVault"
    steps = [content(cloud.send("POST", f"{namespace}/register", version="2016-02-01"))]
    steps += [cloud.read(namespace, version="2016-02-01") for _ in range(2)]
    assert [one["registrationState"] for one in steps] == ["Registering", "Registering", "Registered"]
    assert cloud.send("PUT", path, vault, version="2026-02-01").status == 200


def test_a_namespace_in_use_stays_registered(cloud: Cloud) -> None:
    path = f"{ME}/providers/Microsoft.ContainerRegistry/unregister"
    assert error_of(cloud.send("POST", path, version="2021-04-01")) == (409, "SubscriptionHasResourcesInNamespace")
    assert error_of(cloud.send("POST", f"{ME}/providers/Nobody.Knows/register", version="2021-04-01")) == (
        404,
        "InvalidResourceNamespace",
    )
    listed = cloud.read(f"{ME}/providers", version="2021-04-01")
    assert set(ids(listed, "registrationState")) == {"Registered"}


def test_registering_needs_a_right_of_its_own(cloud: Cloud) -> None:
    reader = cloud.as_caller("*/read")
    path = f"{ME}/providers/Microsoft.KeyVault/register"
    assert error_of(reader.send("POST", path, version="2021-04-01")) == (403, "AuthorizationFailed")


def test_a_deleted_group_takes_all_with_it(cloud: Cloud) -> None:
    reply = cloud.send("DELETE", GROUP.replace("resourceGroups", "resourcegroups"), version="2024-11-01")
    polls = [cloud.send("GET", reply.header("Location").partition("?")[0], version="2024-11-01").status for _ in "ab"]
    assert (reply.status, polls) == (202, [202, 200])
    assert cloud.read(f"{ME}/resources", version="2024-11-01")["value"] == []
    listed = cloud.read(f"{ME}/providers/Microsoft.KeyVault/deletedVaults", version="2026-05-15")
    assert ids(listed, "name") == ["mykeyvault", "rolevault"]
