from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.wire import Json, JsonObject
from emulator.clouds import IDENTITIES, TASKS, Cloud, content, encoded, error_of, part, task_body, with_identity

USER = f"{IDENTITIES}/existingid"
BASE = "mybaseregistry.azurecr.io"
TIMER: JsonObject = {"name": "t1", "schedule": "0 21 * * *", "status": "Enabled"}
BASE_IMAGE: JsonObject = {
    "name": "defaultBaseimageTriggerName",
    "baseImageTriggerType": "Runtime",
    "status": "Enabled",
    "updateTriggerPayloadType": "Default",
}


def details(cloud: Cloud) -> JsonObject:
    return content(cloud.send("POST", f"{TASKS}/mytask/listDetails"))


def patched(cloud: Cloud, created: JsonObject, patch: JsonObject) -> JsonObject:
    """The details of a task after a PUT and a PATCH."""
    assert cloud.send("PUT", f"{TASKS}/mytask", created).status == 200
    assert cloud.send("PATCH", f"{TASKS}/mytask", patch).status == 200
    return details(cloud)


def credentials_after(cloud: Cloud, before: JsonObject, patch: Json) -> Json:
    properties = part(
        patched(cloud, task_body(credentials=before), {"properties": {"credentials": patch}}), "properties"
    )
    return properties.get("credentials")


@pytest.mark.parametrize(
    ("before", "patch", "after"),
    [
        pytest.param(
            {"customRegistries": {"one.azurecr.io": {"identity": "[system]"}}},
            {"customRegistries": {BASE: {"identity": "[system]"}}},
            {"customRegistries": {"one.azurecr.io": {"identity": "[system]"}, BASE: {"identity": "[system]"}}},
            id="another login server is added",
        ),
        pytest.param(
            {"customRegistries": {BASE: {"identity": "[system]"}, "one.azurecr.io": {"identity": "[system]"}}},
            {"customRegistries": {BASE: None}},
            {"customRegistries": {"one.azurecr.io": {"identity": "[system]"}}},
            id="null removes one",
        ),
        pytest.param(
            {"customRegistries": {BASE: {"identity": "[system]"}}},
            {"customRegistries": {BASE: None}},
            None,
            id="nothing is left after the last",
        ),
        pytest.param(
            {"customRegistries": {BASE: {"identity": "[system]"}}},
            {"customRegistries": {BASE: {"identity": "client"}}},
            {"customRegistries": {BASE: {"identity": "client"}}},
            id="a known one is replaced",
        ),
        pytest.param(
            {"sourceRegistry": {"loginMode": "Default", "identity": "[system]"}},
            {"sourceRegistry": {}},
            {"sourceRegistry": {"loginMode": "Default"}},
            id="a source registry without identity clears it",
        ),
        pytest.param(
            {"sourceRegistry": {"identity": "[system]"}},
            {"sourceRegistry": {"identity": None}},
            None,
            id="nothing is left without the source identity",
        ),
        pytest.param(
            {"sourceRegistry": {"identity": "[system]"}},
            {"sourceRegistry": {"identity": "client"}},
            {"sourceRegistry": {"identity": "client"}},
            id="the source identity is replaced",
        ),
        pytest.param(
            {"sourceRegistry": {"loginMode": "Default", "identity": "[system]"}},
            {},
            {"sourceRegistry": {"loginMode": "Default", "identity": "[system]"}},
            id="empty credentials change nothing",
        ),
        pytest.param(
            {"sourceRegistry": {"identity": "[system]"}, "customRegistries": {BASE: {"identity": "[system]"}}},
            {"customRegistries": {BASE: None}},
            {"sourceRegistry": {"identity": "[system]"}},
            id="the source registry stays when it is not named",
        ),
    ],
)
def test_credentials_are_merged(cloud: Cloud, before: JsonObject, patch: Json, after: Json) -> None:
    assert credentials_after(cloud, before, patch) == after


def test_the_masked_body_sent_back_in_a_patch_removes_the_credentials(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body(credentials={"customRegistries": {BASE: {"identity": "[system]"}}}))
    cloud.send("PATCH", f"{TASKS}/mytask", cloud.read(f"{TASKS}/mytask"))
    assert "credentials" not in part(details(cloud), "properties")


def test_triggers_are_merged_by_name_and_never_removed(cloud: Cloud) -> None:
    other: JsonObject = {"name": "t2", "schedule": "0 1 * * *"}
    after = patched(
        cloud,
        task_body(trigger={"timerTriggers": [TIMER], "baseImageTrigger": BASE_IMAGE}),
        {
            "properties": {
                "trigger": {
                    "timerTriggers": [{"name": "t1", "status": "Disabled"}, other],
                    "baseImageTrigger": {"name": "defaultBaseimageTriggerName"},
                }
            }
        },
    )
    assert part(after, "properties")["trigger"] == {
        "timerTriggers": [{**TIMER, "status": "Disabled"}, {**other, "status": "Enabled"}],
        "baseImageTrigger": BASE_IMAGE,
    }


