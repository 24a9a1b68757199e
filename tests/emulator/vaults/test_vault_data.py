from __future__ import annotations

import pytest

from acr_identity.emulator import Request, Settings
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import SECRETS_USER, TENANT, VAULTS, Cloud, CloudMaker, content, error_of, part, role_id

HOST = "https://mykeyvault.vault.azure.net"
ROLES = "https://rolevault.vault.azure.net"
NAME = "dddddddd-0000-0000-0000-000000000001"


def allow(cloud: Cloud, *permissions: Json) -> None:
    entry: JsonObject = {
        "tenantId": TENANT,
        "objectId": owner(cloud),
        "permissions": {"secrets": list(permissions)},
    }
    body: JsonObject = {"properties": {"accessPolicies": [entry]}}
    cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", body, version="2023-07-01")


def owner(cloud: Cloud) -> str:
    assignments = cloud.read(f"{VAULTS}/mykeyvault/providers/Microsoft.Authorization/roleAssignments")["value"]
    assert isinstance(assignments, list)
    first = assignments[0]
    assert isinstance(first, dict)
    return str(part(first, "properties")["principalId"])


def test_a_request_without_a_token_is_challenged(cloud: Cloud) -> None:
    reply = cloud.emulator.handle(Request.to("GET", f"{HOST}/secrets/UserName?api-version=7.4"))
    assert error_of(reply) == (401, "Unauthorized")
    assert reply.header("WWW-Authenticate") == (
        f'Bearer authorization="https://login.microsoftonline.com/{TENANT}", resource="https://vault.azure.net"'
    )


def test_a_token_that_was_not_issued_is_challenged(cloud: Cloud) -> None:
    request = Request.to("GET", f"{HOST}/secrets/UserName?api-version=7.4", {"Authorization": "Bearer x"})
    assert error_of(cloud.emulator.handle(request)) == (401, "Unauthorized")


def test_a_caller_without_a_policy_is_told_who_it_is(cloud: Cloud) -> None:
    reply = cloud.send("GET", f"{HOST}/secrets/UserName", version="7.4")
    error = part(content(reply), "error")
    assert (reply.status, error["code"], error["innererror"]) == (403, "Forbidden", {"code": "AccessDenied"})
    assert (
        f"oid={owner(cloud)};iss=https://sts.windows.net/{TENANT}/' does not have secrets get permission on key vault "
        in (str(error["message"]))
    )


def test_a_caller_with_a_policy_reads_the_newest_version_or_the_named_one(cloud: Cloud) -> None:
    allow(cloud, "get", "set", "list")
    first = cloud.read(f"{HOST}/secrets/username", version="7.4")
    cloud.send("PUT", f"{HOST}/secrets/UserName", {"value": "newer"}, version="7.4")
    version = str(first["id"]).rpartition("/")[2]
    values = [cloud.read(f"{HOST}/secrets/UserName{end}", version="7.4")["value"] for end in ("", f"/{version}")]
    assert values == ["newer", "hubuser"]
    listed = cloud.read(f"{HOST}/secrets", version="2025-07-01")["value"]
    assert isinstance(listed, list)
    assert [one["id"] for one in listed if isinstance(one, dict)] == [
        f"{HOST}/secrets/Password",
        f"{HOST}/secrets/UserName",
    ]
    assert "newer" not in str(listed)


def test_a_secret_keeps_its_type_its_tags_and_its_times(cloud: Cloud) -> None:
    allow(cloud, "get", "set", "list")
    given: JsonObject = {
        "value": "planted",
        "contentType": "",
        "tags": {"a": "b"},
        "attributes": {"nbf": 1767225600, "exp": 1798761600},
    }
    made = content(cloud.send("PUT", f"{HOST}/secrets/Dated", given, version="7.4"))
    name = f"{HOST}/secrets/Dated"
    listed = cloud.read(f"{HOST}/secrets", version="7.4")["value"]
    assert isinstance(listed, list)
    expected: JsonObject = {
        "id": name,
        "contentType": "",
        "tags": {"a": "b"},
        "attributes": {
            "enabled": True,
            "nbf": 1767225600,
            "exp": 1798761600,
            "created": 1767225600,
            "updated": 1767225600,
            "recoveryLevel": "Recoverable+Purgeable",
            "recoverableDays": 90,
        },
    }
    assert listed[0] == expected
    assert cloud.read(name, version="7.4") == made == {**expected, "value": "planted", "id": made["id"]}


