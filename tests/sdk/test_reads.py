from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from acr_identity.errors import AzureError, NotAuthorisedError
from acr_identity.state import (
    Attached,
    BaseImageTrigger,
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveRole,
    LiveTask,
    LiveVault,
    MaskedLogin,
    PlatformSettings,
    SourceTriggerSettings,
    Surroundings,
    TaskSettings,
    TimerTrigger,
    Value,
    VaultPolicy,
    VaultSecretAddress,
)
from sdk.places import (
    CLIENT,
    GROUP,
    IDENTITIES_VERSION,
    IDENTITY,
    PRINCIPAL,
    REGISTRIES_VERSION,
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
    from sdk.places import GatewayTo
    from sdk.wire import Json

REGISTRY_JSON: Json = {
    "id": str(REGISTRY),
    "location": "eastus",
    "properties": {"loginServer": "myregistry-abc.azurecr.io", "roleAssignmentMode": "AbacRepositoryPermissions"},
}
LIVE_REGISTRY = LiveRegistry(REGISTRY, "myregistry-abc.azurecr.io", "eastus", uses_abac=True)
LOWER = str(IDENTITY).replace("resourceGroups", "resourcegroups")
IDENTITY_JSON: Json = {
    "id": LOWER,
    "name": "me",
    "location": "eastus",
    "tags": {"b": "2", "a": "1"},
    "properties": {"tenantId": TENANT, "principalId": PRINCIPAL, "clientId": CLIENT},
}
LIVE_IDENTITY = LiveIdentity(IDENTITY, PRINCIPAL, CLIENT, "eastus", (("a", "1"), ("b", "2")))


def sent(method: str, path: ArmId | str, query: dict[str, str], body: Json = None) -> Sent:
    return Sent(method, "management.azure.com", str(path), query, body, {})


def encoded(text: bytes) -> str:
    return base64.b64encode(text).decode()


def test_a_registry_is_one_get_and_says_whether_it_uses_abac(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer(REGISTRY_JSON)))

    assert gateway.registry(REGISTRY) == LIVE_REGISTRY
    assert wire.only == sent("GET", REGISTRY, REGISTRIES_VERSION)


def test_a_registry_without_a_mode_is_an_older_one(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer({"location": "eastus", "properties": {"loginServer": "a.azurecr.io"}})))

    assert gateway.registry(REGISTRY) == LiveRegistry(REGISTRY, "a.azurecr.io", "eastus", uses_abac=False)


def test_all_pages_of_registries_are_read_in_the_version_of_the_first(gateway_to: GatewayTo) -> None:
    path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.ContainerRegistry/registries"
    link = f"https://management.azure.com{path}?api-version=1999-01-01&$skiptoken=a%20b"
    gateway, wire = gateway_to(
        in_turn(Answer({"value": [REGISTRY_JSON], "nextLink": link}), Answer({"value": [], "nextLink": None}))
    )

    assert gateway.registries(SUBSCRIPTION) == (LIVE_REGISTRY,)
    assert wire.sent == [
        sent("GET", path, REGISTRIES_VERSION),
        sent("GET", path, {"$skiptoken": "a b", **REGISTRIES_VERSION}),
    ]


def test_pages_that_go_round_in_a_circle_are_an_error(gateway_to: GatewayTo) -> None:
    link = f"https://management.azure.com/more?api-version={REGISTRIES_VERSION['api-version']}"
    gateway, wire = gateway_to(always(Answer({"value": [], "nextLink": link})))

    with pytest.raises(AzureError, match="cannot be read"):
        gateway.registries(SUBSCRIPTION)
    assert len(wire.sent) == 2


def test_a_page_that_is_not_https_is_not_asked_for(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"value": [], "nextLink": "http://management.azure.com/more"})))

    with pytest.raises(AzureError):
        gateway.registries(SUBSCRIPTION)
    assert len(wire.sent) == 1


def test_an_identity_is_one_get(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer(IDENTITY_JSON)))

    assert gateway.identity(IDENTITY) == LIVE_IDENTITY
    assert wire.only == sent("GET", IDENTITY, IDENTITIES_VERSION)


def test_identities_of_a_group_are_one_list(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"value": [IDENTITY_JSON]})))

    assert gateway.identities(GROUP) == (LIVE_IDENTITY,)
    path = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
    assert wire.only == sent("GET", path, IDENTITIES_VERSION)


