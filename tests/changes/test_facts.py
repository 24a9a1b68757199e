"""All that each kind of change says of itself, and for which refusals it is worth waiting."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import get_args

import pytest

from acr_identity.changes import (
    AccessMark,
    Action,
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    MarkRoleAssignment,
    MarkVault,
    Patience,
    RegistryCredential,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateIdentity,
    UpdateTask,
    known_with_identity,
    known_with_task,
)
from acr_identity.errors import AzureError, ConflictError
from acr_identity.ids import ArmId, GrantMark, Role
from acr_identity.state import Known, SystemIdentity, TaskIdentity, TaskSettings, UserIdentity

GROUP = ArmId.group("1111", "Mine")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "myRegistry")
TASK = REGISTRY.child("tasks", "Hello")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "myVault")
USER = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "Me")
OTHER = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "You")

MINE = Grantee(UserIdentity(USER), Known("p", "c"))
OWN = Grantee(SystemIdentity(TASK), KnownAfterApply("later"))
CREDENTIAL = RegistryCredential("Base.azurecr.io", MINE)
ANONYMOUS = RegistryCredential("docker.io", None)
FIELDS = (FieldChange("tags.a", "1", "2"),)
SETTINGS = TaskSettings(timeout=600)
BOTH, USERS = StatedIdentities(system=True, users=(USER,)), StatedIdentities(system=False, users=(USER, OTHER))

CREATE_TASK = CreateTask(
    TASK, "eastus", SETTINGS, system=True, users=(USER,), credentials=(CREDENTIAL, ANONYMOUS), tags=(), reason="why"
)
UPDATE_TASK = UpdateTask(TASK, SETTINGS, BOTH, "", None, FIELDS, "why")
REPLACE_TASK = ReplaceTask(TASK, SETTINGS, BOTH, (ANONYMOUS, CREDENTIAL), (), FIELDS, "why")
MARK_ROLE = MarkRoleAssignment(f"{REGISTRY}/A", REGISTRY, Role.ACR_PULL, OWN, "", "acr_identity: why", FIELDS, "why")
SET = SetCredential(TASK, CREDENTIAL, replaces=False, reason="why")
BOX = GROUP.provided("Microsoft.ContainerRegistry", "registries", "blackboX")
ROLE_GONE = RemoveRoleAssignment(f"{VAULT}/Roles/ONE", f"{VAULT}/", "AcrPull", UserIdentity(USER), "why")


@dataclass(frozen=True)
class Facts:
    """What a change says of itself beside its kind."""

    key: str
    title: str
    target: object
    action: Action
    request: tuple[str, ...] | None = None
    """The sign of the request, or nothing where it is a request of its own."""
    differences: tuple[FieldChange, ...] = ()
    grantees: tuple[Grantee, ...] = ()
    attaches: tuple[ArmId, ...] = ()
    brings: TaskIdentity | None = None


def facts(change: Change) -> Facts:
    return Facts(
        change.key,
        change.title,
        change.target,
        change.action,
        None if change.request == (change.key,) else change.request,
        change.differences,
        change.grantees,
        change.attaches,
        change.brings,
    )


CASES: list[tuple[Change, Facts]] = [
    (
        CreateIdentity(USER, "eastus", (), "why"),
        Facts(f"create identity {USER}", "create identity Me", str(USER), Action.CREATE, brings=UserIdentity(USER)),
    ),
    (
        UpdateIdentity(USER, (), FIELDS, "why"),
        Facts(f"update identity {USER}", "update identity Me", str(USER), Action.CHANGE, differences=FIELDS),
    ),
    (
        DeleteIdentity(USER, "why"),
        Facts(f"delete identity {USER}", "delete identity Me", str(USER), Action.REMOVE),
    ),
    (
        CREATE_TASK,
        Facts(
            f"create task {TASK}",
            "create task Hello",
            str(TASK),
            Action.CREATE,
            grantees=(MINE,),
            attaches=(USER,),
            brings=SystemIdentity(TASK),
        ),
    ),
    (
        replace(CREATE_TASK, system=False, users=(), credentials=()),
        Facts(f"create task {TASK}", "create task Hello", str(TASK), Action.CREATE),
    ),
    (
        UPDATE_TASK,
        Facts(
            f"update task {TASK}",
            "update task Hello",
            str(TASK),
            Action.CHANGE,
            differences=FIELDS,
            attaches=(USER,),
            brings=SystemIdentity(TASK),
        ),
    ),
    (
        replace(UPDATE_TASK, identities=USERS),
        Facts(
            f"update task {TASK}",
            "update task Hello",
            str(TASK),
            Action.CHANGE,
            differences=FIELDS,
            attaches=(USER, OTHER),
        ),
    ),
    (
        replace(UPDATE_TASK, identities=None),
        Facts(f"update task {TASK}", "update task Hello", str(TASK), Action.CHANGE, differences=FIELDS),
    ),
    (
        REPLACE_TASK,
        Facts(
            f"replace task {TASK}",
            "replace task Hello",
            str(TASK),
            Action.CHANGE,
            differences=FIELDS,
            grantees=(MINE,),
            attaches=(USER,),
            brings=SystemIdentity(TASK),
        ),
    ),
    (
        replace(REPLACE_TASK, identities=USERS, credentials=()),
        Facts(
            f"replace task {TASK}",
            "replace task Hello",
            str(TASK),
            Action.CHANGE,
            differences=FIELDS,
            attaches=(USER, OTHER),
        ),
    ),
    (
        EnableTask(TASK, None, "why"),
        Facts(f"enable task {TASK}", "enable task Hello", str(TASK), Action.CHANGE),
    ),
    (
        DeleteTask(TASK, "why"),
        Facts(f"delete task {TASK}", "delete task Hello", str(TASK), Action.REMOVE),
    ),
    (
        SET,
        Facts(
            f"set credential base.azurecr.io of {TASK}",
            "add the credential for Base.azurecr.io to Hello",
            str(TASK),
            Action.CREATE,
            ("set_credential", str(TASK).lower()),
            grantees=(MINE,),
        ),
    ),
    (
        replace(SET, credential=ANONYMOUS, replaces=True),
        Facts(
            f"set credential docker.io of {TASK}",
            "change the credential for docker.io of Hello",
            str(TASK),
            Action.CHANGE,
            ("set_credential", str(TASK).lower()),
        ),
    ),
    (
        RemoveCredential(TASK, "Base.azurecr.io", "why"),
        Facts(
            f"remove credential base.azurecr.io of {TASK}",
            "remove the credential for Base.azurecr.io from Hello",
            str(TASK),
            Action.REMOVE,
            ("remove_credential", str(TASK).lower()),
        ),
    ),
    (
        AssignRole(REGISTRY, Role.ACR_PULL, OWN, "acr_identity: why", "why"),
        Facts(
            f"assign ACR_PULL at {REGISTRY} to {TASK}",
            "assign AcrPull on myRegistry to the system identity of Hello",
            str(REGISTRY),
            Action.CREATE,
            grantees=(OWN,),
        ),
    ),
    (
        ROLE_GONE,
        Facts(
            f"remove role assignment {ROLE_GONE.id.lower()}",
            "remove AcrPull on myVault from Me",
            f"{VAULT}/",
            Action.REMOVE,
        ),
    ),
    (
        replace(ROLE_GONE, scope=f"{BOX}/"),
        Facts(
            f"remove role assignment {ROLE_GONE.id.lower()}",
            "remove AcrPull on blackboX from Me",
            f"{BOX}/",
            Action.REMOVE,
        ),
    ),
    (
        replace(ROLE_GONE, scope="/"),
        Facts(f"remove role assignment {ROLE_GONE.id.lower()}", "remove AcrPull on / from Me", "/", Action.REMOVE),
    ),
    (
        AddVaultAccess(VAULT, "tenant", MINE, "why"),
        Facts(
            f"add access to {VAULT} for {USER}",
            "let Me read secrets of myVault",
            str(VAULT),
            Action.CREATE,
            ("add_vault_access", str(VAULT).lower(), "tenant"),
            grantees=(MINE,),
        ),
    ),
    (
        MARK_ROLE,
        Facts(
            f"mark role assignment {MARK_ROLE.id.lower()}",
            "remember who needs AcrPull on myRegistry for the system identity of Hello",
            str(REGISTRY),
            Action.CHANGE,
            differences=FIELDS,
        ),
    ),
    (
        MarkVault(VAULT, (("team", "x"),), (AccessMark(MINE, GrantMark()), AccessMark(OWN, GrantMark())), "why"),
        Facts(
            f"mark vault {VAULT}",
            "remember on vault myVault whose access is ours",
            str(VAULT),
            Action.CHANGE,
            grantees=(MINE, OWN),
        ),
    ),
    (
        RemoveVaultAccess(VAULT, "tenant", "p", UserIdentity(USER), "why"),
        Facts(
            f"remove access to {VAULT} of {USER}",
            "stop Me from reading secrets of myVault",
            str(VAULT),
            Action.REMOVE,
            ("remove_vault_access", str(VAULT).lower(), "tenant"),
        ),
    ),
]


@pytest.mark.parametrize(("change", "told"), CASES, ids=[type(change).__name__ for change, _ in CASES])
def test_a_change_says_what_it_is(change: Change, told: Facts) -> None:
    assert facts(change) == told


def test_no_kind_of_change_was_forgotten_here() -> None:
    assert {type(change) for change, _ in CASES} == set(get_args(Change))


def test_what_is_known_with_a_change_names_its_key() -> None:
    assert known_with_identity(USER) == KnownAfterApply(CASES[0][0].key)
    assert known_with_task(TASK, exists=False) == KnownAfterApply(CREATE_TASK.key)
    assert known_with_task(TASK, exists=True) == KnownAfterApply(UPDATE_TASK.key)


def test_the_keys_that_others_ask_for_are_those_of_the_changes() -> None:
    assert AddVaultAccess.key_of(VAULT, UserIdentity(USER)) == AddVaultAccess(VAULT, "t", MINE, "why").key
    assert DeleteTask.key_of(TASK) == DeleteTask(TASK, "why").key
    assert UpdateTask.key_of(TASK) == UPDATE_TASK.key


NOT_YET = Patience("the new identity cannot be used yet", 180.0)
PERHAPS = Patience("the new identity cannot be used yet, or you lack the role Managed Identity Operator on it", 30.0)
UNKNOWN = Patience("the principal is not known to role assignments yet", 180.0)
BUSY = Patience("the vault is being changed by somebody else", 180.0)
REFUSALS: list[tuple[AzureError, dict[str, Patience]]] = [
    (AzureError("?", code="FailedIdentityOperation", status=400), {"task": NOT_YET}),
    (AzureError("?", code="IdentityNotFound", status=400), {"task": NOT_YET}),
    (AzureError("?", code="LinkedAuthorizationFailed", status=403), {"task": PERHAPS}),
    (AzureError("?", code="PrincipalNotFound", status=400), {"role": UNKNOWN}),
    (ConflictError("?", code="AnotherOperationInProgress", status=409), {"vault": BUSY}),
    (AzureError("?", code="ConflictError", status=400), {}),
    (AzureError("?", code="BadRequest", status=400), {}),
]
WAITING = {
    CreateTask: "task",
    UpdateTask: "task",
    ReplaceTask: "task",
    AssignRole: "role",
    AddVaultAccess: "vault",
    MarkVault: "vault",
    RemoveVaultAccess: "vault",
}


@pytest.mark.parametrize("change", [change for change, _ in CASES], ids=lambda change: type(change).__name__)
@pytest.mark.parametrize(("error", "waits"), REFUSALS, ids=[error.code for error, _ in REFUSALS])
def test_a_refusal_is_waited_for_by_those_whom_it_will_not_meet_for_long(
    change: Change, error: AzureError, waits: dict[str, Patience]
) -> None:
    topic = WAITING.get(type(change), "")
    assert change.patience_with(error, identity_is_new=True) == waits.get(topic)
    for_old = None if topic == "task" else waits.get(topic)
    assert change.patience_with(error, identity_is_new=False) == for_old
