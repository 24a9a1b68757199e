"""An Azure that several teams share, and the specs that they write."""

from __future__ import annotations

import json
from typing import Any

from acr_identity.emulator import Caller, Emulator, ManualClock, World
from acr_identity.plan import Plan
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec
from flows.flows import IDENTITIES_VERSION, TASKS_VERSION, VAULTS_VERSION, ask

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
Json = dict[str, Any]
REGISTRIES: Json = {"homereg": {}, "basereg": {}}


def group(name: str = "rg") -> str:
    return f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{name}"


def registry(name: str, of: str = "rg") -> str:
    return f"{group(of)}/providers/Microsoft.ContainerRegistry/registries/{name}"


def task(name: str, of: str = "homereg") -> str:
    return f"{registry(of)}/tasks/{name}"


def identity(name: str = "puller", of: str = "rg") -> str:
    return f"{group(of)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}"


def vault(name: str) -> str:
    return f"{group()}/providers/Microsoft.KeyVault/vaults/{name}"


def azure(**more: object) -> Emulator:
    """Return two registries of one group, one of another, a vault with policies and one with roles."""
    world = {
        "subscription": SUBSCRIPTION,
        "resource_groups": {"rg": {}, "other": {}},
        "registries": {
            "homereg": {"resource_group": "rg"},
            "basereg": {"resource_group": "rg"},
            "otherreg": {"resource_group": "other"},
        },
        "vaults": {
            "by-policies": {"resource_group": "rg", "secrets": {"Word": "v"}},
            "by-roles": {"resource_group": "rg", "rbac": True, "secrets": {"Word": "v"}},
        },
        **more,
    }
    return Emulator(World.model_validate(world), clock=ManualClock())


def spec(tasks: Json, name: str | None = None, **more: object) -> Spec:
    """Return a spec of these tasks, each of which runs a command in the registry `homereg` if it says nothing else."""
    return Spec.model_validate(
        {
            **({} if name is None else {"name": name}),
            "subscription": SUBSCRIPTION,
            "resource_group": "rg",
            "location": "eastus",
            "registries": REGISTRIES,
            "vaults": {"by-policies": {}, "by-roles": {}},
            "identities": {"puller": {}},
            "tasks": {key: {"registry": "homereg", "command": "bash date", **one} for key, one in tasks.items()},
            **more,
        }
    )


def plan(
    emulator: Emulator, wanted: Spec, *, caller: Caller | None = None, prune: bool = False, adopt: bool = False
) -> Plan:
    with Provisioner.emulated(emulator, caller=caller) as provisioner:
        return provisioner.plan(wanted, prune=prune, adopt=adopt)


def titles(emulator: Emulator, wanted: Spec, *, prune: bool = False) -> list[str]:
    return [change.title for change in plan(emulator, wanted, prune=prune).changes]


def apply(emulator: Emulator, wanted: Spec, *, prune: bool = False, adopt: bool = False) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        report = provisioner.apply(provisioner.plan(wanted, prune=prune, adopt=adopt), max_removals=99)
    assert report.is_complete, report.failures


def destroy(emulator: Emulator, wanted: Spec) -> None:
    with Provisioner.emulated(emulator) as provisioner:
        report = provisioner.destroy(wanted)
    assert report.is_complete, report.failures


def world(emulator: Emulator) -> Json:
    found: Json = json.loads(json.dumps(emulator.snapshot()))
    return found


def names(emulator: Emulator, kind: str) -> list[str]:
    """Return the names of the tasks or identities that there are."""
    return sorted(id_.rpartition("/")[2] for id_ in world(emulator)[kind])


def our_roles(emulator: Emulator) -> list[str]:
    """Return what the role assignments of ours say of themselves, without the reasons."""
    texts = (one["description"] or "" for one in world(emulator)["assignments"].values())
    return sorted(text.rpartition(" [")[2].rstrip("]") for text in texts if text.startswith("acr_identity"))


def tags(emulator: Emulator, id_: str) -> dict[str, str]:
    found = ask(emulator, "GET", id_, version=_version(id_))
    assert isinstance(found, dict)
    return dict(found.get("tags") or {})


def set_tags(emulator: Emulator, id_: str, new: dict[str, str]) -> None:
    """Write all tags of a thing anew, as another tool would."""
    ask(emulator, "PATCH", id_, {"tags": new}, version=_version(id_))


def _version(id_: str) -> str:
    if "/tasks/" in id_:
        return TASKS_VERSION
    return IDENTITIES_VERSION if "userAssignedIdentities" in id_ else VAULTS_VERSION