def test_a_vault_shows_its_policies_in_lower_case(gateway_to: GatewayTo) -> None:
    policy: Json = {
        "tenantId": TENANT,
        "objectId": PRINCIPAL,
        "permissions": {"secrets": ["Get", "list"], "keys": ["all"]},
    }
    compound: Json = {"tenantId": TENANT, "objectId": "x", "applicationId": "app", "permissions": {}}
    properties: Json = {
        "tenantId": TENANT,
        "sku": {"family": "A", "name": "Standard"},
        "vaultUri": "https://myvault.vault.azure.net/",
        "enableRbacAuthorization": None,
        "accessPolicies": [policy, compound],
    }
    gateway, wire = gateway_to(always(Answer({"id": str(VAULT), "properties": properties})))

    assert gateway.vault(VAULT) == LiveVault(
        VAULT,
        "https://myvault.vault.azure.net",
        TENANT,
        uses_rbac=False,
        policies=(
            VaultPolicy(PRINCIPAL, frozenset({"get", "list"}), "", TENANT),
            VaultPolicy("x", frozenset(), "app", TENANT),
        ),
    )
    assert wire.only == sent("GET", VAULT, VAULTS_VERSION)


def test_assignments_are_those_at_the_scope_and_above(gateway_to: GatewayTo) -> None:
    guid = "7F951DDA-4ed3-4680-a7ca-43fe172d538d"
    properties: Json = {
        "roleDefinitionId": f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}",
        "principalId": PRINCIPAL,
        "principalType": "ServicePrincipal",
        "scope": "/",
        "condition": None,
        "description": "why",
    }
    gateway, wire = gateway_to(always(Answer({"value": [{"id": "/one", "properties": properties}]})))

    assert gateway.assignments(REGISTRY) == (LiveAssignment("/one", "/", PRINCIPAL, guid.lower(), "", "why"),)
    path = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments"
    assert wire.only == sent("GET", path, {"$filter": "atScope()", **ROLES_VERSION})


def test_a_task_is_one_request_with_its_secrets(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer(full_task())))

    assert gateway.task(TASK) == LiveTask(
        id=TASK,
        location="eastus",
        settings=full_settings(),
        attached=Attached(PRINCIPAL, TENANT, (IDENTITY,)),
        logins={
            "base.azurecr.io": IdentityLogin("[system]"),
            "docker.io": CustomLogin(VaultSecretAddress("https://v/secrets/u"), SecretStr("p"), CLIENT),
            "masked.io": MaskedLogin(),
        },
        source_identity=CLIENT,
        tags=(("a", "1"),),
        details_seen=False,
        hidden=("credentials[masked.io]", "step.values[hidden]"),
        unseen_because="Azure holds secrets back in the details of the task",
    )
    assert wire.only == sent("POST", f"{TASK}/listDetails", TASKS_VERSION)


def full_task(*, hides: bool = True) -> Json:
    masked: dict[str, Json] = {"masked.io": None} if hides else {}
    held_back: list[Json] = [{"name": "hidden", "value": None, "isSecret": True}] if hides else []
    logins: Json = {
        "Base.azurecr.io": {"identity": "[system]"},
        "docker.io": {
            "userName": {"type": "vaultsecret", "value": "https://v/secrets/u"},
            "password": {"type": "Opaque", "value": "p"},
            "identity": CLIENT,
        },
        **masked,
    }
    source: Json = {
        "name": "s",
        "sourceTriggerEvents": ["commit", "pullrequest"],
        "status": "Disabled",
        "sourceRepository": {
            "sourceControlType": "GitHub",
            "repositoryUrl": "https://github.com/a/b",
            "branch": "main",
            "sourceControlAuthProperties": {"tokenType": "PAT", "token": "t"},
        },
    }
    return {
        "id": str(TASK).lower(),
        "location": "eastus",
        "tags": {"a": "1"},
        "identity": {
            "type": "systemAssigned, userAssigned",
            "principalId": PRINCIPAL,
            "tenantId": TENANT,
            "userAssignedIdentities": {LOWER: {"clientId": CLIENT, "principalId": "p"}},
        },
        "properties": {
            "provisioningState": "Succeeded",
            "status": "disabled",
            "platform": {"os": "linux", "architecture": "AMD64", "variant": None},
            "agentConfiguration": {"cpu": 2},
            "agentPoolName": "pool",
            "timeout": 3600,
            "logTemplate": "log:{{.Run.ID}}",
            "isSystemTask": False,
            "step": {
                "type": "EncodedTask",
                "encodedTaskContent": encoded("version: v1.1.0 # é".encode()),
                "baseImageDependencies": [{"type": "BuildTime"}],
                "values": [
                    {"name": "open", "value": "v", "isSecret": False},
                    {"name": "closed", "value": "s", "isSecret": True},
                    *held_back,
                ],
            },
            "trigger": {
                "timerTriggers": [{"name": "t", "schedule": "0 21 * * *", "status": "Enabled"}],
                "sourceTriggers": [source],
                "baseImageTrigger": {
                    "name": "b",
                    "baseImageTriggerType": "runtime",
                    "updateTriggerEndpoint": None,
                    "status": "Enabled",
                },
            },
            "credentials": {
                "sourceRegistry": {"loginMode": "default", "identity": CLIENT},
                "customRegistries": logins,
            },
        },
    }


