from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.msi.models import Identity, IdentityUpdate

from acr_identity.emulator import Settings
from emulator.clouds import IDENTITIES, SUBSCRIPTION, TENANT, Cloud, CloudMaker, content, part

OWN = f"/subscriptions/{SUBSCRIPTION}/resourcegroups/myResourceGroup/providers/Microsoft.ManagedIdentity"


def made(cloud: Cloud, name: str = "myACRTasksId") -> Identity:
    identity: Identity = cloud.identities.user_assigned_identities.create_or_update(
        "myResourceGroup", name, Identity(location="eastus", tags={"a": "b"})
    )
    return identity


def test_a_new_identity_is_created_with_its_group_in_lower_case(cloud: Cloud) -> None:
    reply = cloud.send("PUT", f"{IDENTITIES}/myACRTasksId", {"location": "eastus"}, version="2024-11-30")
    properties = part(content(reply), "properties")
    assert (reply.status, reply.header("Location")) == (201, f"{OWN}/userAssignedIdentities/myACRTasksId")
    assert content(reply) == {
        "location": "eastus",
        "tags": {},
        "id": f"{OWN}/userAssignedIdentities/myACRTasksId",
        "name": "myACRTasksId",
        "type": "Microsoft.ManagedIdentity/userAssignedIdentities",
        "properties": {
            "isolationScope": "None",
            "tenantId": TENANT,
            "principalId": properties["principalId"],
            "clientId": properties["clientId"],
        },
    }
    assert properties["principalId"] != properties["clientId"]


@pytest.mark.parametrize(
    ("version", "more"),
    [
        ("2025-05-31-preview", ["isolationScope", "assignmentRestrictions"]),
        ("2024-11-30", ["isolationScope"]),
        ("2018-11-30", []),
        ("2015-08-31-preview", ["clientSecretUrl"]),
    ],
)
def test_the_api_version_decides_what_is_shown_besides_the_ids(cloud: Cloud, version: str, more: list[str]) -> None:
    properties = part(cloud.read(f"{IDENTITIES}/existingid", version=version), "properties")
    assert set(properties) == {"tenantId", "principalId", "clientId", *more}


def test_the_oldest_api_version_gives_the_address_of_the_credentials(cloud: Cloud) -> None:
    properties = part(cloud.read(f"{IDENTITIES}/existingid", version="2015-08-31-preview"), "properties")
    address = urlsplit(str(properties["clientSecretUrl"]))
    assert (address.hostname, address.path) == (
        "control-eastus.identity.azure.net",
        f"{OWN}/userAssignedIdentities/existingid/credentials",
    )
    assert parse_qs(address.query) == {
        "tid": [TENANT],
        "oid": [properties["principalId"]],
        "aid": [properties["clientId"]],
    }


def test_a_new_identity_may_be_assigned_to_anything(cloud: Cloud) -> None:
    properties = part(cloud.read(f"{IDENTITIES}/existingid", version="2025-05-31-preview"), "properties")
    assert properties["assignmentRestrictions"] == {"providers": []}


def test_an_older_api_version_shows_no_isolation_scope(cloud: Cloud) -> None:
    shown = cloud.read(f"{IDENTITIES}/existingid", version="2023-01-31")
    assert set(part(shown, "properties")) == {"tenantId", "principalId", "clientId"}


def test_a_second_put_keeps_the_principal_and_answers_200(cloud: Cloud) -> None:
    first = made(cloud)
    reply = cloud.send("PUT", f"{IDENTITIES}/myacrtasksid", {"location": "East US"}, version="2024-11-30")
    assert (reply.status, reply.header("Location")) == (200, "")
    assert part(content(reply), "properties")["principalId"] == first.principal_id
    assert content(reply)["tags"] == {"a": "b"}


def test_a_patch_replaces_the_tags(cloud: Cloud) -> None:
    made(cloud)
    cloud.identities.user_assigned_identities.update("myResourceGroup", "myACRTasksId", IdentityUpdate(tags={"c": "d"}))
    assert cloud.identities.user_assigned_identities.get("myResourceGroup", "myACRTasksId").tags == {"c": "d"}


def test_a_deletion_answers_200_and_then_204_without_a_body(cloud: Cloud) -> None:
    made(cloud)
    replies = [cloud.send("DELETE", f"{IDENTITIES}/myACRTasksId", version="2024-11-30") for _ in range(2)]
    assert [(reply.status, reply.body) for reply in replies] == [(200, b""), (204, b"")]


def test_an_identity_made_again_has_new_ids(cloud: Cloud) -> None:
    first = made(cloud)
    cloud.identities.user_assigned_identities.delete("myResourceGroup", "myACRTasksId")
    second = made(cloud)
    assert first.id == second.id
    assert len({first.principal_id, first.client_id, second.principal_id, second.client_id}) == 4


def test_a_missing_identity_is_answered_by_the_gateway(cloud: Cloud) -> None:
    with pytest.raises(ResourceNotFoundError) as caught:
        cloud.identities.user_assigned_identities.get("myResourceGroup", "nobody")
    assert caught.value.error is not None
    assert caught.value.error.code == "ResourceNotFound"
    assert caught.value.error.message == (
        "The Resource 'Microsoft.ManagedIdentity/userAssignedIdentities/nobody' under resource group 'myResourceGroup' "
        "was not found. For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    reply = cloud.send("GET", f"{IDENTITIES}/nobody", version="2024-11-30")
    assert (reply.status, reply.header("x-ms-failure-cause")) == (404, "gateway")


@pytest.mark.parametrize("name", ["ab", "-abc", "a.bc"])
def test_a_name_outside_the_rules_is_refused(cloud: Cloud, name: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        made(cloud, name)
    assert caught.value.status_code == 400


def test_an_identity_does_not_move(cloud: Cloud) -> None:
    reply = cloud.send("PUT", f"{IDENTITIES}/existingid", {"location": "westus"}, version="2024-11-30")
    assert (reply.status, part(content(reply), "error")["code"]) == (409, "InvalidResourceLocation")


def test_a_new_identity_needs_a_location(cloud: Cloud) -> None:
    reply = cloud.send("PUT", f"{IDENTITIES}/myACRTasksId", {"tags": {}}, version="2024-11-30")
    assert (reply.status, part(content(reply), "error")["code"]) == (400, "LocationRequired")


def test_both_lists_go_on_over_pages(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(page_size=2))
    for name in ("one", "two", "three", "four"):
        made(cloud, name)
    in_group = cloud.identities.user_assigned_identities.list_by_resource_group("myResourceGroup")
    everywhere = cloud.identities.user_assigned_identities.list_by_subscription()
    names = ["existingid", "four", "one", "three", "two"]
    assert ([one.name for one in in_group], [one.name for one in everywhere]) == (names, names)
    assert [record.status for record in cloud.emulator.requests[-6:]] == [200] * 6
