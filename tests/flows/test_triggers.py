"""Triggers that are there and switched off."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.spec import Spec
from flows.flows import TASKS_VERSION, ask
from flows.teams import Json, apply, azure, plan, spec, task, titles

SOURCE = {"repository": "https://github.com/o/r.git", "token": {"env": "GIT_TOKEN"}}
ALL: Json = {"timers": [{"schedule": "0 1 * * *"}], "base_image": {}, "sources": [SOURCE]}


@pytest.fixture(autouse=True)
def _token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_TOKEN", "planted")


def switched(*, enabled: bool | None) -> Spec:
    """Return a spec of a task with a trigger of each kind, all on, all off, or nothing said of it."""
    said = {} if enabled is None else {"enabled": enabled}
    triggers = {
        "timers": [{**each, **said} for each in ALL["timers"]],
        "base_image": {**ALL["base_image"], **said},
        "sources": [{**each, **said} for each in ALL["sources"]],
    }
    return spec({"one-task": {"triggers": triggers}}, "web")


def statuses(emulator: Emulator) -> set[str]:
    found = ask(emulator, "GET", task("one-task"), version=TASKS_VERSION)
    assert isinstance(found, dict)
    trigger = found["properties"]["trigger"]
    every = [*trigger["timerTriggers"], *trigger["sourceTriggers"], trigger["baseImageTrigger"]]
    return {each["status"] for each in every}


@pytest.mark.parametrize("first", [True, False, None])
@pytest.mark.parametrize("then", [True, False, None])
def test_a_trigger_is_on_unless_the_spec_has_it_off(*, first: bool | None, then: bool | None) -> None:
    emulator = azure()
    for enabled in (first, then):
        apply(emulator, switched(enabled=enabled))
        assert statuses(emulator) == {"Disabled" if enabled is False else "Enabled"}
        assert titles(emulator, switched(enabled=enabled)) == []


def test_a_trigger_that_somebody_switched_off_stays_off_if_the_spec_says_nothing() -> None:
    emulator = azure()
    apply(emulator, switched(enabled=None))
    trigger = {"timerTriggers": [{"name": "t1", "schedule": "0 1 * * *", "status": "Disabled"}]}
    ask(emulator, "PATCH", task("one-task"), {"properties": {"trigger": trigger}}, version=TASKS_VERSION)
    assert titles(emulator, switched(enabled=None)) == []
    apply(emulator, switched(enabled=True))
    assert statuses(emulator) == {"Enabled"}


def test_a_task_that_the_spec_had_disabled_is_enabled_for_that_reason() -> None:
    emulator = azure()
    apply(emulator, spec({"one-task": {"enabled": False}}, "web"))
    last = plan(emulator, spec({"one-task": {}}, "web")).changes[-1]
    assert (last.title, last.reason) == ("enable task one-task", "the spec had disabled it, and does not any more")