def full_settings() -> TaskSettings:
    return TaskSettings(
        step=EncodedStep("version: v1.1.0 # é", (Value("open", "v"), Value("closed", SecretStr("s")))),
        platform=PlatformSettings("linux", "AMD64"),
        cpu=2,
        pool="pool",
        timeout=3600,
        log_template="log:{{.Run.ID}}",
        timers=(TimerTrigger("t", "0 21 * * *", enabled=True),),
        base_image=BaseImageTrigger("b", "runtime", enabled=True),
        sources=(
            SourceTriggerSettings(
                name="s",
                repository="https://github.com/a/b",
                branch="main",
                events=("commit", "pullrequest"),
                control="GitHub",
                token=SecretStr("t"),
                enabled=False,
            ),
        ),
        source_login="Default",
        enabled=False,
    )


def test_where_details_are_forbidden_a_task_is_read_without_them(gateway_to: GatewayTo) -> None:
    bare: Json = {"location": "eastus", "properties": {"credentials": {"customRegistries": {"A.io": None}}}}
    gateway, wire = gateway_to(in_turn(refusal(403, "AuthorizationFailed"), Answer(bare)))

    assert gateway.task(TASK) == LiveTask(
        id=TASK,
        location="eastus",
        settings=TaskSettings(timers=(), sources=()),
        logins={"a.io": MaskedLogin()},
        details_seen=False,
    )
    assert wire.sent == [sent("POST", f"{TASK}/listDetails", TASKS_VERSION), sent("GET", TASK, TASKS_VERSION)]


def test_a_token_that_is_refused_is_no_reason_to_read_less(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(refusal(401, "ExpiredAuthenticationToken")))

    with pytest.raises(NotAuthorisedError):
        gateway.task(TASK)
    assert wire.lines == [f"POST {TASK}/listDetails"]


def with_step(step: Json) -> Answer:
    return Answer({"location": "eastus", "properties": {"step": step}})


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (encoded(b"\xff\xfe steps"), "�� steps"),
        ("this is no base64!", "this is no base64!"),
        ("abc", "abc"),
        ("dgo=!", "dgo=!"),
        ("", ""),
        (None, ""),
    ],
)
def test_content_of_any_form_is_read(gateway_to: GatewayTo, content: str | None, text: str) -> None:
    gateway, _ = gateway_to(always(with_step({"type": "EncodedTask", "encodedTaskContent": content, "values": None})))

    task = gateway.task(TASK)

    assert task is not None
    assert task.settings.step == EncodedStep(text, ())


def test_a_file_step_is_read_with_its_token(gateway_to: GatewayTo) -> None:
    step: Json = {
        "type": "FileTask",
        "taskFilePath": "acb.yaml",
        "valuesFilePath": "values.yaml",
        "contextPath": "https://github.com/a/b",
        "contextAccessToken": "t",
        "values": [{"name": "n", "value": "v"}],
    }
    gateway, _ = gateway_to(always(with_step(step)))

    task = gateway.task(TASK)

    assert task is not None
    assert task.settings.step == FileStep(
        "acb.yaml", "https://github.com/a/b", "values.yaml", SecretStr("t"), (Value("n", "v"),)
    )


def test_a_docker_step_says_cache_where_the_wire_says_no_cache(gateway_to: GatewayTo) -> None:
    step: Json = {
        "type": "Docker",
        "dockerFilePath": "Dockerfile",
        "contextPath": "https://github.com/a/b",
        "imageNames": ["a:1", "b:2"],
        "isPushEnabled": True,
        "noCache": False,
        "target": "final",
        "arguments": [{"name": "n", "value": "v", "isSecret": True}],
    }
    gateway, _ = gateway_to(always(with_step(step)))

    task = gateway.task(TASK)

    assert task is not None
    assert task.settings.step == DockerStep(
        dockerfile="Dockerfile",
        context="https://github.com/a/b",
        images=("a:1", "b:2"),
        push=True,
        cache=True,
        target="final",
        arguments=(Value("n", SecretStr("v")),),
    )


@pytest.mark.parametrize("step", [None, {"type": "SomethingNew"}])
def test_a_task_without_a_step_that_we_know_is_read(gateway_to: GatewayTo, step: Json) -> None:
    gateway, _ = gateway_to(always(with_step(step)))

    task = gateway.task(TASK)

    assert task is not None
    assert task.settings == TaskSettings(timers=(), sources=())


def test_what_is_not_there_is_nothing(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(refusal(404, "ResourceNotFound")))

    assert (
        gateway.registry(REGISTRY),
        gateway.registries(SUBSCRIPTION),
        gateway.vault(VAULT),
        gateway.identity(IDENTITY),
        gateway.identities(GROUP),
        gateway.task(TASK),
        gateway.assignments(REGISTRY),
        gateway.run(REGISTRY, "cf1"),
        gateway.latest_run(TASK),
    ) == (None, (), None, None, (), None, None, None, None)


