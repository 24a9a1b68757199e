from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerregistry.models import (
    ImportImageParameters,
    ImportSource,
    ImportSourceCredentials,
    PasswordName,
    RegenerateCredentialParameters,
    RegistryNameCheckRequest,
    RegistryUpdateParameters,
)

from acr_identity.emulator import Settings
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import GROUP, REGISTRIES, Cloud, CloudMaker, error_of

RG = "myResourceGroup"


def imported(
    cloud: Cloud,
    image: str,
    *tags: str,
    mode: str = "NoForce",
    resource_id: str | None = None,
    registry_uri: str | None = None,
) -> None:
    parameters = ImportImageParameters(
        source=ImportSource(source_image=image, resource_id=resource_id, registry_uri=registry_uri),
        target_tags=[*(tags or (image,))],
        mode=mode,
    )
    cloud.registries.registries.begin_import_image(RG, "myregistry", parameters).result()


def test_a_public_image_is_imported_with_its_digest(cloud: Cloud) -> None:
    imported(cloud, "library/node:15-alpine", "baseimages/node:15-alpine", registry_uri="docker.io")
    imported(cloud, "hello-world", "hello-world:v1", "copy", registry_uri="mcr.microsoft.com")
    held = dict(name.split("@") for name in cloud.emulator.images("myregistry.azurecr.io"))
    assert set(held) == {"baseimages/node:15-alpine", "hello-world:v1", "copy:latest"}
    assert held["hello-world:v1"] == held["copy:latest"] != held["baseimages/node:15-alpine"]


def test_an_image_of_another_registry_is_imported_by_its_id(cloud: Cloud) -> None:
    imported(cloud, "baseimages/node:15-alpine", resource_id=f"{REGISTRIES}/mybaseregistry")
    assert cloud.emulator.images("myregistry.azurecr.io") == cloud.emulator.images("mybaseregistry.azurecr.io")
    digest = cloud.emulator.images("mybaseregistry.azurecr.io")[0].partition("@")[2]
    imported(cloud, f"baseimages/node@{digest}", "by-digest:1", resource_id=f"{REGISTRIES}/mybaseregistry")
    assert f"by-digest:1@{digest}" in cloud.emulator.images("myregistry.azurecr.io")


def test_an_import_does_not_take_the_place_of_a_tag_unless_forced(cloud: Cloud) -> None:
    imported(cloud, "hello-world", "a:1", registry_uri="mcr.microsoft.com")
    before = cloud.emulator.images("myregistry.azurecr.io")
    with pytest.raises(HttpResponseError) as caught:
        imported(cloud, "library/node:15-alpine", "a:1", "b:1", registry_uri="docker.io")
    assert caught.value.error is not None
    assert (caught.value.status_code, caught.value.error.code) == (409, "Conflict")
    assert cloud.emulator.images("myregistry.azurecr.io") == before
    imported(cloud, "library/node:15-alpine", "a:1", mode="Force", registry_uri="docker.io")
    assert cloud.emulator.images("myregistry.azurecr.io") != before


def test_an_import_needs_rights_on_both_registries(cloud: Cloud) -> None:
    body: JsonObject = {
        "source": {"resourceId": f"{REGISTRIES}/mybaseregistry", "sourceImage": "baseimages/node:15-alpine"},
        "targetTags": ["node:1"],
    }
    path = f"{REGISTRIES}/myregistry/importImage"
    without = cloud.as_caller("*/read", scope=GROUP)
    one = cloud.as_caller("Microsoft.ContainerRegistry/registries/importImage/action", scope=GROUP)
    both = cloud.as_caller(
        "Microsoft.ContainerRegistry/registries/importImage/action",
        "Microsoft.ContainerRegistry/registries/pull/read",
        scope=GROUP,
    )
    assert error_of(without.send("POST", path, body)) == (403, "AuthorizationFailed")
    assert error_of(one.send("POST", path, body)) == (403, "LinkedAuthorizationFailed")
    assert both.send("POST", path, body).status == 202


