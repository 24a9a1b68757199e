"""The four flows, on the emulator and, if one is named, on a real subscription.

To run them there, set `ACR_IDENTITY_LIVE_SPEC` to the path of a spec whose registries and vaults exist, sign in (what
`DefaultAzureCredential` finds is used), and run `pytest tests/live`. What the spec makes is taken back at the end.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from acr_identity.provisioner import Provisioner
from acr_identity.spec import load_spec
from flows.flows import FLOWS, Flow

LIVE = "ACR_IDENTITY_LIVE_SPEC"
"""The variable that names a spec for a real subscription."""
MINUTES = 15
"""For how long a run there is tried again: a new role takes up to ten minutes until it has an effect."""


@dataclass(frozen=True)
class Place:
    """Where the flows run: what is applied, which tasks are run with which values, and how often a run is tried."""

    spec: Path
    tasks: Mapping[str, Mapping[str, str]]
    open: Callable[[], Provisioner]
    pauses: tuple[float, ...] = ()


def emulated(flow: Flow) -> Place:
    return Place(flow.spec, {flow.task: flow.values}, lambda: Provisioner.emulated(flow.world))


def real() -> Place:
    spec = Path(os.environ[LIVE])
    tasks: dict[str, Mapping[str, str]] = {name: {} for name in load_spec(spec).tasks}
    return Place(spec, tasks, Provisioner, (60.0,) * MINUTES)


on_azure = pytest.param(
    real,
    id="azure",
    marks=[
        pytest.mark.enable_socket,
        pytest.mark.skipif(not os.environ.get(LIVE), reason=f"{LIVE} names no spec for a real subscription"),
    ],
)
on_the_emulator = [pytest.param(lambda flow=flow: emulated(flow), id=f"emulator: {flow}") for flow in FLOWS]


@pytest.fixture(params=[*on_the_emulator, on_azure])
def place(request: pytest.FixtureRequest) -> Place:
    make: Callable[[], Place] = request.param
    return make()


@pytest.fixture
def provisioner(place: Place) -> Iterator[Provisioner]:
    """A provisioner that takes back at the end what it has made."""
    with place.open() as opened:
        try:
            yield opened
        finally:
            assert opened.destroy(place.spec).is_complete
            assert opened.plan_destroy(place.spec).is_empty


def run(provisioner: Provisioner, task: str, place: Place) -> tuple[str, str]:
    """Run a task until it succeeds or the patience ends; return the last status, and the last line of the log."""
    lines: list[str] = []
    status = ""
    for pause in (*place.pauses, 0.0):
        started = provisioner.run(task, place.tasks[task])
        lines, status = list(started), started.wait().status
        if status == "Succeeded":
            break
        time.sleep(pause)
    return status, lines[-1]


def test_what_a_spec_says_is_made_once_and_its_tasks_run(place: Place, provisioner: Provisioner) -> None:
    assert provisioner.apply(provisioner.plan(place.spec)).is_complete
    assert provisioner.plan(place.spec).is_empty
    for task in place.tasks:
        status, last = run(provisioner, task, place)
        assert (status, "was successful after" in last) == ("Succeeded", True)
        assert provisioner.show(task).task.id.name == task
    assert provisioner.plan(place.spec).is_empty