@pytest.mark.parametrize("body", [b"<html>", [], {"value": [{"id": 5}]}, {"value": "no list"}])
def test_an_answer_without_sense_is_an_error_of_ours(gateway_to: GatewayTo, body: Json | bytes) -> None:
    gateway, _ = gateway_to(always(Answer(body)))

    with pytest.raises(AzureError, match=r"cannot list the role assignments of myregistry: the answer cannot be read"):
        gateway.assignments(REGISTRY)


def test_what_else_there_is_is_two_lists(gateway_to: GatewayTo) -> None:
    groups: Json = {"value": [{"id": str(GROUP), "name": GROUP.name}]}
    gateway, wire = gateway_to(in_turn(Answer(groups), Answer({"value": [{"id": str(REGISTRY)}, {"id": str(VAULT)}]})))

    assert gateway.surroundings(SUBSCRIPTION) == Surroundings((GROUP.name,), (REGISTRY, VAULT))
    version = {"api-version": "2021-04-01"}
    kinds = "resourceType eq 'Microsoft.ContainerRegistry/registries' or resourceType eq 'Microsoft.KeyVault/vaults'"
    assert wire.sent == [
        sent("GET", f"/subscriptions/{SUBSCRIPTION}/resourcegroups", version),
        sent("GET", f"/subscriptions/{SUBSCRIPTION}/resources", {"$filter": kinds, **version}),
    ]


def test_a_subscription_that_is_not_there_has_nothing(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(refusal(404, "SubscriptionNotFound")))

    assert gateway.surroundings(SUBSCRIPTION) == Surroundings()


def test_a_resource_group_is_there_or_not(gateway_to: GatewayTo) -> None:
    answers = in_turn(Answer({"id": str(GROUP), "name": GROUP.name}), refusal(404, "ResourceGroupNotFound"))
    gateway, wire = gateway_to(answers)

    assert gateway.has_group(GROUP)
    assert not gateway.has_group(GROUP)
    assert wire.sent == [sent("GET", str(GROUP), {"api-version": "2021-04-01"})] * 2


def test_a_task_is_read_without_its_secrets_by_a_question_that_changes_nothing(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(refusal(404, "ResourceNotFound")))

    assert gateway.task_without_secrets(TASK) is None
    assert wire.sent == [sent("GET", str(TASK), TASKS_VERSION)]


def test_a_role_is_read_with_all_that_it_allows(gateway_to: GatewayTo) -> None:
    permission = {"actions": ["*/read"], "notActions": ["x/read"], "dataActions": ["y/*"], "notDataActions": []}
    body: Json = {"properties": {"roleName": "Mine", "permissions": [permission]}}
    gateway, wire = gateway_to(in_turn(Answer(body), refusal(404, "RoleDefinitionDoesNotExist")))
    guid = "0f0f0f0f-0000-0000-0000-000000000001"

    assert gateway.role(SUBSCRIPTION, guid) == LiveRole("Mine", ((("*/read",), ("x/read",), ("y/*",), ()),))
    assert gateway.role(SUBSCRIPTION, guid) is None
    path = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
    assert wire.sent == [sent("GET", path, ROLES_VERSION)] * 2


def test_the_roles_of_a_name_are_looked_for_at_the_scope(gateway_to: GatewayTo) -> None:
    guid = "0F0F0F0F-0000-0000-0000-000000000001"
    body: Json = {"value": [{"name": guid, "properties": {"roleName": "It's mine"}}]}
    gateway, wire = gateway_to(in_turn(Answer(body), Answer(body), refusal(404, "ResourceNotFound")))

    assert gateway.roles_at(VAULT, "it's mine") == {guid.lower(): LiveRole("It's mine")}
    assert gateway.roles_at(VAULT) == {guid.lower(): LiveRole("It's mine")}
    assert gateway.roles_at(VAULT, "other") == {}
    path = f"{VAULT}/providers/Microsoft.Authorization/roleDefinitions"
    assert wire.sent == [
        sent("GET", path, {**ROLES_VERSION, **query})
        for query in ({"$filter": "roleName eq 'it''s mine'"}, {}, {"$filter": "roleName eq 'other'"})
    ]


def test_an_agent_pool_is_there_or_not(gateway_to: GatewayTo) -> None:
    pool = REGISTRY.child("agentPools", "mypool")
    gateway, wire = gateway_to(in_turn(Answer({"id": str(pool)}), refusal(404, "EntityNotFound")))

    assert gateway.has_pool(pool)
    assert not gateway.has_pool(pool)
    assert wire.sent == [sent("GET", str(pool), TASKS_VERSION)] * 2
