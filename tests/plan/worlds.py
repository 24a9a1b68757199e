"""Specs and snapshots from which plans are made."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.ids import ADDED_TAG, CREATED, MARK_TAG, ArmId, Role
from acr_identity.spec import Spec, Task, TaskFile
from acr_identity.state import (
    Attached,
    EncodedStep,
    IdentityLogin,
    Live,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveTask,
    LiveVault,
    TaskSettings,
    VaultPolicy,
)

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
GROUP = ArmId.group(SUBSCRIPTION, "myResourceGroup")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "myregistry")
BASE = GROUP.provided("Microsoft.ContainerRegistry", "registries", "mybaseregistry")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "mykeyvault")
OTHER_VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "othervault")
IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "myACRTasksId")
OTHER_IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "otherId")
TASK = REGISTRY.child("tasks", "hello")
CONTENT = "version: v1.1.0\nsteps:\n  - cmd: bash date\n"
OURS = ((MARK_TAG, CREATED),)

__all__ = [
    "ADDED_TAG",
    "BASE",
    "CONTENT",
    "GROUP",
    "IDENTITY",
    "OTHER_IDENTITY",
    "OTHER_VAULT",
    "OURS",
    "REGISTRY",
    "TASK",
    "VAULT",
]


def spec_of(task: Task, *others: tuple[str, Task]) -> Spec:
    """Return a spec with the task `hello` and others, on two registries, two vaults and two identities."""
    return Spec(
        subscription=SUBSCRIPTION,
        resource_group="myResourceGroup",
        location="eastus",
        registries={"myregistry": {}, "mybaseregistry": {}},
        vaults={"othervault": {}, "mykeyvault": {}},
        identities={"otherId": {}, "myACRTasksId": {}},
        tasks={"hello": task, **dict(others)},
    )


def task_of(identity: str | list[str] = "myACRTasksId", **fields: object) -> Task:
    """Return a task of `myregistry` that pulls from `mybaseregistry` and reads a secret of `mykeyvault`."""
    file = TaskFile(path="task.yaml", content=CONTENT)
    defaults: dict[str, object] = {"pull": ["mybaseregistry"], "secrets": {"mykeyvault": ["UserName"]}, "file": file}
    return Task.model_validate({"registry": "myregistry", "identity": identity} | defaults | fields)


def bare() -> Live:
    """Return what Azure has before: registries and vaults, one with access policies and one with roles."""
    return Live(
        registries={
            REGISTRY: LiveRegistry(REGISTRY, "myregistry.azurecr.io", "eastus"),
            BASE: LiveRegistry(BASE, "mybaseregistry.azurecr.io", "westus"),
        },
        vaults={
            VAULT: LiveVault(VAULT, "https://mykeyvault.vault.azure.net", TENANT, uses_rbac=False),
            OTHER_VAULT: LiveVault(OTHER_VAULT, "https://othervault.vault.azure.net", TENANT, uses_rbac=True),
        },
    )


def complete_with_user() -> Live:
    """Return what Azure has after an apply with a user-assigned identity."""
    return replace(
        bare(),
        identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus", OURS)},
        tasks={TASK: live_task(users=(IDENTITY,), login="c-user")},
        assignments=(assignment("p-user"),),
        vaults={**bare().vaults, VAULT: replace(bare().vaults[VAULT], policies=(policy("p-user"),))},
    )


def live_task(
    *,
    users: tuple[ArmId, ...] = (),
    system: str | None = None,
    login: str = "",
    tags: tuple[tuple[str, str], ...] = OURS,
    settings: TaskSettings | None = None,
) -> LiveTask:
    """Return the task `hello` as Azure has it."""
    return LiveTask(
        TASK,
        "eastus",
        settings or TaskSettings(step=EncodedStep(CONTENT, ()), enabled=True),
        Attached(system, TENANT, users),
        {"mybaseregistry.azurecr.io": IdentityLogin(login)} if login else {},
        tags=tags,
    )


def assignment(principal: str, *, scope: ArmId = BASE, role: Role = Role.ACR_PULL, text: str = "") -> LiveAssignment:
    """Return a role assignment with a random name; `text` is its description."""
    name = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{principal}-{role.name}"
    return LiveAssignment(name, str(scope), principal, role.guid, description=text or "acr_identity: test")


def policy(principal: str, *permissions: str) -> VaultPolicy:
    """Return an access policy."""
    return VaultPolicy(principal, frozenset(permissions or {"get"}), tenant_id=TENANT)
