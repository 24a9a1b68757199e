from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignment, RoleAssignmentCreateParameters

from acr_identity.emulator import ManualClock, Settings
from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import (
    ACR_PULL,
    ACR_PUSH,
    GROUP,
    REGISTRIES,
    SUBSCRIPTION,
    TASKS,
    VAULTS,
    Cloud,
    CloudMaker,
    content,
    error_of,
    part,
    role_id,
    with_identity,
)

BASE = f"{REGISTRIES}/mybaseregistry"
ONE = "aaaaaaaa-0000-0000-0000-000000000001"
TWO = "aaaaaaaa-0000-0000-0000-000000000002"
STRANGER = "bbbbbbbb-0000-0000-0000-000000000001"
VERSION = "2022-04-01"


def principal(cloud: Cloud) -> str:
    found = cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid").principal_id
    assert isinstance(found, str)
    return found


def properties(principal_id: str, role: str = ACR_PULL, **more: Json) -> JsonObject:
    return {
        "properties": {
            "roleDefinitionId": role_id(role),
            "principalId": principal_id,
            "principalType": "ServicePrincipal",
            **more,
        }
    }


def path(name: str = ONE, scope: str = BASE) -> str:
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def assigned(cloud: Cloud, name: str = ONE, scope: str = BASE, *, kind: str = "ServicePrincipal") -> RoleAssignment:
    parameters = RoleAssignmentCreateParameters(
        role_definition_id=role_id(ACR_PULL), principal_id=principal(cloud), principal_type=kind
    )
    made: RoleAssignment = cloud.access.role_assignments.create(scope, name, parameters)
    return made


def test_a_new_assignment_answers_201_and_is_found_by_name(cloud: Cloud) -> None:
    reply = cloud.send("PUT", path(), properties(principal(cloud), description="why"), version=VERSION)
    owner = part(content(reply), "properties")["updatedBy"]
    expected: JsonObject = {
        "properties": {
            "roleDefinitionId": role_id(ACR_PULL),
            "principalId": principal(cloud),
            "principalType": "ServicePrincipal",
            "scope": BASE,
            "condition": None,
            "conditionVersion": None,
            "createdOn": "2026-01-01T00:00:00.0000000Z",
            "updatedOn": "2026-01-01T00:00:00.0000000Z",
            "createdBy": None,
            "updatedBy": owner,
            "delegatedManagedIdentityResourceId": None,
            "description": "why",
        },
        "id": path(),
        "type": "Microsoft.Authorization/roleAssignments",
        "name": ONE,
    }
    assert (reply.status, content(reply)) == (201, expected)
    later = cloud.read(path(), version=VERSION)
    assert later == {**expected, "properties": {**part(expected, "properties"), "createdBy": owner}}


LATER = {"condition", "conditionVersion", "delegatedManagedIdentityResourceId", "description"}


@pytest.mark.parametrize(("version", "missing"), [("2018-09-01-preview", LATER), ("2020-04-01-preview", set())])
def test_an_older_api_version_knows_no_conditions(cloud: Cloud, version: str, missing: set[str]) -> None:
    newest = part(content(cloud.send("PUT", path(), properties(principal(cloud)), version=VERSION)), "properties")
    older = part(cloud.read(path(), version=version), "properties")
    assert set(newest) - set(older) == missing
    assert part(content(cloud.send("DELETE", path(), version=version)), "properties") == older


def test_the_same_grant_under_another_name_is_a_conflict_that_names_the_first(cloud: Cloud) -> None:
    assigned(cloud)
    with pytest.raises(ResourceExistsError) as caught:
        assigned(cloud, TWO)
    assert caught.value.error is not None
    assert caught.value.error.code == "RoleAssignmentExists"
    assert caught.value.error.message == (
        "The role assignment already exists. "
        "The ID of the conflicting role assignment is aaaaaaaa000000000000000000000001."
    )


def test_a_grant_that_differs_in_its_condition_only_is_a_conflict(cloud: Cloud) -> None:
    assigned(cloud)
    body = properties(principal(cloud), condition="(@Request[a:name] StringEquals 'b')", conditionVersion="2.0")
    assert error_of(cloud.send("PUT", path(TWO), body, version=VERSION)) == (409, "RoleAssignmentExists")


def test_the_same_name_again_changes_the_description_only(cloud: Cloud) -> None:
    assigned(cloud)
    reply = cloud.send("PUT", path(), properties(principal(cloud), description="new"), version=VERSION)
    assert (reply.status, part(content(reply), "properties")["description"]) == (200, "new")


