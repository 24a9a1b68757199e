"""What is about to be created is looked at once more."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest

from acr_identity.errors import AzureError, ConflictError, NotAuthorisedError
from acr_identity.execute import Done, Report, Skipped, execute
from acr_identity.plan import Plan
from clocks import VirtualClock
from execute.made import creation_in, task_made_by
from execute.scripted import ScriptedGateway
from plan.but_memory import make_plan
from plan.worlds import TASK, bare, live_task, spec_of, task_of

TIMER = {"timers": ["0 1 * * *"]}


def user_plan() -> Plan:
    return make_plan(spec_of(task_of()), bare())


def run(plan: Plan, gateway: ScriptedGateway) -> Report:
    return execute(plan, gateway, concurrency=4, clock=VirtualClock())


def raising(error: Exception) -> Callable[[], None]:
    def script() -> None:
        raise error

    return script


def failures(report: Report) -> list[tuple[str, str, str]]:
    return [(one.change.title, one.error.message, one.error.advice) for one in report.failures]


def test_a_task_that_somebody_created_meanwhile_is_left_alone_and_the_rest_goes_on() -> None:
    gateway = ScriptedGateway(tasks={TASK: live_task(tags=())})
    report = run(user_plan(), gateway)
    assert failures(report) == [
        (
            "create task hello",
            "task hello was created by somebody else since the plan was made",
            "Plan again: the new plan says what it would change of that task.",
        )
    ]
    assert isinstance(report.failures[0].error, ConflictError)
    assert sorted(gateway.calls) == [
        "add_vault_access mykeyvault p-user",
        "assign_role AcrPull mybaseregistry p-user",
        "create_identity myACRTasksId",
        "task hello",
    ]


def test_what_waits_for_a_task_that_somebody_created_meanwhile_is_skipped() -> None:
    plan = make_plan(spec_of(task_of("system", triggers=TIMER)), bare())
    gateway = ScriptedGateway(tasks={TASK: live_task(tags=())})
    report = run(plan, gateway)
    create = creation_in(plan)
    assert gateway.calls == ["task hello"]
    assert [failure.change for failure in report.failures] == [create]
    assert [one.change.kind.name for one in report.outcomes if isinstance(one, Skipped)] == [
        "assign_role",
        "add_vault_access",
        "enable_task",
    ]


@pytest.mark.parametrize("triggers", [None, TIMER], ids=["created enabled", "created disabled"])
def test_a_task_that_the_same_plan_has_made_before_is_found_and_not_written_again(
    triggers: dict[str, list[str]] | None,
) -> None:
    plan = make_plan(spec_of(task_of(triggers=triggers)), bare())
    gateway = ScriptedGateway(tasks={TASK: task_made_by(plan)})
    report = run(plan, gateway)
    assert report.is_complete
    assert [one.change for one in report.outcomes if isinstance(one, Done) and one.found] == [creation_in(plan)]
    assert "create_task hello" not in gateway.calls


def test_the_principal_of_a_task_that_is_found_is_learned() -> None:
    plan = make_plan(spec_of(task_of("system")), bare())
    gateway = ScriptedGateway(tasks={TASK: task_made_by(plan)})
    assert run(plan, gateway).is_complete
    assert sorted(gateway.calls) == [
        "add_vault_access mykeyvault p-found",
        "assign_role AcrPull mybaseregistry p-found",
        "task hello",
    ]


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (NotAuthorisedError("no", status=403, advice="Ask."), ("create task hello", "no", "Ask.")),
        (
            RuntimeError("a fault"),
            ("create task hello", "unexpected RuntimeError", "This is a fault of this program: please report it."),
        ),
    ],
    ids=["refused", "a fault"],
)
def test_a_task_that_cannot_be_looked_at_is_not_created(error: Exception, told: tuple[str, str, str]) -> None:
    gateway = ScriptedGateway({"task": raising(error)})
    assert failures(run(user_plan(), gateway)) == [told]
    assert "create_task hello" not in gateway.calls


def test_a_task_is_looked_at_while_its_identity_is_created() -> None:
    meeting = threading.Barrier(2, timeout=10)

    def meet() -> None:
        meeting.wait()

    assert run(user_plan(), ScriptedGateway({"create_identity": meet, "task": meet})).is_complete


def test_a_failed_identity_keeps_the_task_from_being_made_whatever_the_look_says() -> None:
    plan = user_plan()
    error = AzureError("no", code="X", status=400)
    gateway = ScriptedGateway({"create_identity": raising(error)}, tasks={TASK: live_task(tags=())})
    assert [failure.error for failure in run(plan, gateway).failures] == [error]
