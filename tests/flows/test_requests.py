"""What the work costs, counted at the wire."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from acr_identity.emulator import RequestRecord, World
from acr_identity.provisioner import Provisioner
from acr_identity.spec import Spec, Task, TaskFile
from flows.flows import emulator_of

LATENCY = 0.15
SPEC = Spec(
    subscription="11111111-1111-1111-1111-111111111111",
    resource_group="rg",
    location="eastus",
    registries={"myregistry": {}, "mybaseregistry": {}},
    vaults={"mykeyvault": {}},
    identities={"myACRTasksId": {}},
    tasks={
        "hello": Task(
            registry="myregistry",
            identity="myACRTasksId",
            file=TaskFile(path="task.yaml", content="version: v1.1.0\nsteps: []\n"),
            pull=["mybaseregistry"],
            secrets={"mykeyvault": ["UserName"]},
        )
    },
)
WORLD = World(
    resource_groups={"rg": {}},
    registries={"myregistry": {}, "mybaseregistry": {}},
    vaults={"mykeyvault": {"secrets": {"UserName": "x"}}},
)


def depth(requests: tuple[RequestRecord, ...]) -> int:
    """Return how many requests follow one another at least: the longest chain of which none overlaps the next."""
    chain, end = 0, float("-inf")
    for request in sorted(requests, key=lambda one: one.end):
        if request.start >= end:
            chain, end = chain + 1, request.end
    return chain


@pytest.fixture
def provisioner() -> Provisioner:
    made = Provisioner.emulated(WORLD)
    emulator_of(made).latency = LATENCY
    return made


def test_a_fresh_task_takes_ten_requests_in_three_round_trips(provisioner: Provisioner) -> None:
    with provisioner:
        assert provisioner.apply(provisioner.plan(SPEC)).is_complete
        requests = emulator_of(provisioner).requests
    assert (len(requests), depth(requests)) == (10, 3)


def test_a_plan_without_changes_is_one_round_trip(provisioner: Provisioner) -> None:
    with provisioner:
        provisioner.apply(provisioner.plan(SPEC))
        seen = len(emulator_of(provisioner).requests)
        assert provisioner.plan(SPEC).is_empty
        requests = emulator_of(provisioner).requests[seen:]
    assert (len(requests), depth(requests)) == (5, 1)


def test_the_credential_is_in_the_request_that_creates_the_task(tmp_path: Path) -> None:
    state = tmp_path / "state.json"
    with Provisioner.emulated(WORLD, state=state) as provisioner:
        plan = provisioner.plan(SPEC)
        provisioner.apply(plan)
        writes = [one for one in emulator_of(provisioner).requests if "/tasks/" in one.path and one.method != "POST"]
    assert [(one.method, one.status) for one in writes] == [("PUT", 200)]
    (task,) = json.loads(state.read_text())["state"]["tasks"].values()
    assert "mybaseregistry.azurecr.io" in json.dumps(task)
