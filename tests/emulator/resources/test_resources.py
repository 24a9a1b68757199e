from __future__ import annotations

from acr_identity.emulator import Settings
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import (
    GROUP,
    IDENTITIES,
    REGISTRIES,
    SUBSCRIPTION,
    TASKS,
    TENANT,
    VAULTS,
    Cloud,
    CloudMaker,
    error_of,
    task_body,
)

GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourcegroups"
VERSION = "2024-11-01"


def ids(cloud: Cloud, query: str, path: str = f"/subscriptions/{SUBSCRIPTION}/resources") -> list[object]:
    found = cloud.read(f"{path}?{query}", version=VERSION)["value"]
    assert isinstance(found, list)
    return [one["id"] for one in found if isinstance(one, dict)]


def test_the_list_of_resources_is_filtered_by_type_and_name(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    kind = "$filter=resourceType eq 'microsoft.containerregistry/registries'"
    names = ("abacregistry", "mybaseregistry", "myregistry")
    assert ids(cloud, kind) == [f"{REGISTRIES}/{name}" for name in names]
    assert ids(cloud, f"{kind} and name eq 'MYREGISTRY'") == [f"{REGISTRIES}/myregistry"]
    assert ids(cloud, "$filter=resourceType eq 'Microsoft.KeyVault/vaults'") == [
        f"{VAULTS}/mykeyvault",
        f"{VAULTS}/rolevault",
    ]
    everything = ids(cloud, "")
    assert {f"{TASKS}/mytask", f"{REGISTRIES}/myregistry", f"{VAULTS}/mykeyvault"} <= set(everything)
    assert ids(cloud, "", f"{GROUP}/resources") == everything
    assert len(everything) == 7


def test_the_list_of_resources_is_filtered_by_tag(cloud: Cloud) -> None:
    own = f"{IDENTITIES}/existingid".replace("/resourceGroups/", "/resourcegroups/")
    assert ids(cloud, "$filter=tagName eq 'kept'") == [own]
    assert ids(cloud, "$filter=tagName eq 'kept' and tagValue eq 'no'") == []


def test_a_filter_that_is_not_known_is_refused(cloud: Cloud) -> None:
    reply = cloud.send("GET", f"/subscriptions/{SUBSCRIPTION}/resources?$filter=colour eq 'red'", version=VERSION)
    assert error_of(reply) == (400, "InvalidFilterInQueryString")


def test_a_resource_group_is_made_updated_and_found(cloud: Cloud) -> None:
    shown: JsonObject = {
        "id": f"/subscriptions/{SUBSCRIPTION}/resourceGroups/NewGroup",
        "name": "NewGroup",
        "type": "Microsoft.Resources/resourceGroups",
        "location": "westus",
        "tags": {},
        "properties": {"provisioningState": "Succeeded"},
    }
    first = cloud.send("PUT", f"{GROUPS}/NewGroup", {"location": "West US"}, version=VERSION)
    second = cloud.send("PUT", f"{GROUPS}/newgroup", {"location": "westus", "tags": {"a": "b"}}, version=VERSION)
    assert (first.status, first.content()) == (201, shown)
    assert (second.status, second.content()) == (200, {**shown, "tags": {"a": "b"}})
    assert cloud.send("PATCH", f"{GROUPS}/newgroup", {"tags": {}}, version=VERSION).content() == shown
    assert cloud.read(f"{GROUPS}/NEWGROUP", version=VERSION) == shown
    assert ids(cloud, "$filter=tagName eq 'a'", GROUPS) == []
    assert ids(cloud, "", GROUPS) == [GROUP, shown["id"]]


def test_the_head_of_a_resource_group_tells_whether_there_is_one(cloud: Cloud) -> None:
    replies = [cloud.send("HEAD", f"{GROUPS}/{name}", version=VERSION) for name in ("myresourcegroup", "nowhere")]
    assert [(reply.status, reply.body) for reply in replies] == [(204, b""), (404, b"")]


def test_a_deleted_resource_group_takes_everything_with_it(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(lro_polls=1))
    other = GROUP.replace("myResourceGroup", "other")
    registry = f"{other}/providers/Microsoft.ContainerRegistry/registries/otherregistry"
    vault = f"{other}/providers/Microsoft.KeyVault/vaults/othervault"
    left: dict[str, JsonObject] = {
        other: {"location": "eastus"},
        registry: {"location": "eastus", "sku": {"name": "Basic"}},
        vault: {"location": "eastus", "properties": {"tenantId": TENANT, "sku": {"name": "standard"}}},
    }
    for path, body in left.items():
        assert cloud.send("PUT", path, body, version="2026-05-15").status in {200, 201}
    reply = cloud.send("DELETE", f"{GROUPS}/myResourceGroup", version=VERSION)
    link = reply.header("Location")
    polls = [cloud.send("GET", link, version=VERSION).status for _ in range(2)]
    assert (reply.status, polls) == (202, [202, 200])
    assert ids(cloud, "") == [registry, vault]
    assert ids(cloud, "", GROUPS) == [other]
    assert error_of(cloud.send("DELETE", f"{GROUPS}/myResourceGroup", version=VERSION)) == (
        404,
        "ResourceGroupNotFound",
    )


def test_without_polls_a_resource_group_is_deleted_at_once(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(lro_polls=0))
    assert cloud.send("DELETE", f"{GROUPS}/myResourceGroup", version=VERSION).status == 200
