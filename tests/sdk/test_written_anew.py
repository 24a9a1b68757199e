"""A whole task that is written anew: what is named is changed, and all else stays as it was read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from acr_identity.changes import Grantee, KnownAfterApply, RegistryCredential, ReplaceTask, StatedIdentities
from acr_identity.errors import UnsafePlanError
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    Known,
    PlatformSettings,
    SourceTriggerSettings,
    SystemIdentity,
    TaskSettings,
    TimerTrigger,
    UserIdentity,
    Value,
)
from sdk.places import CLIENT, IDENTITY, OTHER_IDENTITY, PRINCIPAL, TASK
from sdk.wire import Answer, in_turn

if TYPE_CHECKING:
    from acr_identity.state import Principals
    from sdk.places import GatewayTo

PRINCIPALS: Principals = {UserIdentity(IDENTITY): Known(PRINCIPAL, CLIENT)}
T1: dict[str, Any] = {"name": "t1", "schedule": "0 1 * * *", "status": "Disabled"}
BASE: dict[str, Any] = {"name": "base", "baseImageTriggerType": "Runtime", "status": "Enabled"}
PUSH: dict[str, Any] = {
    "name": "push",
    "status": "Enabled",
    "sourceTriggerEvents": ["commit"],
    "sourceRepository": {
        "sourceControlType": "Github",
        "repositoryUrl": "https://git.example/r.git",
        "sourceControlAuthProperties": {"tokenType": "PAT", "token": "t"},
    },
}
STEP: dict[str, Any] = {
    "type": "Docker",
    "dockerFilePath": "Dockerfile",
    "imageNames": ["a:1"],
    "target": "final",
    "arguments": [{"name": "A", "value": "1", "isSecret": False}],
}
STEP_AS_WRITTEN = {**STEP, "isPushEnabled": True, "noCache": True}


def written(
    gateway_to: GatewayTo,
    properties: dict[str, Any] | None,
    settings: TaskSettings,
    *credentials: RegistryCredential,
    identities: StatedIdentities | None = None,
) -> dict[str, Any]:
    """Return the body by which a task with these properties gets these settings."""
    details: dict[str, Any] = {"location": "westus", "tags": {"old": "1"}}
    gateway, wire = gateway_to(
        in_turn(
            Answer(details if properties is None else {**details, "properties": properties}),
            Answer({"location": "westus", "properties": {}}),
        )
    )
    stated = identities or StatedIdentities(system=False)
    gateway.replace_task(ReplaceTask(TASK, settings, stated, credentials, (("new", "2"),), (), "why"), PRINCIPALS)
    body = wire.sent[1].body
    assert isinstance(body, dict)
    return body


def properties_of(body: dict[str, Any]) -> dict[str, Any]:
    properties: dict[str, Any] = body["properties"]
    return properties


def test_the_place_stays_and_tags_and_identities_are_those_of_the_change(gateway_to: GatewayTo) -> None:
    identities = StatedIdentities(system=True, users=(IDENTITY,), detached=(OTHER_IDENTITY,))
    assert written(gateway_to, {"timeout": 60}, TaskSettings(), identities=identities) == {
        "location": "westus",
        "tags": {"new": "2"},
        "identity": {
            "type": "SystemAssigned, UserAssigned",
            "userAssignedIdentities": {str(IDENTITY): {}, str(OTHER_IDENTITY): None},
        },
        "properties": {"timeout": 60, "platform": {"os": "Linux", "architecture": "amd64"}},
    }


ALL = TaskSettings(
    step=EncodedStep("é"),
    platform=PlatformSettings("Linux", "arm", "v7"),
    cpu=4,
    pool="pool",
    timeout=600,
    log_template="log",
    timers=(TimerTrigger("t1", "0 2 * * *"),),
    base_image=BaseImageTrigger("base", "All"),
    sources=(
        SourceTriggerSettings(
            "push", "https://git.example/r.git", "main", ("commit",), "Github", SecretStr("n"), enabled=True
        ),
    ),
    source_login="None",
    enabled=False,
)
ALL_AS_WRITTEN: dict[str, Any] = {
    "status": "Disabled",
    "platform": {"os": "Linux", "architecture": "arm", "variant": "v7"},
    "agentConfiguration": {"cpu": 4},
    "agentPoolName": "pool",
    "timeout": 600,
    "logTemplate": "log",
    "step": {"type": "EncodedTask", "encodedTaskContent": "w6k="},
    "trigger": {
        "timerTriggers": [{"name": "t1", "schedule": "0 2 * * *"}],
        "baseImageTrigger": {"name": "base", "baseImageTriggerType": "All"},
        "sourceTriggers": [
            {
                **PUSH,
                "sourceRepository": {
                    **PUSH["sourceRepository"],
                    "branch": "main",
                    "sourceControlAuthProperties": {"tokenType": "PAT", "token": "n"},
                },
            }
        ],
    },
    "credentials": {"sourceRegistry": {"loginMode": "None"}},
}


@pytest.mark.parametrize("properties", [None, {}], ids=["no properties", "empty ones"])
def test_a_task_with_nothing_in_it_gets_all_that_is_named(
    gateway_to: GatewayTo, properties: dict[str, Any] | None
) -> None:
    assert properties_of(written(gateway_to, properties, ALL)) == ALL_AS_WRITTEN


@pytest.mark.parametrize(
    ("settings", "name", "value"),
    [
        (TaskSettings(enabled=True), "status", "Enabled"),
        (TaskSettings(timeout=600), "timeout", 600),
        (TaskSettings(log_template="new"), "logTemplate", "new"),
        (TaskSettings(pool="new"), "agentPoolName", "new"),
        (TaskSettings(cpu=4), "agentConfiguration", {"cpu": 4}),
        (
            TaskSettings(platform=PlatformSettings("Windows", "amd64")),
            "platform",
            {"os": "Windows", "architecture": "amd64", "variant": "v8"},
        ),
    ],
)
def test_each_setting_that_is_named_replaces_its_own_and_no_other(
    gateway_to: GatewayTo, settings: TaskSettings, name: str, value: object
) -> None:
    there: dict[str, Any] = {
        "status": "Disabled",
        "timeout": 60,
        "logTemplate": "old",
        "agentPoolName": "old",
        "agentConfiguration": {"cpu": 1},
        "platform": {"os": "Linux", "architecture": "arm64", "variant": "v8"},
    }
    assert properties_of(written(gateway_to, there, settings)) == {**there, name: value}


@pytest.mark.parametrize(
    ("there", "said", "step"),
    [
        (STEP, None, STEP),
        (
            None,
            DockerStep("Dockerfile", "c"),
            {"type": "Docker", "dockerFilePath": "Dockerfile", "contextPath": "c", "imageNames": []},
        ),
        (
            STEP,
            DockerStep("new", "c", ("b:1",), push=True, cache=False, token=SecretStr("t")),
            {
                **STEP_AS_WRITTEN,
                "dockerFilePath": "new",
                "contextPath": "c",
                "imageNames": ["b:1"],
                "contextAccessToken": "t",
            },
        ),
        (
            STEP,
            FileStep("f.yaml", "c", values=(Value("A", SecretStr("2")),)),
            {
                "type": "FileTask",
                "taskFilePath": "f.yaml",
                "contextPath": "c",
                "values": [{"name": "A", "value": "2", "isSecret": True}],
            },
        ),
    ],
    ids=["none is named", "none was there", "one of the same kind", "one of another kind"],
)
def test_a_step_is_laid_over_one_of_the_same_kind(
    gateway_to: GatewayTo, there: dict[str, Any] | None, said: DockerStep | FileStep | None, step: dict[str, Any]
) -> None:
    body = written(gateway_to, {"step": there} if there else {}, TaskSettings(step=said))
    assert properties_of(body)["step"] == step


TRIGGERS: dict[str, Any] = {"timerTriggers": [T1], "baseImageTrigger": BASE, "sourceTriggers": [PUSH]}


@pytest.mark.parametrize(
    ("there", "settings", "trigger"),
    [
        (TRIGGERS, TaskSettings(), TRIGGERS),
        (
            TRIGGERS,
            TaskSettings(timers=(TimerTrigger("t2", "0 2 * * *", enabled=True), TimerTrigger("t1", "0 3 * * *"))),
            {
                **TRIGGERS,
                "timerTriggers": [
                    {"name": "t2", "schedule": "0 2 * * *", "status": "Enabled"},
                    {**T1, "schedule": "0 3 * * *"},
                ],
            },
        ),
        (TRIGGERS, TaskSettings(timers=()), {**TRIGGERS, "timerTriggers": []}),
        (TRIGGERS, TaskSettings(sources=()), {**TRIGGERS, "sourceTriggers": []}),
        (
            TRIGGERS,
            TaskSettings(base_image=BaseImageTrigger("other", "All")),
            {**TRIGGERS, "baseImageTrigger": {**BASE, "name": "other", "baseImageTriggerType": "All"}},
        ),
        (
            {"timerTriggers": [T1]},
            TaskSettings(base_image=BaseImageTrigger("base", "All", enabled=True)),
            {
                "timerTriggers": [T1],
                "baseImageTrigger": {"name": "base", "baseImageTriggerType": "All", "status": "Enabled"},
            },
        ),
        (
            {"baseImageTrigger": BASE},
            TaskSettings(timers=(TimerTrigger("t1", "0 3 * * *"),)),
            {"baseImageTrigger": BASE, "timerTriggers": [{"name": "t1", "schedule": "0 3 * * *"}]},
        ),
    ],
)
def test_triggers_are_laid_over_those_of_the_same_name(
    gateway_to: GatewayTo, there: dict[str, Any], settings: TaskSettings, trigger: dict[str, Any]
) -> None:
    assert properties_of(written(gateway_to, {"trigger": there}, settings))["trigger"] == trigger


def test_a_trigger_that_is_said_without_its_token_is_not_written_over_one_that_has_it(gateway_to: GatewayTo) -> None:
    silent = SourceTriggerSettings("push", "https://git.example/r.git", "main", ("commit",), "Github")
    with pytest.raises(UnsafePlanError, match=r"would lose what Azure does not show: sources\[push\]\.token"):
        written(gateway_to, {"trigger": TRIGGERS}, TaskSettings(sources=(silent,)))


THEIRS = {"userName": {"type": "Opaque", "value": "u"}, "password": {"type": "Opaque", "value": "p"}}
SYSTEM_LOGIN = RegistryCredential("BASE.azurecr.io", Grantee(SystemIdentity(TASK), KnownAfterApply("…")))
USER_LOGIN = RegistryCredential("new.azurecr.io", Grantee(UserIdentity(IDENTITY), KnownAfterApply("…")))


@pytest.mark.parametrize(
    ("there", "settings", "credentials", "expected"),
    [
        (
            {"customRegistries": {"Base.azurecr.io": {"identity": CLIENT}, "theirs.io": THEIRS}},
            TaskSettings(),
            (SYSTEM_LOGIN, USER_LOGIN),
            {
                "customRegistries": {
                    "Base.azurecr.io": {"identity": "[system]"},
                    "theirs.io": THEIRS,
                    "new.azurecr.io": {"identity": CLIENT},
                }
            },
        ),
        (None, TaskSettings(), (USER_LOGIN,), {"customRegistries": {"new.azurecr.io": {"identity": CLIENT}}}),
        (
            {"sourceRegistry": {"loginMode": "Default", "identity": "[system]"}},
            TaskSettings(),
            (USER_LOGIN,),
            {
                "sourceRegistry": {"loginMode": "Default", "identity": "[system]"},
                "customRegistries": {"new.azurecr.io": {"identity": CLIENT}},
            },
        ),
        (
            {"sourceRegistry": {"loginMode": "Default", "identity": "[system]"}},
            TaskSettings(source_login="None"),
            (),
            {"sourceRegistry": {"loginMode": "None", "identity": "[system]"}},
        ),
        (
            {"sourceRegistry": {"loginMode": "Default"}},
            TaskSettings(source_login="None"),
            (),
            {"sourceRegistry": {"loginMode": "None"}},
        ),
        (
            {"customRegistries": {"theirs.io": THEIRS}},
            TaskSettings(source_login="Default"),
            (),
            {"customRegistries": {"theirs.io": THEIRS}, "sourceRegistry": {"loginMode": "Default"}},
        ),
    ],
)
def test_credentials_of_others_stay_and_each_is_written_under_the_name_that_it_has(
    gateway_to: GatewayTo,
    there: dict[str, Any] | None,
    settings: TaskSettings,
    credentials: tuple[RegistryCredential, ...],
    expected: dict[str, Any],
) -> None:
    properties = {"credentials": there} if there else {}
    assert properties_of(written(gateway_to, properties, settings, *credentials))["credentials"] == expected
