"""The order of the work, and what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from acr_identity.changes import Change
from acr_identity.errors import AzureError, ConflictError, ExitCode, NotAuthorisedError
from acr_identity.execute import Done, Failed, Outcome, Report, Skipped, execute
from acr_identity.plan import Plan, make_plan
from acr_identity.state import EncodedStep, TaskSettings, TimerTrigger
from clocks import VirtualClock
from execute.scripted import ScriptedGateway
from plan.worlds import CONTENT, TASK, bare, complete_with_user, live_task, spec_of, task_of


def raising(*errors: BaseException) -> Callable[[], None]:
    """Return a script that raises these errors, one a call, and then succeeds."""
    left: Iterator[BaseException] = iter(errors)

    def script() -> None:
        error = next(left, None)
        if error is not None:
            raise error

    return script


def always(error: BaseException) -> Callable[[], None]:
    """Return a script that raises the same error at every call."""

    def script() -> None:
        raise error

    return script


def user_plan() -> Plan:
    return make_plan(spec_of(task_of()), bare())


def kinds(report: Report) -> dict[str, str]:
    return {type(one.change).__name__: type(one).__name__ for one in report.outcomes}


def run(plan: Plan, gateway: ScriptedGateway, concurrency: int = 4) -> Report:
    return execute(plan, gateway, concurrency=concurrency, clock=VirtualClock())


@pytest.mark.parametrize("concurrency", [1, 16])
def test_changes_are_made_behind_those_that_they_need(concurrency: int) -> None:
    gateway = ScriptedGateway()
    report = run(user_plan(), gateway, concurrency)
    assert gateway.calls[0] == "create_identity myACRTasksId"
    assert sorted(gateway.calls[1:]) == [
        "add_vault_access mykeyvault p-user",
        "assign_role AcrPull mybaseregistry p-user",
        "create_task hello",
    ]
    assert report.exit_code is ExitCode.DONE
    assert [outcome.change for outcome in report.outcomes] == list(user_plan().changes)


def test_a_system_identity_is_learned_from_the_answer_that_creates_the_task() -> None:
    gateway = ScriptedGateway()
    run(make_plan(spec_of(task_of("system")), bare()), gateway)
    assert sorted(gateway.calls[1:]) == [
        "add_vault_access mykeyvault p-system",
        "assign_role AcrPull mybaseregistry p-system",
    ]


def test_access_for_several_principals_of_a_vault_is_one_request() -> None:
    gateway = ScriptedGateway()
    spec = spec_of(task_of("system", pull=[]), ("other", task_of(pull=[])))
    run(make_plan(spec, bare()), gateway)
    assert [call for call in gateway.calls if call.startswith("add_vault")] == [
        "add_vault_access mykeyvault p-system,p-user"
    ]


def test_an_entry_whose_principal_failed_does_not_hold_back_the_others() -> None:
    gateway = ScriptedGateway({"create_identity": always(AzureError("no", code="X", status=400))})
    spec = spec_of(task_of("system", pull=[]), ("other", task_of(pull=[])))
    report = run(make_plan(spec, bare()), gateway)
    assert [call for call in gateway.calls if call.startswith("add_vault")] == ["add_vault_access mykeyvault p-system"]
    assert report.exit_code is ExitCode.PARTLY_DONE


def test_a_failed_change_skips_its_dependents_and_says_why() -> None:
    error = AzureError("no", code="X", status=400)
    plan = user_plan()
    report = run(plan, ScriptedGateway({"create_identity": always(error)}))
    assert report.outcomes == (
        Failed(plan.changes[0], error),
        *(Skipped(change, plan.changes[0]) for change in plan.changes[1:]),
    )
    assert report.exit_code is ExitCode.FAILED


def test_siblings_of_a_failed_change_are_made() -> None:
    report = run(user_plan(), ScriptedGateway({"assign_role": always(NotAuthorisedError("no", status=403))}))
    assert kinds(report) == {
        "CreateIdentity": "Done",
        "CreateTask": "Done",
        "AssignRole": "Failed",
        "AddVaultAccess": "Done",
    }
    assert report.exit_code is ExitCode.PARTLY_DONE


def test_nothing_done_for_want_of_rights_is_not_authorised() -> None:
    report = run(user_plan(), ScriptedGateway({"create_identity": always(NotAuthorisedError("no", status=403))}))
    assert report.exit_code is ExitCode.NOT_AUTHORISED


class Waits:
    """A watcher that writes down the waits."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, float]] = []

    def started(self, change: Change) -> None:
        del change

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        del change
        self.seen.append((reason, seconds))

    def ended(self, outcome: Outcome) -> None:
        del outcome


@pytest.mark.parametrize(
    ("call", "error", "reason"),
    [
        (
            "assign_role",
            AzureError("?", code="PrincipalNotFound", status=400),
            "the principal is not known to role assignments yet",
        ),
        (
            "add_vault_access",
            ConflictError("?", code="ConflictError", status=409),
            "the vault is being changed by somebody else",
        ),
        (
            "create_task",
            AzureError("?", code="FailedIdentityOperation", status=400),
            "the new identity cannot be used yet",
        ),
        (
            "create_task",
            NotAuthorisedError("?", code="LinkedAuthorizationFailed", status=403),
            "the new identity cannot be used yet, or you lack the role Managed Identity Operator on it",
        ),
    ],
)
def test_a_refusal_that_passes_by_itself_is_waited_for_by_name(call: str, error: AzureError, reason: str) -> None:
    waits = Waits()
    gateway = ScriptedGateway({call: raising(error, error)})
    report = execute(user_plan(), gateway, clock=VirtualClock(), progress=waits)
    assert report.exit_code is ExitCode.DONE
    assert waits.seen == [(reason, 1.0), (reason, 2.0)]