def test_an_import_that_fails_says_so_in_the_end(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(lro_polls=2))
    body: JsonObject = {"source": {"registryUri": "docker.io", "sourceImage": "no/such:1"}, "targetTags": ["a:1"]}
    reply = cloud.send("POST", f"{REGISTRIES}/myregistry/importImage", body)
    link = reply.header("Location").partition("?")[0]
    polls = [cloud.send("GET", link) for _ in range(3)]
    assert [reply.status, *(poll.status for poll in polls)] == [202, 202, 202, 400]
    assert cloud.emulator.images("myregistry.azurecr.io") == ()


@pytest.mark.parametrize(
    "body",
    [
        {"source": {"sourceImage": "a:1"}},
        {"source": {"sourceImage": "a b"}, "targetTags": ["a"]},
        {"source": {"sourceImage": "a"}, "targetTags": ["a"], "mode": "Perhaps"},
        {"targetTags": ["a"]},
    ],
)
def test_an_import_that_cannot_be_is_refused_at_once(cloud: Cloud, body: JsonObject) -> None:
    assert cloud.send("POST", f"{REGISTRIES}/myregistry/importImage", body).status == 400


def test_the_admin_user_has_two_passwords(cloud: Cloud) -> None:
    registries = cloud.registries.registries
    with pytest.raises(HttpResponseError) as caught:
        registries.list_credentials(RG, "myregistry")
    assert caught.value.error is not None
    assert (caught.value.status_code, caught.value.error.code) == (400, "UnAuthorizedForCredentialOperations")
    registries.begin_update(
        RG, "myregistry", RegistryUpdateParameters({"properties": {"adminUserEnabled": True}})
    ).result()
    before = registries.list_credentials(RG, "myregistry")
    after = registries.regenerate_credential(
        RG, "myregistry", RegenerateCredentialParameters(name=PasswordName.PASSWORD2)
    )
    assert before.username == "myregistry"
    assert before.passwords is not None
    assert after.passwords is not None
    assert after.passwords[0] == before.passwords[0]
    assert after.passwords[1] != before.passwords[1]


def test_an_admin_password_is_a_way_to_import(cloud: Cloud) -> None:
    body: JsonObject = {"properties": {"adminUserEnabled": True}}
    cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", body, version="2025-11-01")
    found = cloud.registries.registries.list_credentials(RG, "mybaseregistry").passwords
    assert found is not None
    source = ImportSource(
        source_image="baseimages/node:15-alpine",
        registry_uri="mybaseregistry.azurecr.io",
        credentials=ImportSourceCredentials(username="mybaseregistry", password=str(found[1].value)),
    )
    parameters = ImportImageParameters(source=source, target_tags=["node:1"])
    cloud.registries.registries.begin_import_image(RG, "myregistry", parameters).result()
    assert cloud.emulator.images("myregistry.azurecr.io")[0].startswith("node:1@")


def test_quotas_follow_the_service_tier(cloud: Cloud) -> None:
    usages = cloud.registries.registries.list_usages(RG, "myregistry").value
    assert usages is not None
    assert [(usage.name, usage.limit) for usage in usages][:2] == [("Size", 10 * 1024**3), ("Webhooks", 2)]


@pytest.mark.parametrize(
    ("name", "expected"),
    [("freshregistry", (True, None)), ("MyRegistry", (False, "AlreadyExists")), ("a-b", (False, "Invalid"))],
)
def test_a_name_is_free_or_not(cloud: Cloud, name: str, expected: tuple[bool, str | None]) -> None:
    asked = RegistryNameCheckRequest(name=name, type="Microsoft.ContainerRegistry/registries")
    found = cloud.registries.registries.check_name_availability(asked)
    assert (found.name_available, found.reason) == expected


@pytest.mark.parametrize(
    "settings",
    [
        {"publicNetworkAccess": "Perhaps"},
        {"networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"value": "everywhere"}]}},
        {"networkRuleBypassAllowedForTasks": "yes"},
    ],
)
def test_network_rules_that_cannot_be_are_refused(cloud: Cloud, settings: JsonObject) -> None:
    reply = cloud.send("PATCH", f"{REGISTRIES}/myregistry", {"properties": settings}, version="2025-11-01")
    assert error_of(reply) == (400, "InvalidRequestContent")
