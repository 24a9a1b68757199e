from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from acr_identity.changes import (
    AssignRole,
    CreateTask,
    EnableTask,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    ReplaceTask,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.errors import AzureError
from acr_identity.ids import Role, assignment_name
from acr_identity.state import (
    Attached,
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    Known,
    LiveTask,
    MaskedLogin,
    PlatformSettings,
    SourceTriggerSettings,
    SystemIdentity,
    TaskSettings,
    TimerTrigger,
    UserIdentity,
    Value,
    VaultSecretAddress,
)
from sdk.places import (
    CLIENT,
    IDENTITIES_VERSION,
    IDENTITY,
    OTHER_IDENTITY,
    PRINCIPAL,
    REGISTRY,
    ROLES_VERSION,
    SUBSCRIPTION,
    TASK,
    TASKS_VERSION,
    TENANT,
    VAULT,
    VAULTS_VERSION,
)
from sdk.wire import Answer, Sent, always, in_turn, refusal

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.state import Principals, Step
    from sdk.places import GatewayTo
    from sdk.wire import Json

SYSTEM = SystemIdentity(TASK)
USER = UserIdentity(IDENTITY)
LATER = KnownAfterApply("create identity …")
PRINCIPALS: Principals = {USER: Known(PRINCIPAL, CLIENT), SYSTEM: Known("system-principal")}
TASK_REPLY = Answer({"location": "eastus", "properties": {}})
FILE = "version: v1.1.0\nsteps: []  # é\n"
ENCODED: Json = base64.b64encode(FILE.encode()).decode()


def sent(method: str, path: ArmId | str, query: dict[str, str], body: Json = None) -> Sent:
    return Sent(method, "management.azure.com", str(path), query, body, {})


def pull(server: str, identity: SystemIdentity | UserIdentity) -> RegistryCredential:
    return RegistryCredential(server, Grantee(identity, LATER))


DOCKER_HUB = RegistryCredential(
    "docker.io", Grantee(SYSTEM, LATER), VaultSecretAddress("https://v.vault.azure.net/secrets/u"), SecretStr("hush")
)
DOCKER_HUB_JSON: Json = {
    "userName": {"type": "Vaultsecret", "value": "https://v.vault.azure.net/secrets/u"},
    "password": {"type": "Opaque", "value": "hush"},
    "identity": "[system]",
}


def test_a_task_is_created_with_identities_and_credentials_in_one_put(gateway_to: GatewayTo) -> None:
    identity: Json = {"principalId": PRINCIPAL, "tenantId": TENANT, "type": "SystemAssigned, UserAssigned"}
    reply: Json = {
        "location": "eastus",
        "identity": identity,
        "properties": {"status": "Enabled", "credentials": {"customRegistries": {"base.azurecr.io": None}}},
    }
    gateway, wire = gateway_to(always(Answer(reply)))
    change = CreateTask(
        id=TASK,
        location="eastus",
        settings=TaskSettings(step=EncodedStep(FILE, (Value("a", "1"), Value("b", SecretStr("2")))), enabled=True),
        system=True,
        users=(IDENTITY,),
        credentials=(pull("base.azurecr.io", USER), DOCKER_HUB),
        tags=(("acr-identity", "created"),),
        reason="why",
    )

    live = gateway.create_task(change, PRINCIPALS)

    assert live == LiveTask(
        id=TASK,
        location="eastus",
        settings=TaskSettings(timers=(), sources=(), enabled=True),
        attached=Attached(PRINCIPAL, TENANT, ()),
        logins={"base.azurecr.io": MaskedLogin()},
        details_seen=False,
    )
    values: Json = [{"name": "a", "value": "1", "isSecret": False}, {"name": "b", "value": "2", "isSecret": True}]
    body: Json = {
        "location": "eastus",
        "tags": {"acr-identity": "created"},
        "identity": {"type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {str(IDENTITY): {}}},
        "properties": {
            "status": "Enabled",
            "platform": {"os": "Linux", "architecture": "amd64"},
            "step": {"type": "EncodedTask", "encodedTaskContent": ENCODED, "values": values},
            "credentials": {
                "customRegistries": {"base.azurecr.io": {"identity": CLIENT}, "docker.io": DOCKER_HUB_JSON}
            },
        },
    }
    assert wire.only == sent("PUT", TASK, TASKS_VERSION, body)


def bare_task(settings: TaskSettings, *, system: bool) -> CreateTask:
    return CreateTask(
        id=TASK, location="eastus", settings=settings, system=system, users=(), credentials=(), tags=(), reason="why"
    )


def test_a_bare_task_says_only_what_the_service_requires(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.create_task(bare_task(TaskSettings(), system=False), {})

    platform: Json = {"os": "Linux", "architecture": "amd64"}
    assert wire.only.body == {"location": "eastus", "tags": {}, "properties": {"platform": platform}}


def test_all_settings_have_their_place(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))
    settings = TaskSettings(
        platform=PlatformSettings("Linux", "arm", "v7"),
        cpu=4,
        pool="pool",
        timeout=600,
        log_template="log",
        timers=(TimerTrigger("t1", "0 21 * * *", enabled=True), TimerTrigger("t2", "0 1 * * *", enabled=False)),
        base_image=BaseImageTrigger("b", "Runtime", enabled=True),
        sources=(
            SourceTriggerSettings(
                "s", "https://github.com/a/b", "main", ("commit",), "Github", SecretStr("t"), enabled=True
            ),
            SourceTriggerSettings("open", "https://github.com/a/c", None, ("pullrequest",), "Github", enabled=True),
        ),
        source_login="None",
        enabled=False,
    )

    gateway.create_task(bare_task(settings, system=True), {})

    sources: Json = [
        {
            "name": "s",
            "status": "Enabled",
            "sourceTriggerEvents": ["commit"],
            "sourceRepository": {
                "sourceControlType": "Github",
                "repositoryUrl": "https://github.com/a/b",
                "branch": "main",
                "sourceControlAuthProperties": {"tokenType": "PAT", "token": "t"},
            },
        },
        {
            "name": "open",
            "status": "Enabled",
            "sourceTriggerEvents": ["pullrequest"],
            "sourceRepository": {"sourceControlType": "Github", "repositoryUrl": "https://github.com/a/c"},
        },
    ]
    assert wire.only.body == {
        "location": "eastus",
        "tags": {},
        "identity": {"type": "SystemAssigned"},
        "properties": {
            "status": "Disabled",
            "platform": {"os": "Linux", "architecture": "arm", "variant": "v7"},
            "agentConfiguration": {"cpu": 4},
            "agentPoolName": "pool",
            "timeout": 600,
            "logTemplate": "log",
            "trigger": {
                "timerTriggers": [
                    {"name": "t1", "schedule": "0 21 * * *", "status": "Enabled"},
                    {"name": "t2", "schedule": "0 1 * * *", "status": "Disabled"},
                ],
                "baseImageTrigger": {"name": "b", "baseImageTriggerType": "Runtime", "status": "Enabled"},
                "sourceTriggers": sources,
            },
            "credentials": {"sourceRegistry": {"loginMode": "None"}},
        },
    }


FILE_JSON: Json = {
    "type": "FileTask",
    "taskFilePath": "acb.yaml",
    "contextPath": "https://github.com/a/b",
    "valuesFilePath": "values.yaml",
    "contextAccessToken": "t",
    "values": [],
}
DOCKER_JSON: Json = {
    "type": "Docker",
    "dockerFilePath": "Dockerfile",
    "contextPath": "https://github.com/a/b",
    "imageNames": ["a:1"],
    "isPushEnabled": True,
    "noCache": True,
    "target": "final",
    "contextAccessToken": "t",
    "arguments": [{"name": "n", "value": "v", "isSecret": True}],
}
STEPS = [
    (FileStep("acb.yaml", "https://github.com/a/b", "values.yaml", SecretStr("t"), ()), FILE_JSON),
    (
        DockerStep(
            dockerfile="Dockerfile",
            context="https://github.com/a/b",
            images=("a:1",),
            push=True,
            cache=False,
            target="final",
            token=SecretStr("t"),
            arguments=(Value("n", SecretStr("v")),),
        ),
        DOCKER_JSON,
    ),
    (EncodedStep("é"), {"type": "EncodedTask", "encodedTaskContent": "w6k="}),
    (
        EncodedStep("é", (Value("n", "v"),), "w", "https://github.com/a/b", SecretStr("t")),
        {
            "type": "EncodedTask",
            "encodedTaskContent": "w6k=",
            "encodedValuesContent": "dw==",
            "contextPath": "https://github.com/a/b",
            "contextAccessToken": "t",
            "values": [{"name": "n", "value": "v", "isSecret": False}],
        },
    ),
]


@pytest.mark.parametrize(("step", "body"), STEPS)
def test_a_patch_restates_a_step_as_a_put_does(gateway_to: GatewayTo, step: Step, body: Json) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.update_task(update(TaskSettings(step=step)), {})

    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, {"properties": {"step": body}})


def update(
    settings: TaskSettings | None = None,
    *,
    identities: StatedIdentities | None = None,
    tags: tuple[tuple[str, str], ...] | None = None,
) -> UpdateTask:
    return UpdateTask(
        id=TASK,
        settings=settings or TaskSettings(),
        identities=identities,
        source_identity=CLIENT,
        tags=tags,
        fields=(),
        reason="why",
    )


def test_a_patch_holds_only_what_is_set(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.update_task(update(TaskSettings(timeout=60)), {})

    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, {"properties": {"timeout": 60}})


def test_a_patch_of_tags_leaves_the_properties_out(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.update_task(update(tags=(("a", "1"),)), {})

    assert wire.only.body == {"tags": {"a": "1"}}


def test_a_patch_of_the_source_login_restates_its_identity(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.update_task(update(TaskSettings(source_login="Default")), {})

    source: Json = {"loginMode": "Default", "identity": CLIENT}
    assert wire.only.body == {"properties": {"credentials": {"sourceRegistry": source}}}


def test_an_identity_that_goes_is_stated_as_null(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    identities = StatedIdentities(system=True, users=(IDENTITY,), detached=(OTHER_IDENTITY,))
    gateway.update_task(update(identities=identities), {})

    identity: Json = {
        "type": "SystemAssigned, UserAssigned",
        "userAssignedIdentities": {str(IDENTITY): {}, str(OTHER_IDENTITY): None},
    }
    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, {"identity": identity})


@pytest.mark.parametrize(("system", "kind"), [(True, "SystemAssigned"), (False, "None")])
def test_without_users_the_type_alone_says_all(gateway_to: GatewayTo, *, system: bool, kind: str) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.update_task(update(identities=StatedIdentities(system=system, detached=(IDENTITY,))), {})

    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, {"identity": {"type": kind}})


def details() -> dict[str, Json]:
    """Return a task with all that others may have set, as listDetails shows it."""
    return {
        "location": "eastus",
        "tags": {"team": "theirs"},
        "identity": {"type": "SystemAssigned", "principalId": PRINCIPAL, "tenantId": "t"},
        "properties": {
            "provisioningState": "Succeeded",
            "status": "Enabled",
            "platform": {"os": "linux", "architecture": "arm64", "variant": "v8"},
            "agentConfiguration": {"cpu": 2},
            "timeout": 900,
            "step": {
                "type": "EncodedTask",
                "encodedTaskContent": ENCODED,
                "contextPath": "https://git.example/repo.git",
                "contextAccessToken": "token",
                "values": [{"name": "Key", "value": "secret", "isSecret": True}],
            },
            "trigger": {
                "timerTriggers": [{"name": "t1", "schedule": "0 1 * * *", "status": "Disabled"}],
                "baseImageTrigger": {
                    "name": "base",
                    "baseImageTriggerType": "Runtime",
                    "status": "Enabled",
                    "updateTriggerEndpoint": "https://user:password@hook.example",
                    "updateTriggerPayloadType": "Token",
                },
                "sourceTriggers": [
                    {
                        "name": "push",
                        "status": "Enabled",
                        "sourceTriggerEvents": ["commit"],
                        "sourceRepository": {
                            "sourceControlType": "Github",
                            "repositoryUrl": "https://git.example/repo.git",
                            "sourceControlAuthProperties": {"tokenType": "PAT", "token": "token"},
                        },
                    }
                ],
            },
            "credentials": {
                "sourceRegistry": {"loginMode": "Default", "identity": "[system]"},
                "customRegistries": {
                    "theirs.io": {
                        "userName": {"type": "Opaque", "value": "u"},
                        "password": {"type": "Opaque", "value": "p"},
                    }
                },
            },
        },
    }


def replaced(gateway_to: GatewayTo, settings: TaskSettings, *credentials: RegistryCredential) -> dict[str, Json]:
    """Return the body of the PUT by which these settings are written."""
    gateway, wire = gateway_to(in_turn(Answer(details()), TASK_REPLY))
    change = ReplaceTask(
        id=TASK,
        settings=settings,
        identities=StatedIdentities(system=True),
        credentials=credentials,
        tags=(("team", "theirs"),),
        fields=(),
        reason="why",
    )
    gateway.replace_task(change, PRINCIPALS)
    read, written = wire.sent
    assert (read.method, read.path) == ("POST", f"{TASK}/listDetails")
    assert (written.method, written.path) == ("PUT", str(TASK))
    assert isinstance(written.body, dict)
    return written.body


def as_written() -> dict[str, Any]:
    """Return that task as a PUT states it: without what is read-only."""
    body = details()
    body["identity"] = {"type": "SystemAssigned"}
    assert isinstance(body["properties"], dict)
    del body["properties"]["provisioningState"]
    return body


def test_a_task_that_is_written_anew_keeps_all_that_others_have_set(gateway_to: GatewayTo) -> None:
    assert replaced(gateway_to, TaskSettings()) == as_written()


def test_a_task_that_is_written_anew_has_the_parts_that_were_named(gateway_to: GatewayTo) -> None:
    settings = TaskSettings(
        step=EncodedStep("version: v1.0.0\n"),
        platform=PlatformSettings("Linux", "amd64"),
        timeout=600,
        timers=(TimerTrigger("t1", "0 2 * * *"), TimerTrigger("t2", "0 3 * * *", enabled=True)),
        base_image=BaseImageTrigger("base", "All"),
        source_login="None",
        enabled=False,
    )
    want = as_written()
    properties = want["properties"]
    properties["step"]["encodedTaskContent"] = base64.b64encode(b"version: v1.0.0\n").decode()
    properties["platform"] |= {"os": "Linux", "architecture": "amd64"}
    properties["trigger"]["timerTriggers"] = [
        {"name": "t1", "schedule": "0 2 * * *", "status": "Disabled"},
        {"name": "t2", "schedule": "0 3 * * *", "status": "Enabled"},
    ]
    properties["trigger"]["baseImageTrigger"]["baseImageTriggerType"] = "All"
    properties["credentials"]["sourceRegistry"]["loginMode"] = "None"
    properties["credentials"]["customRegistries"]["base.azurecr.io"] = {"identity": "[system]"}
    properties |= {"timeout": 600, "status": "Disabled"}
    assert replaced(gateway_to, settings, pull("base.azurecr.io", SYSTEM)) == want


def test_a_step_of_another_kind_leaves_nothing_of_the_old_one(gateway_to: GatewayTo) -> None:
    body = replaced(gateway_to, TaskSettings(step=FileStep("task.yaml", "https://git.example/other.git")))
    assert isinstance(body["properties"], dict)
    assert body["properties"]["step"] == {
        "type": "FileTask",
        "taskFilePath": "task.yaml",
        "contextPath": "https://git.example/other.git",
    }


def test_enabling_is_a_patch_of_the_status(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.enable_task(EnableTask(TASK, None, "why"), {})

    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, {"properties": {"status": "Enabled"}})


def test_several_credentials_are_one_patch_with_no_others(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.set_credentials(TASK, [pull("base.azurecr.io", USER), DOCKER_HUB], PRINCIPALS)

    registries: Json = {"base.azurecr.io": {"identity": CLIENT}, "docker.io": DOCKER_HUB_JSON}
    body: Json = {"properties": {"credentials": {"customRegistries": registries}}}
    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, body)


def test_a_client_id_that_the_change_knows_needs_no_look_up(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.set_credentials(TASK, [RegistryCredential("a.io", Grantee(USER, Known("p", "known-client")))], {})

    registries: Json = {"a.io": {"identity": "known-client"}}
    assert wire.only.body == {"properties": {"credentials": {"customRegistries": registries}}}


def test_a_principal_that_nobody_knows_is_an_error_before_anything_is_sent(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    unknown: list[tuple[Principals, str]] = [({}, "principal"), ({USER: Known("p")}, "client id")]
    for known, what in unknown:
        with pytest.raises(AzureError, match=f"^the {what} of me is not known$") as caught:
            gateway.set_credentials(TASK, [pull("a.io", USER)], known)
        error = caught.value
        assert (error.operation, error.resource, error.code) == ("name an identity", "me", "PrincipalUnknown")
        assert error.advice == "Repeat the command: it reads again what exists by now."
    assert wire.sent == []


def test_removed_credentials_are_nulls(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(TASK_REPLY))

    gateway.remove_credentials(TASK, ["a.io", "b.io"])

    body: Json = {"properties": {"credentials": {"customRegistries": {"a.io": None, "b.io": None}}}}
    assert wire.only == sent("PATCH", TASK, TASKS_VERSION, body)


def test_a_role_is_assigned_to_a_service_principal_under_a_name_that_follows_from_the_content(
    gateway_to: GatewayTo,
) -> None:
    gateway, wire = gateway_to(always(Answer({"id": "/x", "properties": {}}, 201)))
    change = AssignRole(REGISTRY, Role.ACR_PULL, Grantee(USER, LATER), "acr_identity: why", "why")

    gateway.assign_role(change, PRINCIPALS)

    name = assignment_name(REGISTRY, PRINCIPAL, Role.ACR_PULL)
    definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{Role.ACR_PULL.guid}"
    body: Json = {
        "properties": {
            "roleDefinitionId": definition,
            "principalId": PRINCIPAL,
            "principalType": "ServicePrincipal",
            "description": "acr_identity: why",
        }
    }
    path = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert wire.only == sent("PUT", path, ROLES_VERSION, body)


@pytest.mark.parametrize("status", [200, 204])
def test_a_role_assignment_is_deleted_by_id(gateway_to: GatewayTo, status: int) -> None:
    gateway, wire = gateway_to(always(Answer({} if status == 200 else None, status)))
    assignment = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/one"

    gateway.remove_role_assignment(assignment)

    assert wire.only == sent("DELETE", assignment, ROLES_VERSION)


@pytest.mark.parametrize("kind", ["add", "remove"])
def test_access_to_a_vault_is_one_request_for_all_principals(gateway_to: GatewayTo, kind: str) -> None:
    gateway, wire = gateway_to(always(Answer({"properties": {"accessPolicies": []}})))
    change = gateway.add_vault_access if kind == "add" else gateway.remove_vault_access

    change(VAULT, TENANT, ["one", "two"])

    entries: Json = [
        {"tenantId": TENANT, "objectId": each, "permissions": {"secrets": ["get"]}} for each in ("one", "two")
    ]
    path = f"{VAULT}/accessPolicies/{kind}"
    assert wire.only == sent("PUT", path, VAULTS_VERSION, {"properties": {"accessPolicies": entries}})


@pytest.mark.parametrize("answer", [Answer(), Answer(status=204), refusal(404, "ResourceNotFound")])
def test_what_is_gone_counts_as_deleted(gateway_to: GatewayTo, answer: Answer) -> None:
    gateway, wire = gateway_to(always(answer))

    gateway.delete_task(TASK)
    gateway.delete_identity(IDENTITY)

    assert wire.sent == [sent("DELETE", TASK, TASKS_VERSION), sent("DELETE", IDENTITY, IDENTITIES_VERSION)]


def test_a_write_to_what_is_not_there_is_an_error(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(refusal(404, "ResourceNotFound")))

    with pytest.raises(AzureError, match="cannot enable task hello: 404 ResourceNotFound: as it is"):
        gateway.enable_task(EnableTask(TASK, None, "why"), {})


def test_each_subscription_is_asked_under_its_own_id(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(refusal(404, "ResourceNotFound")))
    there = type(REGISTRY)(str(REGISTRY).replace(SUBSCRIPTION, "99999999-9999-9999-9999-999999999999"))

    gateway.registry(REGISTRY)
    gateway.registry(there)

    assert wire.lines == [f"GET {REGISTRY}", f"GET {there}"]