@pytest.mark.parametrize("timers", [(), (TimerTrigger("gone", "0 1 * * *"),)], ids=["patch", "put"])
def test_an_identity_that_is_attached_to_an_existing_task_is_waited_for_too(timers: tuple[TimerTrigger, ...]) -> None:
    error = AzureError("?", code="FailedIdentityOperation", status=400)
    settings = TaskSettings(step=EncodedStep(CONTENT), timers=timers, enabled=True)
    live = replace(bare(), tasks={TASK: live_task(settings=settings)})
    plan = make_plan(spec_of(task_of(triggers={"timers": ["0 2 * * *"]} if timers else None)), live)
    gateway = ScriptedGateway({call: raising(error) for call in ("update_task", "replace_task")})
    assert run(plan, gateway).exit_code is ExitCode.DONE


def test_waiting_ends_when_the_budget_is_spent() -> None:
    waits = Waits()
    error = AzureError("?", code="PrincipalNotFound", status=400)
    report = execute(
        user_plan(),
        ScriptedGateway({"assign_role": always(error)}),
        clock=VirtualClock(),
        progress=waits,
        concurrency=1,
    )
    assert [failure.error for failure in report.failures] == [error]
    assert 150 < sum(seconds for _, seconds in waits.seen) <= 180


def test_what_is_probably_a_missing_right_is_waited_for_half_a_minute_at_most() -> None:
    waits = Waits()
    error = NotAuthorisedError("?", code="LinkedAuthorizationFailed", status=403)
    gateway = ScriptedGateway({"create_task": always(error)})
    report = execute(user_plan(), gateway, clock=VirtualClock(), progress=waits, concurrency=1)
    assert [failure.error for failure in report.failures] == [error]
    assert [seconds for _, seconds in waits.seen] == [1.0, 2.0, 4.0, 8.0, 15.0]


def test_the_right_to_use_an_identity_that_was_there_before_is_not_waited_for() -> None:
    waits = Waits()
    error = NotAuthorisedError("?", code="LinkedAuthorizationFailed", status=403)
    live = replace(bare(), identities=complete_with_user().identities)
    gateway = ScriptedGateway({"create_task": always(error)})
    report = execute(make_plan(spec_of(task_of()), live), gateway, clock=VirtualClock(), progress=waits)
    assert [failure.error for failure in report.failures] == [error]
    assert waits.seen == []


def test_whatever_goes_wrong_in_one_change_the_report_of_the_others_is_kept() -> None:
    report = run(user_plan(), ScriptedGateway({"assign_role": always(RuntimeError("a fault"))}))
    assert report.exit_code is ExitCode.PARTLY_DONE
    assert [(str(failure.error), failure.error.advice) for failure in report.failures] == [
        ("unexpected RuntimeError", "This is a fault of this program: please report it.")
    ]


def test_a_stop_during_a_wait_sends_no_further_request() -> None:
    error = AzureError("?", code="PrincipalNotFound", status=400)
    gateway = ScriptedGateway({"assign_role": always(error)})
    plan = make_plan(spec_of(task_of(secrets={})), replace(complete_with_user(), assignments=()))
    report = execute(plan, gateway, clock=StoppingClock(), concurrency=1)
    assert gateway.calls == ["assign_role AcrPull mybaseregistry p-user"]
    assert [failure.error for failure in report.failures] == [error]


class StoppingClock(VirtualClock):
    """A clock in whose waits the user presses Ctrl-C."""

    def wait(self, seconds: float, stop: threading.Event) -> None:
        super().wait(seconds, stop)
        stop.set()


def test_an_interrupt_lets_running_requests_end_and_starts_no_more() -> None:
    gateway = ScriptedGateway()
    plan = user_plan()
    report = execute(plan, gateway, clock=VirtualClock(), progress=Interrupting())
    assert report.interrupted
    assert report.exit_code is ExitCode.INTERRUPTED
    assert report.outcomes == (
        Done(plan.changes[0]),
        *(Skipped(change) for change in plan.changes[1:]),
    )
    assert gateway.calls == ["create_identity myACRTasksId", "stop_waiting"]


@pytest.mark.parametrize("done", [0, 1], ids=["before the first change", "during the first change"])
def test_whoever_sets_stop_ends_the_work_as_ctrl_c_does(done: int) -> None:
    stop = threading.Event()
    gateway = ScriptedGateway({"create_identity": stop.set})
    plan = user_plan()
    if not done:
        stop.set()
    report = execute(plan, gateway, clock=VirtualClock(), stop=stop)
    assert (report.interrupted, len(gateway.calls)) == (True, done)
    assert [type(outcome) for outcome in report.outcomes] == [Done] * done + [Skipped] * (len(plan.changes) - done)


class Interrupting(Waits):
    """A watcher in whose time the user presses Ctrl-C, when the first change has ended."""

    def __init__(self) -> None:
        super().__init__()
        self.pressed = False

    def ended(self, outcome: Outcome) -> None:
        del outcome
        if not self.pressed:
            self.pressed = True
            raise KeyboardInterrupt
