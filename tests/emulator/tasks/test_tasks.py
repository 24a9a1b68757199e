from __future__ import annotations

import pytest
from azure.core.exceptions import HttpResponseError
from azure.mgmt.containerregistrytasks.models import Task, TaskUpdateParameters

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import (
    GROUP,
    IDENTITIES,
    REGISTRIES,
    TASKS,
    TENANT,
    Cloud,
    content,
    encoded,
    error_of,
    part,
    task_body,
    with_identity,
)

USER = f"{IDENTITIES.replace('/resourceGroups/', '/resourcegroups/')}/existingid"
SERVER = "mybaseregistry.azurecr.io"


def put(cloud: Cloud, body: JsonObject, name: str = "mytask") -> Task:
    return cloud.tasks.tasks.create("myResourceGroup", "myregistry", name, body)


def principal_of(cloud: Cloud) -> Json:
    return part(cloud.read(f"{TASKS}/mytask"), "identity").get("principalId")


def test_the_first_put_answers_200_with_what_was_given_and_what_the_service_adds(cloud: Cloud) -> None:
    body = task_body(timeout=3600, credentials={}, agentConfiguration={"cpu": 2}, isSystemTask=False)
    reply = cloud.send("PUT", f"{TASKS}/mytask", body)
    assert reply.status == 200
    assert content(reply) == {
        "type": "Microsoft.ContainerRegistry/registries/tasks",
        "properties": {
            "provisioningState": "Succeeded",
            "creationDate": "2026-01-01T00:00:00.0000000+00:00",
            "status": "Enabled",
            "platform": {"os": "linux", "architecture": "amd64"},
            "agentConfiguration": {"cpu": 2},
            "timeout": 3600,
            "step": part(body, "properties")["step"],
            "isSystemTask": False,
        },
        "id": f"{TASKS}/mytask",
        "name": "mytask",
        "location": "eastus",
        "systemData": {
            "createdBy": "owner@example.com",
            "createdByType": "User",
            "createdAt": "2026-01-01T00:00:00.0000000+00:00",
            "lastModifiedBy": "owner@example.com",
            "lastModifiedByType": "User",
            "lastModifiedAt": "2026-01-01T00:00:00.0000000+00:00",
        },
    }


def test_a_system_identity_stays_the_same_as_long_as_it_is_assigned(cloud: Cloud) -> None:
    body = with_identity("SystemAssigned")
    first = put(cloud, body).identity
    assert first is not None
    assert (first.type, first.tenant_id) == ("SystemAssigned", TENANT)
    put(cloud, body)
    kept = principal_of(cloud)
    cloud.send("PATCH", f"{TASKS}/mytask", {"identity": {"type": "None"}})
    without = "identity" in cloud.read(f"{TASKS}/mytask")
    put(cloud, body)
    assert (kept, without) == (first.principal_id, False)
    assert principal_of(cloud) not in {None, first.principal_id}


def test_a_deleted_task_takes_its_principal_with_it(cloud: Cloud) -> None:
    body = with_identity("SystemAssigned")
    put(cloud, body)
    principal = str(principal_of(cloud))
    replies = [cloud.send("DELETE", f"{TASKS}/mytask") for _ in range(2)]
    assert [(reply.status, reply.body) for reply in replies] == [(200, b""), (204, b"")]
    with pytest.raises(ValueError, match="no principal"):
        cloud.emulator.token(principal)


def test_user_assigned_identities_are_shown_under_the_id_that_was_sent(cloud: Cloud) -> None:
    identity = cloud.identities.user_assigned_identities.get("myResourceGroup", "existingid")
    put(cloud, with_identity("systemassigned,userassigned", USER))
    shown = part(cloud.read(f"{TASKS}/mytask"), "identity")
    assert shown == {
        "principalId": shown["principalId"],
        "tenantId": TENANT,
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {USER: {"principalId": identity.principal_id, "clientId": identity.client_id}},
    }


