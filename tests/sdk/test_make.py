"""Each kind of change as the one request that makes it, and what its answer tells."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pydantic import SecretStr

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import AzureError, ConflictError
from acr_identity.gateway import Learned
from acr_identity.ids import ArmId, OtherRole, Role, assignment_name, definition_id
from acr_identity.state import (
    DockerStep,
    EncodedStep,
    FileStep,
    Known,
    SourceTriggerSettings,
    SystemIdentity,
    TaskSettings,
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
    TASK,
    TASKS_VERSION,
    TENANT,
    VAULT,
    VAULTS_VERSION,
)
from sdk.wire import Answer, Sent, always, in_turn, refusal

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.state import Principals
    from sdk.places import GatewayTo
    from sdk.wire import Json

USER, OTHER, SYSTEM = UserIdentity(IDENTITY), UserIdentity(OTHER_IDENTITY), SystemIdentity(TASK)
LATER = KnownAfterApply("…")
PRINCIPALS: Principals = {USER: Known(PRINCIPAL, CLIENT), OTHER: Known("other", "other-client"), SYSTEM: Known("own")}
GUID = "AAAAAAAA-bbbb-CCCC-dddd-EEEEEEEEEEEE"
FIELDS = (FieldChange("timeout", "1", "2"),)
PLATFORM: Json = {"os": "Linux", "architecture": "amd64"}


def sent(method: str, path: ArmId | str, version: dict[str, str], body: Json = None) -> Sent:
    return Sent(method, "management.azure.com", str(path), version, body, {})


def task_answer(principal: str | None) -> Answer:
    identity: Json = {"type": "SystemAssigned", "principalId": principal, "tenantId": TENANT} if principal else None
    return Answer({"location": "eastus", "identity": identity, "properties": {}})


def create_task(*, system: bool) -> CreateTask:
    return CreateTask(
        id=TASK,
        location="eastus",
        settings=TaskSettings(),
        system=system,
        users=(),
        credentials=(),
        tags=(),
        reason="why",
    )


def update(identities: StatedIdentities | None) -> UpdateTask:
    return UpdateTask(TASK, TaskSettings(timeout=600), identities, "", None, FIELDS, "why")


def credentials(servers: Json) -> Json:
    return {"properties": {"credentials": {"customRegistries": servers}}}


def login(server: str, identity: UserIdentity | SystemIdentity) -> SetCredential:
    return SetCredential(TASK, RegistryCredential(server, Grantee(identity, LATER)), replaces=False, reason="why")


def vault_entries(*ids: str) -> Json:
    entries: Json = [{"tenantId": TENANT, "objectId": each, "permissions": {"secrets": ["get"]}} for each in ids]
    return {"properties": {"accessPolicies": entries}}


ROLE = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/one"
THEIRS = ArmId.group("99999999-9999-9999-9999-999999999999", "theirs")
MINE = "0f0f0f0f-0000-0000-0000-000000000001"
ROLE_NAME = assignment_name(REGISTRY, "own", Role.ACR_PULL)
LEARNED = Learned({SYSTEM: Known(GUID.lower())})
NO_POLICIES = Answer({"properties": {"accessPolicies": []}})

CASES: list[tuple[list[Change], Answer, Sent, Learned]] = [
    (
        [CreateIdentity(IDENTITY, "eastus", (("a", "1"),), "why")],
        Answer({"location": "eastus", "properties": {"principalId": GUID, "clientId": GUID[::-1]}}, 201),
        sent("PUT", IDENTITY, IDENTITIES_VERSION, {"location": "eastus", "tags": {"a": "1"}}),
        Learned({USER: Known(GUID.lower(), GUID[::-1].lower())}),
    ),
    (
        [UpdateIdentity(IDENTITY, (("a", "1"),), FIELDS, "why")],
        Answer({"location": "eastus"}),
        sent("PATCH", IDENTITY, IDENTITIES_VERSION, {"tags": {"a": "1"}}),
        Learned(),
    ),
    ([DeleteIdentity(IDENTITY, "why")], Answer(), sent("DELETE", IDENTITY, IDENTITIES_VERSION), Learned()),
    (
        [create_task(system=True)],
        task_answer(GUID),
        sent(
            "PUT",
            TASK,
            TASKS_VERSION,
            {
                "location": "eastus",
                "tags": {},
                "identity": {"type": "SystemAssigned"},
                "properties": {"platform": PLATFORM},
            },
        ),
        LEARNED,
    ),
    (
        [create_task(system=False)],
        task_answer(None),
        sent("PUT", TASK, TASKS_VERSION, {"location": "eastus", "tags": {}, "properties": {"platform": PLATFORM}}),
        Learned(),
    ),
    (
        [replace(create_task(system=False), users=(IDENTITY, OTHER_IDENTITY))],
        task_answer(None),
        sent(
            "PUT",
            TASK,
            TASKS_VERSION,
            {
                "location": "eastus",
                "tags": {},
                "identity": {
                    "type": "UserAssigned",
                    "userAssignedIdentities": {str(IDENTITY): {}, str(OTHER_IDENTITY): {}},
                },
                "properties": {"platform": PLATFORM},
            },
        ),
        Learned(),
    ),
    (
        [update(StatedIdentities(system=True))],
        task_answer(GUID),
        sent("PATCH", TASK, TASKS_VERSION, {"identity": {"type": "SystemAssigned"}, "properties": {"timeout": 600}}),
        LEARNED,
    ),
    (
        [EnableTask(TASK, (("a", "1"),), "why")],
        task_answer(None),
        sent("PATCH", TASK, TASKS_VERSION, {"properties": {"status": "Enabled"}, "tags": {"a": "1"}}),
        Learned(),
    ),
    ([DeleteTask(TASK, "why")], Answer(status=204), sent("DELETE", TASK, TASKS_VERSION), Learned()),
    (
        [login("a.azurecr.io", USER), login("b.azurecr.io", SYSTEM)],
        task_answer(None),
        sent(
            "PATCH",
            TASK,
            TASKS_VERSION,
            credentials({"a.azurecr.io": {"identity": CLIENT}, "b.azurecr.io": {"identity": "[system]"}}),
        ),
        Learned(),
    ),
    (
        [RemoveCredential(TASK, "a.io", "why"), RemoveCredential(TASK, "b.io", "why")],
        task_answer(None),
        sent("PATCH", TASK, TASKS_VERSION, credentials({"a.io": None, "b.io": None})),
        Learned(),
    ),
    (
        [AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SYSTEM, LATER), "acr_identity: why", "why")],
        Answer({"id": "/x", "properties": {}}, 201),
        sent(
            "PUT",
            f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{ROLE_NAME}",
            ROLES_VERSION,
            {
                "properties": {
                    "roleDefinitionId": definition_id(Role.ACR_PULL, REGISTRY.subscription),
                    "principalId": "own",
                    "principalType": "ServicePrincipal",
                    "description": "acr_identity: why",
                }
            },
        ),
        Learned(),
    ),
    (
        [RemoveRoleAssignment(ROLE, str(REGISTRY), "AcrPull", USER, "why")],
        Answer(),
        sent("DELETE", ROLE, ROLES_VERSION),
        Learned(),
    ),
    (
        [AddVaultAccess(VAULT, TENANT, Grantee(one, LATER), "why") for one in (USER, OTHER)],
        NO_POLICIES,
        sent("PUT", f"{VAULT}/accessPolicies/add", VAULTS_VERSION, vault_entries(PRINCIPAL, "other")),
        Learned(),
    ),
    (
        [RemoveVaultAccess(VAULT, TENANT, one, USER, "why") for one in ("one", "two")],
        NO_POLICIES,
        sent("PUT", f"{VAULT}/accessPolicies/remove", VAULTS_VERSION, vault_entries("one", "two")),
        Learned(),
    ),
]


@pytest.mark.parametrize(
    ("changes", "answer", "request_", "learned"), CASES, ids=[type(case[0][0]).__name__ for case in CASES]
)
def test_changes_that_share_a_request_are_made_by_it(
    gateway_to: GatewayTo, changes: list[Change], answer: Answer, request_: Sent, learned: Learned
) -> None:
    gateway, wire = gateway_to(always(answer))
    assert gateway.make(changes, PRINCIPALS) == learned
    assert wire.only == request_


def test_a_task_is_read_with_its_secrets_before_it_is_written_anew(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(task_answer(None), task_answer(GUID)))
    change = ReplaceTask(TASK, TaskSettings(timeout=600), StatedIdentities(system=True), (), (), FIELDS, "why")
    assert gateway.make([change], PRINCIPALS) == LEARNED
    body: Json = {
        "location": "eastus",
        "tags": {},
        "identity": {"type": "SystemAssigned"},
        "properties": {"platform": PLATFORM, "timeout": 600},
    }
    assert wire.sent == [sent("POST", f"{TASK}/listDetails", TASKS_VERSION), sent("PUT", TASK, TASKS_VERSION, body)]


def test_a_conflict_over_a_role_that_is_none_of_an_equal_one_stays_one(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(refusal(409, "AnotherConflict")))
    with pytest.raises(ConflictError, match="409 AnotherConflict"):
        gateway.make([AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SYSTEM, LATER), "", "why")], PRINCIPALS)
    assert len(wire.sent) == 1


SECRET = SecretStr("hush-hush")
TOLD = "the value hush-hush is not good"
VALUES = (Value("Open", "open"), Value("Closed", SECRET))
SOURCE = SourceTriggerSettings("s", "https://git.example/r.git", "main", ("commit",), "Github", SECRET)
SECRET_SETTINGS = [
    TaskSettings(step=EncodedStep("v\n", token=SECRET)),
    TaskSettings(step=EncodedStep("v\n", VALUES)),
    TaskSettings(step=FileStep("f", "c", token=SECRET)),
    TaskSettings(step=FileStep("f", "c", values=VALUES)),
    TaskSettings(step=DockerStep("f", "c", token=SECRET)),
    TaskSettings(step=DockerStep("f", "c", arguments=VALUES)),
    TaskSettings(sources=(SOURCE,)),
]
SECRET_LOGINS = [
    RegistryCredential("a.io", None, SECRET, SecretStr("other")),
    RegistryCredential("a.io", None, VaultSecretAddress("https://v/secrets/u"), SECRET),
]


@pytest.mark.parametrize("settings", SECRET_SETTINGS)
def test_a_refusal_does_not_repeat_a_secret_of_the_settings(gateway_to: GatewayTo, settings: TaskSettings) -> None:
    create, patch = replace(create_task(system=False), settings=settings), replace(update(None), settings=settings)
    put = ReplaceTask(TASK, settings, StatedIdentities(system=False), (), (), FIELDS, "why")
    for change in (create, patch, put):
        gateway, _ = gateway_to(always(refusal(400, "BadRequest", TOLD)))
        with pytest.raises(AzureError, match=r"the value \S+ is not good") as caught:
            gateway.make([change], {})
        assert SECRET.get_secret_value() not in str(caught.value)


@pytest.mark.parametrize("credential", SECRET_LOGINS)
def test_a_refusal_does_not_repeat_a_secret_of_a_credential(
    gateway_to: GatewayTo, credential: RegistryCredential
) -> None:
    create = replace(create_task(system=False), credentials=(credential,))
    put = ReplaceTask(TASK, TaskSettings(), StatedIdentities(system=False), (credential,), (), FIELDS, "why")
    for change in (create, put, SetCredential(TASK, credential, replaces=False, reason="why")):
        gateway, _ = gateway_to(always(refusal(400, "BadRequest", TOLD)))
        with pytest.raises(AzureError, match=r"the value \S+ is not good") as caught:
            gateway.make([change], {})
        assert SECRET.get_secret_value() not in str(caught.value)


def test_a_role_of_ones_own_is_assigned_under_its_condition_in_the_subscription_of_its_scope(
    gateway_to: GatewayTo,
) -> None:
    gateway, wire = gateway_to(always(Answer({"id": "/x", "properties": {}}, 201)))
    role, grantee = OtherRole(MINE, "Mine"), Grantee(USER, Known(PRINCIPAL))
    gateway.make([AssignRole(THEIRS, role, grantee, "acr_identity: why", "why", "@A[b] StringEquals 'c'")], {})
    properties = {
        "roleDefinitionId": f"{THEIRS.parent}/providers/Microsoft.Authorization/roleDefinitions/{MINE}",
        "principalId": PRINCIPAL,
        "principalType": "ServicePrincipal",
        "description": "acr_identity: why",
        "condition": "@A[b] StringEquals 'c'",
        "conditionVersion": "2.0",
    }
    name = assignment_name(THEIRS, PRINCIPAL, role)
    path = f"{THEIRS}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert wire.sent == [sent("PUT", path, ROLES_VERSION, {"properties": properties})]


OPERATIONS = {
    "CreateIdentity": "create identity me",
    "UpdateIdentity": "update identity me",
    "DeleteIdentity": "delete identity me",
    "CreateTask": "create task hello",
    "UpdateTask": "update task hello",
    "EnableTask": "enable task hello",
    "DeleteTask": "delete task hello",
    "SetCredential": "set credentials of task hello",
    "RemoveCredential": "remove credentials of task hello",
    "AssignRole": "assign AcrPull myregistry",
    "RemoveRoleAssignment": "delete role assignment one",
    "AddVaultAccess": "add access to vault myVault",
    "RemoveVaultAccess": "remove access to vault myVault",
}


@pytest.mark.parametrize("changes", [case[0] for case in CASES], ids=[type(case[0][0]).__name__ for case in CASES])
def test_a_refusal_names_what_was_asked_for(gateway_to: GatewayTo, changes: list[Change]) -> None:
    gateway, _ = gateway_to(always(refusal(400, "Bad")))
    with pytest.raises(AzureError) as caught:
        gateway.make(changes, PRINCIPALS)
    assert caught.value.message == f"cannot {OPERATIONS[type(changes[0]).__name__]}: 400 Bad: as it is"


def test_a_refusal_to_write_a_task_anew_names_that(gateway_to: GatewayTo) -> None:
    change = ReplaceTask(TASK, TaskSettings(), StatedIdentities(system=True), (), (), FIELDS, "why")
    for answers in ([refusal(400, "Bad")], [task_answer(None), refusal(400, "Bad")]):
        gateway, _ = gateway_to(in_turn(*answers))
        with pytest.raises(AzureError, match=r"^cannot replace task hello: 400 Bad: as it is$"):
            gateway.make([change], PRINCIPALS)


@pytest.mark.parametrize(
    ("changes", "answer"), [case[:2] for case in CASES], ids=[type(case[0][0]).__name__ for case in CASES]
)
def test_a_request_is_repeated_after_a_fault_of_the_service(
    gateway_to: GatewayTo, changes: list[Change], answer: Answer
) -> None:
    gateway, wire = gateway_to(in_turn(refusal(503, "ServerBusy"), answer))
    gateway.make(changes, PRINCIPALS)
    first, second = wire.sent
    assert first == second
