"""What somebody does between a plan and its writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from acr_identity.emulator import Emulator, World
from acr_identity.execute import Done, Report
from acr_identity.provisioner import Provisioner
from acr_identity.spec import load_document
from flows.flows import CROSS_USER, FLOWS, GROUP, REGISTRIES, TASKS_VERSION, Flow, ask, holdings

TASK = f"{REGISTRIES}/myregistry/tasks/helloworldtask"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/myACRTasksId"
IDENTITIES_VERSION = "2024-11-30"
THEIR_TASK = {
    "location": "eastus",
    "tags": {"team": "theirs"},
    "properties": {"platform": {"os": "Linux"}, "step": {"type": "EncodedTask", "encodedTaskContent": "c3RlcHM6IFtd"}},
}


def emulator_for(flow: Flow) -> Emulator:
    return Emulator(load_document(flow.world, World))


@pytest.fixture
def emulator() -> Emulator:
    return emulator_for(CROSS_USER)


@pytest.fixture
def provisioner(emulator: Emulator) -> Iterator[Provisioner]:
    with Provisioner.emulated(emulator) as made:
        yield made


def found(report: Report) -> set[str]:
    return {one.change.kind.name for one in report.outcomes if isinstance(one, Done) and one.found}


def test_a_task_that_somebody_created_after_the_plan_stays_as_it_is(
    emulator: Emulator, provisioner: Provisioner
) -> None:
    plan = provisioner.plan(CROSS_USER.spec)
    theirs = ask(emulator, "PUT", TASK, THEIR_TASK, version=TASKS_VERSION)
    report = provisioner.apply(plan)
    assert [(one.change.title, one.error.message) for one in report.failures] == [
        (
            "create task helloworldtask",
            "task helloworldtask was created by somebody else since the plan was made",
        )
    ]
    assert ask(emulator, "GET", TASK, version=TASKS_VERSION) == theirs


@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_a_plan_that_is_applied_twice_finds_what_it_created_and_leaves_nothing_behind(flow: Flow) -> None:
    emulator = emulator_for(flow)
    before = holdings(emulator)
    with Provisioner.emulated(emulator) as provisioner:
        plan = provisioner.plan(flow.spec)
        assert provisioner.apply(plan).is_complete
        again = provisioner.apply(plan)
        assert again.is_complete
        assert found(again) >= {one.kind.name for one in plan.changes} & {"create_identity", "create_task"}
        assert provisioner.plan(flow.spec).is_empty
        assert provisioner.destroy(flow.spec).is_complete
    assert holdings(emulator) == before


def test_an_identity_that_somebody_created_after_the_plan_is_used_and_stays_theirs(
    emulator: Emulator, provisioner: Provisioner
) -> None:
    plan = provisioner.plan(CROSS_USER.spec)
    theirs = ask(emulator, "PUT", IDENTITY, {"location": "eastus", "tags": {}}, version=IDENTITIES_VERSION)
    report = provisioner.apply(plan)
    assert (report.is_complete, found(report)) == (True, {"create_identity"})
    assert provisioner.plan(CROSS_USER.spec).is_empty
    assert provisioner.destroy(CROSS_USER.spec).is_complete
    assert ask(emulator, "GET", IDENTITY, version=IDENTITIES_VERSION) == theirs
