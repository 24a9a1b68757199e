from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.authorization.models import Permission, RoleDefinition

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import (
    ACR_PULL,
    ACR_PUSH,
    GROUP,
    IDENTITIES,
    REGISTRIES,
    SUBSCRIPTION,
    TASKS,
    VAULTS,
    Cloud,
    content,
    error_of,
    part,
    role_id,
    task_body,
)

ME = f"/subscriptions/{SUBSCRIPTION}"
CUSTOM = "dddddddd-0000-0000-0000-000000000001"
ONE = "aaaaaaaa-0000-0000-0000-000000000001"
TWO = "aaaaaaaa-0000-0000-0000-000000000002"
WHO = "bbbbbbbb-0000-0000-0000-000000000001"
VERSION = "2022-04-01"


def lock(cloud: Cloud, scope: str, level: str, name: str = "kept") -> int:
    body: JsonObject = {"properties": {"level": level, "notes": "why"}}
    return cloud.send(
        "PUT", f"{scope}/providers/Microsoft.Authorization/locks/{name}", body, version="2020-05-01"
    ).status


def unlock(cloud: Cloud, scope: str, name: str = "kept") -> int:
    return cloud.send("DELETE", f"{scope}/providers/Microsoft.Authorization/locks/{name}", version="2020-05-01").status


def assign(cloud: Cloud, name: str = ONE, role: str = ACR_PULL, scope: str = f"{REGISTRIES}/myregistry") -> Json:
    body: JsonObject = {
        "properties": {"roleDefinitionId": role_id(role), "principalId": WHO, "principalType": "ServicePrincipal"}
    }
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
    reply = cloud.send("PUT", path, body, version=VERSION)
    return reply.status if reply.status < 400 else error_of(reply)[1]


def names(listed: JsonObject) -> list[Json]:
    found = listed["value"]
    assert isinstance(found, list)
    return [one["name"] for one in found if isinstance(one, dict)]


