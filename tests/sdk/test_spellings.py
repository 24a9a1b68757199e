"""What answers may lack, or spell in another way, and what is made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from acr_identity.changes import CreateIdentity
from acr_identity.errors import AzureError
from acr_identity.state import (
    Attached,
    BaseImageTrigger,
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    Known,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveRun,
    LiveTask,
    LiveVault,
    MaskedLogin,
    PlatformSettings,
    PushedImage,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    UserIdentity,
    Value,
    VaultPolicy,
    VaultSecretAddress,
)
from sdk.places import GROUP, IDENTITY, OTHER_IDENTITY, REGISTRY, SUBSCRIPTION, TASK, VAULT
from sdk.wire import Answer, always

if TYPE_CHECKING:
    from acr_identity.state import Login
    from sdk.places import GatewayTo
    from sdk.wire import Json

GUID, TWIN = "AAAAAAAA-bbbb-CCCC-dddd-EEEEEEEEEEEE", "FFFFFFFF-bbbb-CCCC-dddd-EEEEEEEEEEEE"
LOGIN_SERVER = "myregistry.azurecr.io"


@pytest.mark.parametrize(
    ("mode", "uses_abac"),
    [
        ("AbacRepositoryPermissions", True),
        ("abacrepositorypermissions", True),
        ("LegacyRegistryPermissions", False),
        (None, False),
        ("", False),
    ],
)
def test_the_mode_of_a_registry_is_read_whatever_its_case(
    gateway_to: GatewayTo, mode: str | None, *, uses_abac: bool
) -> None:
    properties: Json = {"loginServer": LOGIN_SERVER, "roleAssignmentMode": mode}
    body: Json = {"id": str(REGISTRY), "location": "eastus", "properties": properties}
    expected = LiveRegistry(REGISTRY, LOGIN_SERVER, "eastus", uses_abac=uses_abac)
    one, _ = gateway_to(always(Answer(body)))
    assert one.registry(REGISTRY) == expected
    several, _ = gateway_to(always(Answer({"value": [body]})))
    assert several.registries(SUBSCRIPTION) == (expected,)


@pytest.mark.parametrize("properties", [None, {}, {"loginServer": ""}, {"loginServer": None}])
def test_a_registry_without_a_login_server_is_no_answer(gateway_to: GatewayTo, properties: Json) -> None:
    gateway, _ = gateway_to(always(Answer({"location": "eastus", "properties": properties})))
    with pytest.raises(AzureError, match=r"cannot read registry myregistry: the answer cannot be read"):
        gateway.registry(REGISTRY)
    body: Json = {"id": str(REGISTRY), "properties": properties or {}}
    several, _ = gateway_to(always(Answer({"value": [body]})))
    with pytest.raises(AzureError, match="the answer cannot be read"):
        several.registries(SUBSCRIPTION)


def test_a_registry_in_a_list_may_lack_its_location(gateway_to: GatewayTo) -> None:
    gateway, _ = gateway_to(always(Answer({"value": [{"id": str(REGISTRY), "properties": {"loginServer": "a.io"}}]})))
    assert gateway.registries(SUBSCRIPTION) == (LiveRegistry(REGISTRY, "a.io", ""),)


@pytest.mark.parametrize(
    ("properties", "ids"),
    [
        ({"principalId": GUID, "clientId": TWIN}, (GUID.lower(), TWIN.lower())),
        ({"principalId": None, "clientId": None}, ("", "")),
        ({}, ("", "")),
    ],
)
def test_the_ids_of_an_identity_are_in_lower_case(
    gateway_to: GatewayTo, properties: dict[str, str | None], ids: tuple[str, str]
) -> None:
    body: Json = {"id": str(IDENTITY), "location": "eastus", "properties": properties}
    expected = LiveIdentity(IDENTITY, *ids, "eastus")
    one, _ = gateway_to(always(Answer(body)))
    assert one.identity(IDENTITY) == expected
    learned = one.create_identity(CreateIdentity(IDENTITY, "eastus", (), "why"))
    assert learned.principals == {UserIdentity(IDENTITY): Known(*ids)}
    known: Json = {name: text for name, text in properties.items() if text is not None}
    several, _ = gateway_to(always(Answer({"value": [{"id": str(IDENTITY), "properties": known}]})))
    assert several.identities(GROUP) == (LiveIdentity(IDENTITY, *ids, ""),)


@pytest.mark.parametrize("tags", [None, {}, "left out"])
def test_an_identity_without_tags_has_none(gateway_to: GatewayTo, tags: Json) -> None:
    body: dict[str, Json] = {"id": str(IDENTITY), "location": "eastus", "properties": {}}
    body |= {} if tags == "left out" else {"tags": tags}
    one, _ = gateway_to(always(Answer(body)))
    assert one.identity(IDENTITY) == LiveIdentity(IDENTITY, "", "", "eastus", ())


def test_ids_and_roles_of_an_assignment_are_in_lower_case_and_what_is_left_out_is_empty(gateway_to: GatewayTo) -> None:
    scope = str(REGISTRY).upper()
    bare: Json = {"roleDefinitionId": f"/roles/{GUID}/", "principalId": TWIN, "scope": scope}
    whole: Json = {"roleDefinitionId": GUID, "principalId": TWIN, "scope": "/", "condition": "c", "description": "d"}
    answer = Answer({"value": [{"id": "/One", "properties": bare}, {"id": "/two", "properties": whole}]})
    gateway, _ = gateway_to(always(answer))
    assert gateway.assignments(REGISTRY) == (
        LiveAssignment("/One", scope, TWIN.lower(), GUID.lower()),
        LiveAssignment("/two", "/", TWIN.lower(), GUID.lower(), "c", "d"),
    )


@pytest.mark.parametrize("left_out", ["roleDefinitionId", "principalId", "scope"])
def test_an_assignment_must_say_who_has_which_role_where(gateway_to: GatewayTo, left_out: str) -> None:
    properties = {"roleDefinitionId": GUID, "principalId": TWIN, "scope": "/"}
    del properties[left_out]
    gateway, _ = gateway_to(always(Answer({"value": [{"id": "/one", "properties": properties}]})))
    with pytest.raises(AzureError, match="the answer cannot be read"):
        gateway.assignments(REGISTRY)


@pytest.mark.parametrize(("answer", "uses_rbac"), [(True, True), (False, False), (None, False)])
def test_a_vault_that_does_not_say_that_it_uses_roles_has_policies(
    gateway_to: GatewayTo, *, answer: bool | None, uses_rbac: bool
) -> None:
    policy: Json = {
        "tenantId": "T",
        "objectId": GUID,
        "applicationId": TWIN,
        "permissions": {"secrets": ["GET", "Set", "something New"]},
    }
    silent: Json = {"objectId": TWIN, "permissions": {"keys": ["get"]}}
    properties: Json = {
        "tenantId": "Tenant",
        "sku": {"family": "A", "name": "standard"},
        "vaultUri": "https://v.vault.azure.net//",
        "enableRbacAuthorization": answer,
        "accessPolicies": [policy, silent],
    }
    gateway, _ = gateway_to(always(Answer({"properties": properties})))
    assert gateway.vault(VAULT) == LiveVault(
        VAULT,
        "https://v.vault.azure.net",
        "Tenant",
        uses_rbac=uses_rbac,
        policies=(
            VaultPolicy(GUID.lower(), frozenset({"get", "set", "something new"}), TWIN, "T"),
            VaultPolicy(TWIN.lower(), frozenset()),
        ),
    )


@pytest.mark.parametrize("policies", [None, []])
def test_a_vault_may_lack_its_address_and_policies(gateway_to: GatewayTo, policies: Json) -> None:
    properties: Json = {"tenantId": "T", "sku": {"family": "A", "name": "standard"}, "accessPolicies": policies}
    gateway, _ = gateway_to(always(Answer({"properties": properties})))
    assert gateway.vault(VAULT) == LiveVault(VAULT, "", "T", uses_rbac=False)


def read_task(gateway_to: GatewayTo, body: dict[str, Any]) -> LiveTask:
    gateway, _ = gateway_to(always(Answer(body)))
    task = gateway.task(TASK)
    assert task is not None
    return task


def read_settings(gateway_to: GatewayTo, **properties: Any) -> TaskSettings:  # noqa: ANN401 - JSON of any form
    return read_task(gateway_to, {"location": "eastus", "properties": properties}).settings


NOTHING = TaskSettings(timers=(), sources=())


@pytest.mark.parametrize("body", [{}, {"properties": None}, {"properties": {}}, {"properties": {"credentials": None}}])
def test_a_task_of_which_nothing_is_said_is_read(gateway_to: GatewayTo, body: dict[str, Any]) -> None:
    assert read_task(gateway_to, body) == LiveTask(TASK, "", NOTHING)


@pytest.mark.parametrize(
    ("identity", "attached"),
    [
        (None, Attached()),
        ({"type": "None"}, Attached()),
        ({"type": "SystemAssigned", "principalId": GUID, "tenantId": "T"}, Attached(GUID.lower(), "T")),
        ({"type": "SystemAssigned", "principalId": "", "tenantId": None}, Attached()),
        (
            {
                "type": "UserAssigned",
                "userAssignedIdentities": {str(OTHER_IDENTITY).upper(): {}, str(IDENTITY).lower(): {"clientId": "c"}},
            },
            Attached(None, "", (IDENTITY, OTHER_IDENTITY)),
        ),
    ],
)
def test_the_identities_of_a_task_are_sorted_and_their_ids_in_lower_case(
    gateway_to: GatewayTo, identity: dict[str, Any] | None, attached: Attached
) -> None:
    assert read_task(gateway_to, {"identity": identity}).attached == attached


OPAQUE = {"type": "Opaque", "value": "p"}
ADDRESS = VaultSecretAddress("https://v/secrets/u")


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ({"identity": GUID}, IdentityLogin(GUID.lower())),
        ({"identity": "[System]"}, IdentityLogin("[system]")),
        ({"userName": OPAQUE, "password": OPAQUE}, CustomLogin(SecretStr("p"), SecretStr("p"))),
        (
            {"userName": {"type": "VAULTSECRET", "value": ADDRESS.url}, "password": OPAQUE, "identity": GUID},
            CustomLogin(ADDRESS, SecretStr("p"), GUID.lower()),
        ),
        (
            {"userName": {"type": "Vaultsecret", "value": ADDRESS.url}, "password": {"value": "p"}},
            CustomLogin(ADDRESS, SecretStr("p")),
        ),
        ({"userName": OPAQUE}, CustomLogin(SecretStr("p"), None)),
        ({"password": OPAQUE}, CustomLogin(None, SecretStr("p"))),
        ({"userName": {"type": "Opaque"}, "password": OPAQUE}, CustomLogin(None, SecretStr("p"))),
        ({"userName": OPAQUE, "password": {"type": "Opaque", "value": "***"}}, CustomLogin(SecretStr("p"), None)),
        ({}, MaskedLogin()),
        (None, MaskedLogin()),
    ],
)
def test_a_login_is_that_of_an_identity_or_one_of_texts_and_addresses_or_hidden(
    gateway_to: GatewayTo, login: dict[str, Any] | None, expected: Login
) -> None:
    credentials = {"customRegistries": {"Docker.IO": login}}
    assert read_task(gateway_to, {"properties": {"credentials": credentials}}).logins == {"docker.io": expected}


@pytest.mark.parametrize(
    ("source", "login_mode", "identity"),
    [
        (None, None, ""),
        ({"loginMode": "default"}, "Default", ""),
        ({"loginMode": "NONE", "identity": "[system]"}, "None", "[system]"),
        ({"loginMode": "SomethingNew", "identity": None}, None, ""),
        ({"loginMode": None}, None, ""),
    ],
)
def test_the_login_to_the_source_registry_is_read_whatever_its_case(
    gateway_to: GatewayTo, source: dict[str, Any] | None, login_mode: str | None, identity: str
) -> None:
    task = read_task(gateway_to, {"properties": {"credentials": {"sourceRegistry": source}}})
    assert (task.settings.source_login, task.source_identity) == (login_mode, identity)


@pytest.mark.parametrize(
    ("status", "enabled"), [("Enabled", True), ("disabled", False), ("DISABLED", False), ("New", True), (None, None)]
)
def test_a_task_is_enabled_unless_it_is_disabled(
    gateway_to: GatewayTo, status: str | None, *, enabled: bool | None
) -> None:
    assert read_settings(gateway_to, status=status).enabled is enabled


@pytest.mark.parametrize(
    ("platform", "expected"),
    [
        (None, None),
        ({"os": "linux"}, PlatformSettings("linux")),
        ({"os": "Windows", "architecture": "AMD64"}, PlatformSettings("Windows", "AMD64")),
        ({"os": "Linux", "architecture": "arm", "variant": "v7"}, PlatformSettings("Linux", "arm", "v7")),
        ({"os": "Plan9", "architecture": "new", "variant": "v99"}, PlatformSettings("Plan9", "new", "v99")),
    ],
)
def test_a_platform_is_read_as_it_is_spelt(
    gateway_to: GatewayTo, platform: dict[str, Any] | None, expected: PlatformSettings | None
) -> None:
    assert read_settings(gateway_to, platform=platform).platform == expected


REPOSITORY = {"sourceControlType": "GITHUB", "repositoryUrl": "https://git.example/r.git"}


@pytest.mark.parametrize(
    ("trigger", "expected"),
    [
        (None, NOTHING),
        ({"timerTriggers": None, "sourceTriggers": None, "baseImageTrigger": None}, NOTHING),
        (
            {"timerTriggers": [{"name": "t", "schedule": "s", "status": "disabled"}, {"name": "u", "schedule": "v"}]},
            TaskSettings(
                timers=(TimerTrigger("t", "s", enabled=False), TimerTrigger("u", "v", enabled=True)), sources=()
            ),
        ),
        (
            {"baseImageTrigger": {"name": "b", "baseImageTriggerType": "ALL", "status": "Disabled"}},
            TaskSettings(timers=(), sources=(), base_image=BaseImageTrigger("b", "ALL", enabled=False)),
        ),
        (
            {"sourceTriggers": [{"name": "s", "sourceTriggerEvents": ["Commit"], "sourceRepository": REPOSITORY}]},
            TaskSettings(
                timers=(),
                sources=(
                    SourceTriggerSettings("s", REPOSITORY["repositoryUrl"], None, ("Commit",), "GITHUB", enabled=True),
                ),
            ),
        ),
        (
            {
                "sourceTriggers": [
                    {
                        "name": "s",
                        "sourceTriggerEvents": None,
                        "status": "Disabled",
                        "sourceRepository": {
                            **REPOSITORY,
                            "branch": "b",
                            "sourceControlAuthProperties": {"tokenType": "PAT", "token": "***"},
                        },
                    }
                ]
            },
            TaskSettings(
                timers=(),
                sources=(SourceTriggerSettings("s", REPOSITORY["repositoryUrl"], "b", (), "GITHUB", enabled=False),),
            ),
        ),
    ],
)
def test_triggers_are_read_as_far_as_they_are_told(
    gateway_to: GatewayTo, trigger: dict[str, Any] | None, expected: TaskSettings
) -> None:
    assert read_settings(gateway_to, trigger=trigger) == expected


HIDDEN_VALUES = [
    {"name": "Open", "value": None, "isSecret": False},
    {"name": "Plain", "value": "*** is no secret"},
    {"name": "Seen", "value": "s", "isSecret": True},
    {"name": "Stars", "value": "***", "isSecret": True},
    {"name": "Empty", "value": "", "isSecret": True},
]
SHOWN_VALUES = (Value("Open", ""), Value("Plain", "*** is no secret"), Value("Seen", SecretStr("s")))


@pytest.mark.parametrize(
    ("step", "expected"),
    [
        (
            {
                "type": "EncodedTask",
                "encodedTaskContent": "dgo=",
                "encodedValuesContent": "dw==",
                "contextPath": "c",
                "contextAccessToken": "t",
                "values": HIDDEN_VALUES,
            },
            EncodedStep("v\n", SHOWN_VALUES, "w", "c", SecretStr("t")),
        ),
        (
            {"type": "EncodedTask", "encodedTaskContent": "dgo=", "contextAccessToken": "***"},
            EncodedStep("v\n", ()),
        ),
        (
            {"type": "FileTask", "taskFilePath": "f", "contextAccessToken": "", "values": HIDDEN_VALUES},
            FileStep("f", "", values=SHOWN_VALUES),
        ),
        (
            {
                "type": "Docker",
                "dockerFilePath": "f",
                "contextAccessToken": "t",
                "arguments": HIDDEN_VALUES,
                "noCache": True,
                "isPushEnabled": False,
            },
            DockerStep("f", "", (), push=False, cache=False, token=SecretStr("t"), arguments=SHOWN_VALUES),
        ),
        (
            {"type": "Docker", "dockerFilePath": "f", "noCache": None, "isPushEnabled": None},
            DockerStep("f", "", push=None, cache=None, arguments=()),
        ),
    ],
)
def test_a_step_is_read_without_what_is_hidden(
    gateway_to: GatewayTo, step: dict[str, Any], expected: EncodedStep | FileStep | DockerStep
) -> None:
    assert read_settings(gateway_to, step=step).step == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"name": "cf1"}, LiveRun(REGISTRY, "cf1", "Queued")),
        ({"name": "cf1", "properties": {"status": "running"}}, LiveRun(REGISTRY, "cf1", "running")),
        ({"properties": {"runId": "cf2", "status": "Canceled"}}, LiveRun(REGISTRY, "cf2", "Canceled")),
        ({"properties": None}, LiveRun(REGISTRY, "", "Queued")),
        (
            {"name": "other", "properties": {"runId": "cf2", "outputImages": [{}, {"repository": "r", "tag": "t"}]}},
            LiveRun(REGISTRY, "cf2", "Queued", images=(PushedImage("", "", "", ""), PushedImage("", "r", "t", ""))),
        ),
        (
            {"properties": {"runId": "cf3", "status": "Failed", "customRegistries": None, "outputImages": None}},
            LiveRun(REGISTRY, "cf3", "Failed"),
        ),
    ],
)
def test_a_run_is_read_as_far_as_it_is_told(gateway_to: GatewayTo, answer: dict[str, Any], expected: LiveRun) -> None:
    gateway, _ = gateway_to(always(Answer(answer)))
    assert gateway.run(REGISTRY, "cf1") == expected
