"""What a run needs besides rights: the folder of a branch, the agent pool that it names, and an open network."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.spec import Spec
from flows.flows import REGISTRIES_VERSION, TASKS_VERSION, ask
from flows.teams import Json, apply, azure, plan, registry, spec
from flows.test_rights import CLASSIC, doing, registries, status

REPOSITORY = "https://github.com/o/r.git"


@pytest.mark.parametrize(
    ("held", "context", "file", "ends"),
    [
        (f"{REPOSITORY}#main", f"{REPOSITORY}#main:sub", "Dockerfile", "Succeeded"),
        (f"{REPOSITORY}#main", f"{REPOSITORY}#main:.", "sub/Dockerfile", "Succeeded"),
        (f"{REPOSITORY}#main", f"{REPOSITORY}#main", "sub/Dockerfile", "Succeeded"),
        (f"{REPOSITORY}#main", f"{REPOSITORY}#other:sub", "Dockerfile", "Failed"),
        (REPOSITORY, f"{REPOSITORY}#main:sub", "Dockerfile", "Succeeded"),
    ],
)
def test_a_build_finds_the_folder_of_a_branch(held: str, context: str, file: str, ends: str) -> None:
    emulator = azure(
        images=["docker.io/library/hello-world:latest"], contexts={held: {"sub/Dockerfile": "FROM hello-world\n"}}
    )
    build = {"context": context, "file": file, "images": "app:1"}
    wanted = spec({"one-task": {"command": None, "docker": build}})
    apply(emulator, wanted)
    assert status(emulator, wanted) == ends


def pooled() -> Spec:
    return spec({"one-task": {"agent": {"pool": "mypool"}}})


def with_pool(emulator: Emulator) -> None:
    ask(emulator, "PATCH", registry("homereg"), {"sku": {"name": "Premium"}}, version=REGISTRIES_VERSION)
    body = {"location": "eastus", "properties": {"count": 1, "tier": "S1"}}
    ask(emulator, "PUT", f"{registry('homereg')}/agentPools/mypool", body, version=TASKS_VERSION)


def test_that_a_pool_is_not_there_is_said_before_the_first_write() -> None:
    fix = "create it (`az acr agentpool create`; it takes the tier Premium), or leave the pool out"
    assert plan(azure(), pooled()).notes == (
        f"task one-task is to run in the agent pool mypool, and registry homereg has none of that name: {fix}",
    )


def test_a_task_for_a_pool_that_is_there_is_made() -> None:
    emulator = azure()
    with_pool(emulator)
    assert plan(emulator, pooled()).notes == ()
    apply(emulator, pooled())
    assert plan(emulator, pooled()).is_empty


NETWORKS: Json = {
    "open": {"publicNetworkAccess": "Enabled"},
    "disabled": {"publicNetworkAccess": "Disabled"},
    "in a perimeter": {"publicNetworkAccess": "SecuredByPerimeter"},
    "denied": {"publicNetworkAccess": "Enabled", "networkRuleSet": {"defaultAction": "Deny"}},
}


def guarded(network: str, *, lets_tasks_pass: bool) -> Emulator:
    """Return a cloud whose two registries have this network."""
    emulator = registries(CLASSIC)
    settings = {**NETWORKS[network], "networkRuleBypassAllowedForTasks": lets_tasks_pass}
    for name in ("homereg", "basereg"):
        body = {"sku": {"name": "Premium"}, "properties": settings}
        ask(emulator, "PATCH", registry(name), body, version=REGISTRIES_VERSION)
    return emulator


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("lets_tasks_pass", [True, False])
@pytest.mark.parametrize(
    ("where", "more"),
    [
        ("homereg", {}),
        ("homereg", {"identity": "system", "source_identity": "system", "pull": ["homereg"]}),
        ("basereg", {"identity": "system", "source_login": "none", "pull": ["basereg"]}),
        ("basereg", {"identity": "puller", "source_login": "none", "pull": ["basereg"]}),
    ],
    ids=["by default", "as the source identity", "as the system identity", "as a user-assigned one"],
)
def test_a_closed_network_is_said_just_where_the_run_fails_for_it(
    network: str, where: str, more: Json, *, lets_tasks_pass: bool
) -> None:
    emulator = guarded(network, lets_tasks_pass=lets_tasks_pass)
    wanted = spec({"one-task": doing("pull", where, **more)})
    apply(emulator, wanted)
    said = [note for note in plan(emulator, wanted).notes if "is closed" in note]
    assert (status(emulator, wanted) == "Failed") == bool(said), said


def test_what_is_advised_for_a_closed_registry_helps() -> None:
    emulator = guarded("disabled", lets_tasks_pass=True)
    (note,) = plan(emulator, spec({"one-task": doing("pull", "homereg")})).notes
    assert "say `source_identity: system`, and in `pull` and `push` what it does there" in note
    followed: Json = {"identity": "system", "source_identity": "system", "pull": ["homereg"]}
    wanted = spec({"one-task": doing("pull", "homereg", **followed)})
    apply(emulator, wanted)
    assert status(emulator, wanted) == "Succeeded"