def test_a_lock_against_deletion_stops_deletion_above_at_and_below(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    assign(cloud)
    assert lock(cloud, f"{REGISTRIES}/myregistry", "CanNotDelete") == 201
    role = f"{REGISTRIES}/myregistry/providers/Microsoft.Authorization/roleAssignments/{ONE}"
    for path in (GROUP, f"{REGISTRIES}/myregistry", f"{TASKS}/mytask", role):
        reply = cloud.send("DELETE", path, version=VERSION)
        assert error_of(reply) == (409, "ScopeLocked")
        assert part(content(reply), "error")["message"] == (
            f"The scope '{path}' cannot perform delete operation because following scope(s) are locked: "
            f"'{REGISTRIES}/myregistry'. Please remove the lock and try again."
        )
    assert cloud.send("PUT", f"{TASKS}/mytask", task_body()).status == 200
    assert cloud.send("DELETE", f"{VAULTS}/mykeyvault", version="2026-05-15").status == 200
    assert (unlock(cloud, f"{REGISTRIES}/myregistry"), unlock(cloud, f"{REGISTRIES}/myregistry")) == (200, 204)
    assert cloud.send("DELETE", f"{TASKS}/mytask").status == 200


def test_a_read_only_lock_stops_each_change_and_no_read(cloud: Cloud) -> None:
    lock(cloud, GROUP, "ReadOnly")
    assert error_of(cloud.send("PUT", f"{TASKS}/mytask", task_body())) == (409, "ScopeLocked")
    assert error_of(cloud.send("POST", f"{REGISTRIES}/myregistry/listCredentials")) == (409, "ScopeLocked")
    assert assign(cloud) == "ScopeLocked"
    assert cloud.send("GET", f"{REGISTRIES}/myregistry").status == 200
    assert lock(cloud, GROUP, "CanNotDelete") == 200
    assert assign(cloud) == 201


def test_locks_are_listed_from_where_one_looks(cloud: Cloud) -> None:
    lock(cloud, ME, "CanNotDelete", "above")
    lock(cloud, f"{REGISTRIES}/myregistry", "CanNotDelete", "below")
    path = f"{GROUP}/providers/Microsoft.Authorization/locks"
    assert names(cloud.read(path, version="2020-05-01")) == ["below"]
    assert names(cloud.read(f"{path}?$filter=atScope()", version="2020-05-01")) == ["above"]
    shown = cloud.read(f"{ME}/providers/Microsoft.Authorization/locks/above", version="2016-09-01")
    assert shown["properties"] == {"level": "CanNotDelete", "notes": "why"}
    assert error_of(cloud.send("GET", f"{path}/none", version="2016-09-01")) == (404, "LockNotFound")
    bad: JsonObject = {"properties": {"level": "Forever"}}
    assert cloud.send("PUT", f"{path}/bad", bad, version="2016-09-01").status == 400


def test_a_custom_role_is_made_given_and_cannot_go_while_somebody_has_it(cloud: Cloud) -> None:
    roles = cloud.access.role_definitions
    wanted = RoleDefinition(
        role_name="Task Runner",
        description="Runs tasks.",
        role_type="CustomRole",
        permissions=[Permission(actions=["Microsoft.ContainerRegistry/registries/scheduleRun/action"])],
        assignable_scopes=[ME],
    )
    made = roles.create_or_update(ME, CUSTOM, wanted)
    assert (made.role_name, made.role_type, roles.get(ME, CUSTOM).id) == ("Task Runner", "CustomRole", made.id)
    assert [role.name for role in roles.list(ME, filter="roleName eq 'task runner'")] == [CUSTOM]
    assert assign(cloud, role=CUSTOM) == 201
    with pytest.raises(HttpResponseError) as caught:
        roles.delete(ME, CUSTOM)
    assert caught.value.error is not None
    assert (caught.value.status_code, caught.value.error.code) == (400, "RoleDefinitionHasAssignments")
    cloud.access.role_assignments.delete(f"{REGISTRIES}/myregistry", ONE)
    assert roles.delete(ME, CUSTOM).name == CUSTOM
    path = f"{ME}/providers/Microsoft.Authorization/roleDefinitions/{CUSTOM}"
    assert cloud.send("DELETE", path, version=VERSION).status == 204


@pytest.mark.parametrize(
    ("name", "properties", "expected"),
    [
        ("x", {}, (400, "InvalidRoleDefinitionId")),
        (ACR_PULL, {}, (400, "RoleDefinitionUpdateNotPermitted")),
        (CUSTOM, {"roleName": "acrpull"}, (409, "RoleDefinitionWithSameNameExists")),
        (CUSTOM, {"assignableScopes": ["/"]}, (400, "InvalidAssignableScopes")),
        (CUSTOM, {"permissions": []}, (400, "InvalidRoleDefinition")),
    ],
)
def test_a_custom_role_that_cannot_be_is_refused(
    cloud: Cloud, name: str, properties: JsonObject, expected: tuple[int, str]
) -> None:
    good: JsonObject = {"roleName": "Mine", "permissions": [{"actions": ["*/read"]}], "assignableScopes": [ME]}
    body: JsonObject = {"properties": {**good, **properties}}
    path = f"{ME}/providers/Microsoft.Authorization/roleDefinitions/{name}"
    assert error_of(cloud.send("PUT", path, body, version=VERSION)) == expected


def test_a_caller_sees_what_it_may_do(cloud: Cloud) -> None:
    caller = cloud.as_caller("Microsoft.ContainerRegistry/*/read", scope=GROUP)
    path = f"{REGISTRIES}/myregistry/providers/Microsoft.Authorization/permissions"
    assert caller.read(path, version="2022-04-01")["value"] == [
        {"actions": ["Microsoft.ContainerRegistry/*/read"], "notActions": [], "dataActions": [], "notDataActions": []}
    ]
    above = f"{ME}/providers/Microsoft.Authorization/permissions"
    assert caller.read(above, version="2022-04-01")["value"] == []


def test_a_condition_limits_the_roles_that_a_caller_may_give(cloud: Cloud) -> None:
    made = content(cloud.send("PUT", f"{IDENTITIES}/delegate", {"location": "eastus"}, version="2024-11-30"))
    principal = str(part(made, "properties")["principalId"])
    condition = (
        "((!(ActionMatches{'Microsoft.Authorization/roleAssignments/write'})) OR "
        "(@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId] "
        f"ForAnyOfAnyValues:GuidEquals {{{ACR_PULL}}}))"
    )
    body: JsonObject = {
        "properties": {
            "roleDefinitionId": role_id("f58310d9-a9f6-439a-9e8d-f62e7b41a168"),
            "principalId": principal,
            "principalType": "ServicePrincipal",
            "condition": condition,
            "conditionVersion": "2.0",
        }
    }
    path = f"{GROUP}/providers/Microsoft.Authorization/roleAssignments/{TWO}"
    assert cloud.send("PUT", path, body, version=VERSION).status == 201
    delegate = Cloud(cloud.emulator, cloud.emulator.token(principal))
    assert assign(delegate, role=ACR_PUSH) == "AuthorizationFailed"
    assert assign(delegate) == 201


def test_a_lock_goes_with_what_it_was_on(cloud: Cloud) -> None:
    scope = f"{IDENTITIES}/existingid"
    lock(cloud, scope, "ReadOnly")
    unlock(cloud, scope)
    lock(cloud, ME, "CanNotDelete")
    assert error_of(cloud.send("DELETE", scope, version="2024-11-30")) == (409, "ScopeLocked")
    unlock(cloud, ME)
    assert cloud.send("DELETE", scope, version="2024-11-30").status == 200