def test_the_repository_of_a_source_trigger_is_merged(cloud: Cloud) -> None:
    repository: JsonObject = {
        "sourceControlType": "Github",
        "repositoryUrl": "https://github.com/a/b",
        "branch": "m",
    }
    access: JsonObject = {"sourceControlAuthProperties": {"token": "x", "tokenType": "PAT"}}
    trigger: JsonObject = {"name": "s", "sourceTriggerEvents": ["commit"], "sourceRepository": repository}
    after = patched(
        cloud,
        task_body(trigger={"sourceTriggers": [trigger]}),
        {"properties": {"trigger": {"sourceTriggers": [{"name": "s", "sourceRepository": access}]}}},
    )
    expected: Json = [{**trigger, "status": "Enabled", "sourceRepository": {**repository, **access}}]
    assert part(after, "properties", "trigger")["sourceTriggers"] == expected


def test_the_fields_of_a_step_are_merged(cloud: Cloud) -> None:
    step: JsonObject = {"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": "https://a/b.git"}
    after = patched(
        cloud,
        task_body(step={**step, "imageNames": ["a:1"]}),
        {"properties": {"step": {"type": "Docker", "isPushEnabled": True}, "platform": {}, "agentConfiguration": {}}},
    )
    assert part(after, "properties")["step"] == {**step, "imageNames": ["a:1"], "isPushEnabled": True}
    assert part(after, "properties")["platform"] == {"os": "linux", "architecture": "amd64"}


def test_a_step_of_another_type_takes_the_place_of_the_old_one(cloud: Cloud) -> None:
    step: JsonObject = {"type": "EncodedTask", "encodedTaskContent": encoded("steps: []")}
    old: JsonObject = {"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": "https://a/b.git"}
    after = patched(cloud, task_body(step=old), {"properties": {"step": step}})
    assert part(after, "properties")["step"] == {**step, "contextPath": "https://a/b.git"}


@pytest.mark.parametrize(
    "step", [{"encodedTaskContent": encoded("steps: []")}, {"type": "FileTask", "taskFilePath": "acb.yaml"}]
)
def test_a_step_without_its_type_or_its_context_is_refused_and_nothing_changes(cloud: Cloud, step: JsonObject) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    before = cloud.emulator.snapshot()
    reply = cloud.send("PATCH", f"{TASKS}/mytask", {"properties": {"timeout": 600, "step": step}})
    assert error_of(reply) == (400, "InvalidStep")
    assert cloud.emulator.snapshot() == before


def identity_after(cloud: Cloud, before: JsonObject, patch: JsonObject) -> tuple[Json, list[str]]:
    after = patched(cloud, {**task_body(), "identity": before}, {"identity": patch})
    shown = part(after, "identity") if "identity" in after else {}
    return shown.get("type"), list(part(shown, "userAssignedIdentities")) if "userAssignedIdentities" in shown else []


@pytest.mark.parametrize(
    ("before", "patch", "after"),
    [
        pytest.param(
            {"type": "SystemAssigned"},
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}},
            ("SystemAssigned, UserAssigned", [USER]),
            id="both",
        ),
        pytest.param(
            {"type": "SystemAssigned"},
            {"type": "UserAssigned", "userAssignedIdentities": {USER: {}}},
            ("UserAssigned", [USER]),
            id="the type drops the system identity",
        ),
        pytest.param(
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}},
            {"type": "SystemAssigned"},
            ("SystemAssigned", []),
            id="the type drops the user identities",
        ),
        pytest.param(
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}},
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER.lower(): None}},
            ("SystemAssigned", []),
            id="null removes one",
        ),
        pytest.param(
            {"type": "UserAssigned", "userAssignedIdentities": {USER: {}}},
            {"type": "SystemAssigned, UserAssigned"},
            ("SystemAssigned, UserAssigned", [USER]),
            id="those that are not named stay",
        ),
        pytest.param(
            {"type": "UserAssigned", "userAssignedIdentities": {USER: {}}}, {"type": "None"}, (None, []), id="none"
        ),
        pytest.param(
            {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}},
            {"userAssignedIdentities": {USER: None}},
            ("SystemAssigned", []),
            id="without a type the old one stays",
        ),
    ],
)
def test_the_identity_type_states_the_whole(
    cloud: Cloud, before: JsonObject, patch: JsonObject, after: tuple[Json, list[str]]
) -> None:
    assert identity_after(cloud, before, patch) == after


def test_adding_a_user_identity_keeps_the_system_principal(cloud: Cloud) -> None:
    cloud.send("PUT", f"{TASKS}/mytask", with_identity("SystemAssigned"))
    before = part(details(cloud), "identity")["principalId"]
    patch: JsonObject = {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {USER: {}}}
    cloud.send("PATCH", f"{TASKS}/mytask", {"identity": patch})
    assert part(details(cloud), "identity")["principalId"] == before


def test_tags_are_replaced_as_a_whole(cloud: Cloud) -> None:
    after = patched(cloud, {**task_body(), "tags": {"a": "1", "b": "2"}}, {"tags": {"a": "3"}})
    assert after["tags"] == {"a": "3"}