@pytest.mark.parametrize(
    ("scope", "role", "principal_id"),
    [(BASE, ACR_PUSH, ""), (f"{REGISTRIES}/myregistry", ACR_PULL, ""), (BASE, ACR_PULL, STRANGER)],
)
def test_the_same_name_cannot_mean_something_else(cloud: Cloud, scope: str, role: str, principal_id: str) -> None:
    assigned(cloud)
    body = properties(principal_id or principal(cloud), role)
    reply = cloud.send("PUT", path(scope=scope), body, version=VERSION)
    assert error_of(reply) == (400, "RoleAssignmentUpdateNotPermitted")


def test_the_default_principal_type_of_the_sdk_does_not_fit_an_identity(cloud: Cloud) -> None:
    parameters = RoleAssignmentCreateParameters(role_definition_id=role_id(ACR_PULL), principal_id=principal(cloud))
    with pytest.raises(HttpResponseError) as caught:
        cloud.access.role_assignments.create(BASE, ONE, parameters)
    assert caught.value.error is not None
    assert caught.value.error.code == "UnmatchedPrincipalType"


def test_the_type_of_a_principal_is_looked_up_when_none_is_given(cloud: Cloud) -> None:
    body: JsonObject = {"properties": {"roleDefinitionId": role_id(ACR_PULL), "principalId": principal(cloud)}}
    reply = cloud.send("PUT", path(), body, version=VERSION)
    assert part(content(reply), "properties")["principalType"] == "ServicePrincipal"


def test_a_new_principal_is_not_found_until_it_is_replicated(make_cloud: CloudMaker, clock: ManualClock) -> None:
    cloud = make_cloud(Settings(replication_seconds=30))
    young = principal(cloud)
    clock.advance(29)
    with pytest.raises(HttpResponseError) as caught:
        assigned(cloud)
    assert caught.value.error is not None
    assert caught.value.status_code == 400
    assert caught.value.error.code == "PrincipalNotFound"
    assert str(caught.value.error.message).startswith(
        f"Principal {young.replace('-', '')} does not exist in the directory 22222222-2222-2222-2222-222222222222. "
    )
    clock.advance(1)
    assert assigned(cloud).name == ONE


def test_an_unknown_principal_is_accepted_only_as_a_service_principal(cloud: Cloud) -> None:
    stated = cloud.send("PUT", path(), properties(STRANGER), version=VERSION)
    looked_up = cloud.send("PUT", path(TWO), properties(STRANGER, principalType=None), version=VERSION)
    assert (stated.status, error_of(looked_up)) == (201, (400, "PrincipalNotFound"))


@pytest.mark.parametrize(
    ("name", "change", "expected"),
    [
        ("not-a-guid", {}, (400, "InvalidRoleAssignmentId")),
        (ONE, {"roleDefinitionId": ACR_PULL}, (400, "BadRequestFormat")),
        (ONE, {"roleDefinitionId": role_id("AcrPull")}, (400, "InvalidRoleDefinitionId")),
        (ONE, {"roleDefinitionId": role_id(STRANGER)}, (400, "RoleDefinitionDoesNotExist")),
        (ONE, {"principalId": "me"}, (400, "InvalidPrincipalId")),
        (ONE, {"principalType": "MSI"}, (400, "InvalidPrincipalType")),
        (ONE, {"condition": "(1 Equals 1)", "conditionVersion": "1.0"}, (400, "InvalidCondition")),
        (ONE, {"condition": "(1 Equals 1)"}, (400, "InvalidCondition")),
    ],
)
def test_an_assignment_that_cannot_be_is_refused(
    cloud: Cloud, name: str, change: JsonObject, expected: tuple[int, str]
) -> None:
    body: JsonObject = {"properties": {**part(properties(principal(cloud)), "properties"), **change}}
    assert error_of(cloud.send("PUT", path(name), body, version=VERSION)) == expected


