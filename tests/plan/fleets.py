"""Specs of many tasks, and the Azure that has all of it already."""

from __future__ import annotations

from acr_identity.ids import CREATED, MARK_TAG, ArmId, Role
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
    Value,
    VaultPolicy,
)
from plan.but_memory import as_remembered

_SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
_TENANT = "22222222-2222-2222-2222-222222222222"
_CONTENT = "version: v1.1.0\nsteps:\n  - cmd: bash date\n"
_OURS = ((MARK_TAG, CREATED),)
_REGISTRIES = 10
_TASKS_OF_AN_IDENTITY = 5


def fleet(tasks: int) -> tuple[Spec, Live]:
    """Return a spec, and what Azure has after it was applied.

    The tasks are spread over ten registries; five share an identity; each pulls from one registry more and reads a
    secret.
    """
    group = ArmId.group(_SUBSCRIPTION, "rg")
    homes = {name: group.provided("Microsoft.ContainerRegistry", "registries", name) for name in _names("home")}
    base = group.provided("Microsoft.ContainerRegistry", "registries", "baseregistry")
    vault = group.provided("Microsoft.KeyVault", "vaults", "mykeyvault")
    identities = {
        f"id{number}": group.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", f"id{number}")
        for number in range(-(-tasks // _TASKS_OF_AN_IDENTITY))
    }
    spec = Spec.model_validate(
        {
            "subscription": _SUBSCRIPTION,
            "resource_group": "rg",
            "location": "eastus",
            "registries": {name: {} for name in (*homes, base.name)},
            "vaults": {vault.name: {}},
            "identities": {name: {} for name in identities},
            "tasks": {f"task{number:05d}": _task(number) for number in range(tasks)},
        }
    )
    live = Live(
        registries={one: LiveRegistry(one, f"{one.name}.azurecr.io", "eastus") for one in (*homes.values(), base)},
        vaults={
            vault: LiveVault(
                vault,
                "https://mykeyvault.vault.azure.net",
                _TENANT,
                uses_rbac=False,
                policies=tuple(VaultPolicy(f"p-{name}", frozenset({"get"}), tenant_id=_TENANT) for name in identities),
            )
        },
        identities={
            one: LiveIdentity(one, f"p-{name}", f"c-{name}", "eastus", _OURS) for name, one in identities.items()
        },
        tasks={one.id: one for one in (_live(number, homes, identities) for number in range(tasks))},
        assignments=tuple(
            LiveAssignment(
                f"{base}/providers/Microsoft.Authorization/roleAssignments/{name}",
                str(base),
                f"p-{name}",
                Role.ACR_PULL.guid,
                description="acr_identity: of the fleet",
            )
            for name in identities
        ),
    )
    return spec, as_remembered(spec, live)


def spec_text(tasks: int) -> str:
    """Return a spec like that as YAML. Its tasks run a command, so that no file belongs to it."""
    lines = [
        f"version: 1\nsubscription: {_SUBSCRIPTION}\nresource_group: rg\nlocation: eastus\nregistries:",
        *(f"  {name}: {{}}" for name in (*_names("home"), "baseregistry")),
        "vaults: {mykeyvault: {}}\nidentities:",
        *(f"  id{number}: {{}}" for number in range(-(-tasks // _TASKS_OF_AN_IDENTITY))),
        "tasks:",
    ]
    for number in range(tasks):
        lines += [
            f"  task{number:05d}:",
            f"    registry: home{number % _REGISTRIES}registry",
            f"    identity: id{number // _TASKS_OF_AN_IDENTITY}",
            "    command: mcr.microsoft.com/hello-world",
            "    pull: [baseregistry]",
            "    secrets: {mykeyvault: [User]}",
        ]
    return "\n".join([*lines, ""])


def _names(kind: str) -> list[str]:
    return [f"{kind}{number}registry" for number in range(_REGISTRIES)]


def _task(number: int) -> Task:
    return Task(
        registry=f"home{number % _REGISTRIES}registry",
        identity=f"id{number // _TASKS_OF_AN_IDENTITY}",
        file=TaskFile(path="t.yaml", content=_CONTENT),
        pull=["baseregistry"],
        secrets={"mykeyvault": ["User"]},
        values={"a": "b"},
    )


def _live(number: int, homes: dict[str, ArmId], identities: dict[str, ArmId]) -> LiveTask:
    identity = f"id{number // _TASKS_OF_AN_IDENTITY}"
    return LiveTask(
        homes[f"home{number % _REGISTRIES}registry"].child("tasks", f"task{number:05d}"),
        "eastus",
        TaskSettings(step=EncodedStep(_CONTENT, (Value("a", "b"),)), enabled=True),
        Attached(None, _TENANT, (identities[identity],)),
        {"baseregistry.azurecr.io": IdentityLogin(f"c-{identity}")},
        tags=_OURS,
    )