@pytest.mark.parametrize(
    ("identity", "code"),
    [
        ({"type": "UserAssigned", "userAssignedIdentities": {"[system]": {}}}, "LinkedInvalidPropertyId"),
        ({"type": "UserAssigned", "userAssignedIdentities": {f"{IDENTITIES}/nobody": {}}}, "FailedIdentityOperation"),
        ({"type": "UserAssigned"}, "InvalidIdentityValues"),
        ({"type": "SystemAssigned", "userAssignedIdentities": {USER: {}}}, "InvalidIdentityType"),
        ({"type": "Managed"}, "InvalidIdentityType"),
    ],
)
def test_identities_that_cannot_be_attached_are_refused(cloud: Cloud, identity: JsonObject, code: str) -> None:
    reply = cloud.send("PUT", f"{TASKS}/mytask", {**task_body(), "identity": identity})
    assert error_of(reply) == (400, code)
    assert cloud.send("GET", f"{TASKS}/mytask").status == 404


def test_reading_shows_no_secret_and_list_details_shows_them_all(cloud: Cloud) -> None:
    secret: Json = {
        "userName": {"type": "Opaque", "value": "me"},
        "password": {"type": "Opaque", "value": "planted"},
    }
    step: JsonObject = {
        "type": "Docker",
        "dockerFilePath": "Dockerfile",
        "contextPath": "https://github.com/a/b.git",
        "contextAccessToken": "planted",
        "arguments": [
            {"name": "open", "value": "1", "isSecret": False},
            {"name": "closed", "value": "planted", "isSecret": True},
        ],
    }
    trigger: JsonObject = {
        "sourceTriggers": [
            {
                "name": "commits",
                "status": "Disabled",
                "sourceTriggerEvents": ["commit"],
                "sourceRepository": {
                    "sourceControlType": "Github",
                    "repositoryUrl": "https://github.com/a/b",
                    "sourceControlAuthProperties": {"token": "planted", "tokenType": "PAT"},
                },
            }
        ],
        "baseImageTrigger": {
            "name": "base",
            "status": "Enabled",
            "baseImageTriggerType": "All",
            "updateTriggerEndpoint": "https://planted",
        },
    }
    credentials: JsonObject = {"customRegistries": {SERVER: {"identity": "[system]"}, "docker.io": secret}}
    body = task_body(step=step, trigger=trigger, credentials=credentials)
    put(cloud, body)
    read = part(cloud.read(f"{TASKS}/mytask"), "properties")
    details = part(content(cloud.send("POST", f"{TASKS}/mytask/listDetails")), "properties")
    assert read["credentials"] == {"customRegistries": {SERVER: None, "docker.io": None}}
    assert part(read, "step")["arguments"] == [{"name": "open", "value": "1", "isSecret": False}]
    assert part(read, "trigger", "baseImageTrigger")["updateTriggerEndpoint"] is None
    assert b"planted" not in cloud.send("GET", f"{TASKS}/mytask").body
    assert b"planted" not in cloud.send("GET", TASKS).body
    assert {name: details[name] for name in ("step", "trigger", "credentials")} == {
        "step": step,
        "trigger": trigger,
        "credentials": credentials,
    }


def test_a_trigger_without_a_status_is_enabled(cloud: Cloud) -> None:
    trigger: JsonObject = {
        "timerTriggers": [{"name": "t1", "schedule": "0 1 * * *"}, {"name": "t2", "status": "Disabled"}],
        "baseImageTrigger": {"name": "base", "baseImageTriggerType": "Runtime"},
    }
    put(cloud, task_body(trigger=trigger))
    assert part(cloud.read(f"{TASKS}/mytask"), "properties")["trigger"] == {
        "timerTriggers": [
            {"name": "t1", "schedule": "0 1 * * *", "status": "Enabled"},
            {"name": "t2", "status": "Disabled"},
        ],
        "baseImageTrigger": {"name": "base", "baseImageTriggerType": "Runtime", "status": "Enabled"},
    }


def test_the_masked_body_sent_back_in_a_put_loses_the_credentials(cloud: Cloud) -> None:
    put(cloud, task_body(credentials={"customRegistries": {SERVER: {"identity": "[system]"}}}))
    put(cloud, {**cloud.read(f"{TASKS}/mytask"), "location": "eastus"})
    details = part(content(cloud.send("POST", f"{TASKS}/mytask/listDetails")), "properties")
    assert "credentials" not in details