@pytest.mark.parametrize(
    ("scope", "code"),
    [
        (f"{REGISTRIES}/unknown", "ResourceNotFound"),
        (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/unknown", "ResourceGroupNotFound"),
        (f"/subscriptions/{STRANGER}", "SubscriptionNotFound"),
    ],
)
def test_a_scope_must_exist(cloud: Cloud, scope: str, code: str) -> None:
    reply = cloud.send("PUT", path(scope=scope), properties(principal(cloud)), version=VERSION)
    assert error_of(reply) == (404, code)


def test_a_secret_can_be_a_scope(cloud: Cloud) -> None:
    assert (
        assigned(cloud, scope=f"{VAULTS}/mykeyvault/secrets/UserName").scope == f"{VAULTS}/mykeyvault/secrets/UserName"
    )


def test_a_deletion_answers_what_was_deleted_and_then_204(cloud: Cloud) -> None:
    assigned(cloud)
    first = cloud.send("DELETE", path(), version=VERSION)
    second = cloud.send("DELETE", path(), version=VERSION)
    assert (first.status, content(first)["name"], second.status, second.body) == (200, ONE, 204, b"")


def test_an_assignment_is_not_found_at_another_scope(cloud: Cloud) -> None:
    assigned(cloud)
    assert error_of(cloud.send("GET", path(scope=GROUP), version=VERSION)) == (404, "RoleAssignmentNotFound")


def names(found: object) -> list[str]:
    assert hasattr(found, "__iter__")
    return sorted(one.name for one in found)


def test_lists_look_up_and_down_as_their_filter_says(cloud: Cloud) -> None:
    assigned(cloud)
    assigned(cloud, TWO, f"/subscriptions/{SUBSCRIPTION}")
    who = principal(cloud)
    owner = names(cloud.access.role_assignments.list_for_scope(BASE, filter="atScope()"))
    assignments = cloud.access.role_assignments
    everybody = sorted({ONE, TWO, *owner})
    assert len(everybody) == 3
    assert names(assignments.list_for_scope(GROUP)) == everybody
    assert names(assignments.list_for_scope(BASE, filter="atScope()")) == everybody
    assert names(assignments.list_for_scope(GROUP, filter="atScope()")) == sorted({*owner} - {ONE})
    assert names(assignments.list_for_scope(GROUP, filter=f"principalId eq '{who}'")) == [ONE, TWO]
    assert names(assignments.list_for_scope(GROUP, filter=f"assignedTo('{who}')")) == [ONE, TWO]
    assert names(assignments.list_for_scope(GROUP, filter=f"atScope() and assignedTo('{who}')")) == [TWO]
    assert names(assignments.list_for_subscription(filter=f"principalId eq '{who}'")) == [ONE, TWO]


@pytest.mark.parametrize(
    "expression", [f"atScope() and principalId eq '{STRANGER}'", "principalId eq 1", "roleName eq 'x'"]
)
def test_a_filter_that_the_service_does_not_know_is_refused(cloud: Cloud, expression: str) -> None:
    with pytest.raises(HttpResponseError) as caught:
        list(cloud.access.role_assignments.list_for_scope(BASE, filter=expression))
    assert caught.value.error is not None
    assert (caught.value.status_code, caught.value.error.code) == (400, "UnsupportedQuery")


def test_the_grants_of_a_deleted_identity_stay_behind(cloud: Cloud) -> None:
    assigned(cloud)
    cloud.identities.user_assigned_identities.delete("myResourceGroup", "existingid")
    assert ONE in names(cloud.access.role_assignments.list_for_scope(BASE))


def test_the_grants_in_a_deleted_registry_go_with_it(cloud: Cloud) -> None:
    assigned(cloud)
    cloud.registries.registries.begin_delete("myResourceGroup", "mybaseregistry").result()
    assert ONE not in names(cloud.access.role_assignments.list_for_subscription())


def test_a_system_identity_can_be_given_a_role(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", with_identity("SystemAssigned"))
    task = str(part(cloud.read(f"{TASKS}/mytask"), "identity")["principalId"])
    assert cloud.send("PUT", path(), properties(task), version=VERSION).status == 201


def test_a_role_is_found_by_its_name_whatever_the_casing(cloud: Cloud) -> None:
    found = [role.name for role in cloud.access.role_definitions.list(BASE, filter="roleName eq 'acrpull'")]
    shown = cloud.access.role_definitions.get(BASE, ACR_PULL)
    assert found == [ACR_PULL]
    assert (shown.role_name, shown.id) == ("AcrPull", role_id(ACR_PULL))
    assert shown.permissions is not None
    assert shown.permissions[0].actions == ["Microsoft.ContainerRegistry/registries/pull/read"]


def test_a_role_that_does_not_exist_is_not_found(cloud: Cloud) -> None:
    reply = cloud.send("GET", role_id(STRANGER), version=VERSION)
    assert error_of(reply) == (404, "RoleDefinitionDoesNotExist")