def test_the_last_page_of_the_secrets_says_that_it_is_the_last(make_cloud: CloudMaker) -> None:
    cloud = make_cloud(Settings(page_size=1))
    allow(cloud, "list")
    first = cloud.read(f"{HOST}/secrets", version="7.4")
    last = cloud.read(str(first["nextLink"]), version="7.4")
    assert last["nextLink"] is None


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({}, ("Recoverable+Purgeable", 90)),
        ({"enablePurgeProtection": True}, ("Recoverable", 90)),
        ({"softDeleteRetentionInDays": 7}, ("CustomizedRecoverable+Purgeable", 7)),
        ({"softDeleteRetentionInDays": 7, "enablePurgeProtection": True}, ("CustomizedRecoverable", 7)),
        ({"enableSoftDelete": False}, ("Purgeable", None)),
    ],
)
def test_the_vault_decides_how_a_deleted_secret_comes_back(
    cloud: Cloud, properties: JsonObject, expected: tuple[str, int | None]
) -> None:
    cloud.send("PATCH", f"{VAULTS}/mykeyvault", {"properties": properties}, version="2023-07-01")
    allow(cloud, "get")
    attributes = part(cloud.read(f"{HOST}/secrets/UserName", version="7.4"), "attributes")
    assert (attributes["recoveryLevel"], attributes.get("recoverableDays")) == expected


def test_each_permission_allows_its_own_verb_only(cloud: Cloud) -> None:
    allow(cloud, "get")
    assert cloud.send("PUT", f"{HOST}/secrets/UserName", {"value": "x"}, version="7.4").status == 403
    assert cloud.send("GET", f"{HOST}/secrets", version="7.4").status == 403


def test_a_missing_secret_is_not_found(cloud: Cloud) -> None:
    allow(cloud, "all")
    assert error_of(cloud.send("PUT", f"{HOST}/secrets/a_b", {"value": "x"}, version="7.4")) == (400, "BadParameter")
    assert error_of(cloud.send("GET", f"{HOST}/secrets/nothing", version="7.4")) == (404, "SecretNotFound")


def test_a_disabled_secret_is_not_read(cloud: Cloud) -> None:
    allow(cloud, "get", "set")
    cloud.send("PUT", f"{HOST}/secrets/UserName", {"value": "x", "attributes": {"enabled": False}}, version="7.4")
    reply = cloud.send("GET", f"{HOST}/secrets/UserName", version="7.4")
    assert (reply.status, part(content(reply), "error", "innererror")) == (403, {"code": "SecretDisabled"})


def test_a_vault_with_roles_asks_for_a_data_role_not_for_ownership(cloud: Cloud) -> None:
    refused = cloud.send("GET", f"{ROLES}/secrets/UserName", version="7.4")
    error = part(content(refused), "error")
    assert (refused.status, error["innererror"]) == (403, {"code": "ForbiddenByRbac"})
    assert "Action: 'Microsoft.KeyVault/vaults/secrets/getSecret/action'\r\n" in str(error["message"])
    body: JsonObject = {"properties": {"roleDefinitionId": role_id(SECRETS_USER), "principalId": owner(cloud)}}
    path = f"{VAULTS}/rolevault/providers/Microsoft.Authorization/roleAssignments/{NAME}"
    assert cloud.send("PUT", path, body, version="2022-04-01").status == 201
    assert cloud.read(f"{ROLES}/secrets/UserName", version="7.4")["value"] == "hubuser"


def test_a_role_on_a_secret_is_for_that_secret_and_not_for_those_beside_it(cloud: Cloud) -> None:
    body: JsonObject = {"properties": {"roleDefinitionId": role_id(SECRETS_USER), "principalId": owner(cloud)}}
    secret = f"{VAULTS}/rolevault/secrets/username"
    cloud.send("PUT", f"{secret}/providers/Microsoft.Authorization/roleAssignments/{NAME}", body)
    assert cloud.read(f"{ROLES}/secrets/UserName", version="7.4")["value"] == "hubuser"
    for beside in ("secrets/Password", "secrets/UserNam", "secrets"):
        assert error_of(cloud.send("GET", f"{ROLES}/{beside}", version="7.4")) == (403, "Forbidden")


def test_a_vault_that_does_not_exist_has_no_secrets(cloud: Cloud) -> None:
    reply = cloud.send("GET", "https://unknown.vault.azure.net/secrets/a", version="7.4")
    assert error_of(reply) == (404, "VaultNotFound")