def test_the_sdk_can_create_update_list_and_delete(cloud: Cloud) -> None:
    put(cloud, task_body())
    updated = cloud.tasks.tasks.update(
        "myResourceGroup", "myregistry", "mytask", TaskUpdateParameters({"properties": {"timeout": 600}})
    )
    cloud.tasks.tasks.create("myResourceGroup", "myregistry", "other", task_body())
    names = [task.name for task in cloud.tasks.tasks.list("myResourceGroup", "myregistry")]
    cloud.tasks.tasks.delete("myResourceGroup", "myregistry", "mytask")
    assert updated.properties is not None
    assert (updated.properties.timeout, names) == (600, ["mytask", "other"])
    assert [task.name for task in cloud.tasks.tasks.list("myResourceGroup", "myregistry")] == ["other"]


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        (f"{TASKS}/four", task_body(), (400, "InvalidResourceName")),
        (f"{TASKS}/mytask", {"properties": part(task_body(), "properties")}, (400, "LocationRequired")),
        (f"{TASKS}/mytask", {"location": "eastus"}, (400, "MissingPlatform")),
        (f"{TASKS}/mytask", task_body(step=None), (400, "InvalidStep")),
        (f"{TASKS}/mytask", task_body(step={"type": "FileTask", "taskFilePath": "a.yaml"}), (400, "InvalidStep")),
        (f"{TASKS}/mytask", task_body(timeout=10), (400, "InvalidTimeout")),
        (f"{TASKS}/mytask", task_body(status="Sleeping"), (400, "InvalidRequestContent")),
        (f"{TASKS}/mytask", task_body(timeout="3600"), (400, "InvalidRequestContent")),
        (
            f"{TASKS}/mytask",
            task_body(step={"type": "EncodedTask", "encodedTaskContent": "!"}),
            (400, "InvalidRequestContent"),
        ),
        (f"{REGISTRIES}/unknown/tasks/mytask", task_body(), (404, "ParentResourceNotFound")),
        (
            f"{REGISTRIES}/myregistry/tasks/mytask".replace("myResourceGroup", "elsewhere"),
            task_body(),
            (404, "ResourceGroupNotFound"),
        ),
    ],
)
def test_a_task_that_cannot_be_is_refused(cloud: Cloud, path: str, body: JsonObject, expected: tuple[int, str]) -> None:
    assert error_of(cloud.send("PUT", path, body)) == expected


def test_a_system_task_needs_no_step(cloud: Cloud) -> None:
    body: JsonObject = {"location": "eastus", "properties": {"isSystemTask": True}}
    assert cloud.send("PUT", f"{TASKS}/quicktask", body).status == 200
    assert "step" not in part(cloud.read(f"{TASKS}/quicktask"), "properties")


def test_casing_of_the_path_does_not_count_and_the_first_spelling_stays(cloud: Cloud) -> None:
    put(cloud, task_body(), "MyTask")
    shown = cloud.read(f"{TASKS}/mytask".lower())
    assert (shown["id"], shown["name"]) == (f"{TASKS}/MyTask", "MyTask")


def test_a_task_that_does_not_exist_cannot_be_changed(cloud: Cloud) -> None:
    with pytest.raises(HttpResponseError) as caught:
        cloud.tasks.tasks.update("myResourceGroup", "myregistry", "mytask", TaskUpdateParameters({"tags": {}}))
    assert caught.value.status_code == 404


def test_values_that_are_not_text_are_refused(cloud: Cloud) -> None:
    step: JsonObject = {
        "type": "EncodedTask",
        "encodedTaskContent": encoded("steps: []"),
        "values": [{"name": "a", "value": 1}],
    }
    reply = cloud.send("PUT", f"{TASKS}/mytask", task_body(step=step))
    assert part(content(reply), "error")["message"] == (
        "The request content was invalid and could not be deserialized at 'properties.step.values.0.value': "
        "Input should be a valid string."
    )


def test_the_group_is_not_case_sensitive(cloud: Cloud) -> None:
    put(cloud, task_body())
    assert cloud.send("GET", f"{TASKS}/mytask".replace(GROUP, GROUP.lower())).status == 200
