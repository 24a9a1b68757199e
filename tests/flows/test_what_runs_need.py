"""What a run needs besides rights: the folder of a branch, and the agent pool that it names."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.spec import Spec
from flows.flows import REGISTRIES_VERSION, TASKS_VERSION, ask
from flows.teams import apply, azure, plan, registry, spec
from flows.test_rights import status

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
