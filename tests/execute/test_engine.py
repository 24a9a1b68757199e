"""The order of the work, and what becomes of failures."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from acr_identity.changes import (
    AddVaultAccess,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteTask,
    EnableTask,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    SetCredential,
)
from acr_identity.errors import AzureError, ConflictError, ExitCode, NotAuthorisedError
from acr_identity.execute import Done, Failed, Outcome, Report, Skipped, execute
from acr_identity.gateway import Learned
from acr_identity.plan import Plan, PlannedChange
from acr_identity.state import EncodedStep, Known, Principals, TaskSettings, TimerTrigger, UserIdentity
from clocks import VirtualClock
from execute.scripted import ScriptedGateway
from plan.but_memory import make_plan
from plan.worlds import (
    CONTENT,
    IDENTITY,
    OTHER_IDENTITY,
    OTHER_VAULT,
    REGISTRY,
    TASK,
    TENANT,
    VAULT,
    bare,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)


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
    writes = [call for call in gateway.calls if call != "task hello"]
    assert writes[0] == "create_identity myACRTasksId"
    assert sorted(writes[1:]) == [
        "add_vault_access mykeyvault p-user",
        "assign_role AcrPull mybaseregistry p-user",
        "create_task hello",
    ]
    assert gateway.calls.index("task hello") < gateway.calls.index("create_task hello")
    assert report.exit_code is ExitCode.DONE
    assert [outcome.change for outcome in report.outcomes] == list(user_plan().changes)


def test_a_system_identity_is_learned_from_the_answer_that_creates_the_task() -> None:
    gateway = ScriptedGateway()
    run(make_plan(spec_of(task_of("system")), bare()), gateway)
    assert gateway.calls[:2] == ["task hello", "create_task hello"]
    assert sorted(gateway.calls[2:]) == [
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
            AzureError("?", code="IdentityNotFound", status=400),
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
    assert "stop_waiting" in gateway.calls
    assert set(gateway.calls) <= {"create_identity myACRTasksId", "task hello", "stop_waiting"}


@pytest.mark.parametrize("done", [0, 1], ids=["before the first change", "during the first change"])
def test_whoever_sets_stop_ends_the_work_as_ctrl_c_does(done: int) -> None:
    stop = threading.Event()
    gateway = ScriptedGateway({"create_identity": stop.set})
    plan = user_plan()
    if not done:
        stop.set()
    report = execute(plan, gateway, clock=VirtualClock(), stop=stop)
    beside = {"stop_waiting", *(["task hello"] if done else [])}
    made = [call for call in gateway.calls if call not in beside]
    assert (report.interrupted, len(made)) == (True, done)
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


def alone(*changes: Change) -> Plan:
    """Return a plan of changes that wait for nothing."""
    return Plan(tuple(PlannedChange(change) for change in changes))


CREATE, DELETE = CreateIdentity(IDENTITY, "eastus", (), "why"), DeleteTask(TASK, "why")
ENABLE = EnableTask(TASK, None, "why")


@pytest.mark.parametrize(
    ("error", "learned"),
    [(None, True), (AzureError("no"), False), (RuntimeError("a fault"), False)],
    ids=["done", "refused", "a fault"],
)
def test_an_outcome_says_how_long_its_request_took(error: Exception | None, *, learned: bool) -> None:
    clock = VirtualClock(now=1000.0)

    def script() -> None:
        clock.now += 2.5
        if error is not None:
            raise error

    report = execute(alone(DELETE), ScriptedGateway({"delete_task": script}), clock=clock)
    (outcome,) = report.outcomes
    assert isinstance(outcome, Done if learned else Failed)
    assert outcome.seconds == 2.5


def test_what_was_there_already_is_done_and_said_to_be_found() -> None:
    class Finding(ScriptedGateway):
        def make(self, changes: Sequence[Change], principals: Principals) -> Learned:
            super().make(changes, principals)
            return Learned(found=True)

    assert run(alone(DELETE), Finding()).outcomes == (Done(DELETE, found=True),)


def test_a_change_starts_when_those_that_it_needs_have_ended_whatever_else_is_under_way() -> None:
    begun = threading.Event()
    plan = Plan((PlannedChange(CREATE), PlannedChange(DELETE), PlannedChange(ENABLE, (CREATE.key,))))
    met: list[bool] = []
    scripts = {"enable_task": begun.set, "delete_task": lambda: met.append(begun.wait(timeout=5))}
    assert run(plan, ScriptedGateway(scripts)).exit_code is ExitCode.DONE
    assert met == [True]


def test_no_more_requests_are_under_way_at_once_than_allowed() -> None:
    others = [DeleteTask(REGISTRY.child("tasks", name), "why") for name in ("a", "b", "c")]
    met: list[int] = []
    meeting = threading.Barrier(3, timeout=10)
    together = ScriptedGateway({"delete_task": lambda: met.append(meeting.wait())})
    assert run(alone(*others), together, 3).exit_code is ExitCode.DONE
    assert sorted(met) == [0, 1, 2]
    missed = threading.Barrier(3, timeout=0.1)
    apart = ScriptedGateway({"delete_task": lambda: met.append(missed.wait())})
    assert [str(failure.error) for failure in run(alone(*others), apart, 2).failures] == [
        "unexpected BrokenBarrierError"
    ] * 3


class Heard:
    """A watcher that writes down all that it is told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, object]] = []

    def started(self, change: Change) -> None:
        self.told.append(("started", change))

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        self.told.append((f"{reason}: {seconds}", change))

    def ended(self, outcome: Outcome) -> None:
        self.told.append(("ended", outcome))


def test_a_watcher_is_told_of_each_change_of_a_request_that_it_starts_waits_and_ends() -> None:
    servers = [
        SetCredential(TASK, RegistryCredential(name, None), replaces=False, reason="why") for name in ("a.io", "b.io")
    ]
    plan = Plan((*(PlannedChange(one) for one in servers), PlannedChange(ENABLE, (servers[0].key,))))
    error = AzureError("no")
    heard = Heard()
    gateway = ScriptedGateway({"set_credentials": always(error)})
    execute(plan, gateway, concurrency=1, clock=VirtualClock(), progress=heard)
    assert heard.told == [
        *(("started", one) for one in servers),
        *(("ended", Failed(one, error)) for one in servers),
        ("ended", Skipped(ENABLE, servers[0])),
    ]


def test_a_watcher_is_told_of_a_wait_by_each_change_of_the_request() -> None:
    grantees = [Grantee(UserIdentity(id_), Known(id_.name)) for id_ in (IDENTITY, OTHER_IDENTITY)]
    access = [AddVaultAccess(VAULT, TENANT, grantee, "why") for grantee in grantees]
    heard = Heard()
    gateway = ScriptedGateway({"add_vault_access": raising(ConflictError("?", status=409))})
    execute(alone(*access), gateway, concurrency=1, clock=VirtualClock(), progress=heard)
    assert heard.told == [
        *(("started", one) for one in access),
        *(("the vault is being changed by somebody else: 1.0", one) for one in access),
        *(("ended", Done(one)) for one in access),
    ]


def test_a_task_is_waited_for_if_any_of_its_identities_is_new() -> None:
    error = AzureError("?", code="IdentityNotFound", status=400)
    (task,) = (one for one in user_plan().changes if isinstance(one, CreateTask))
    task = replace(task, users=(IDENTITY, OTHER_IDENTITY))
    plan = Plan((PlannedChange(CREATE), PlannedChange(task, (CREATE.key,))))
    clock = VirtualClock()
    gateway = ScriptedGateway({"create_task": raising(error)})
    assert execute(plan, gateway, clock=clock).exit_code is ExitCode.DONE
    assert clock.pauses == [1.0]


def test_only_principals_that_are_known_are_told_to_the_gateway() -> None:
    told: list[Principals] = []

    class Listening(ScriptedGateway):
        def make(self, changes: Sequence[Change], principals: Principals) -> Learned:
            told.append(dict(principals))
            return super().make(changes, principals)

    known, later = Known("p-other", "c-other"), KnownAfterApply(CREATE.key)
    access = [
        AddVaultAccess(vault, TENANT, Grantee(UserIdentity(id_), ids), "why")
        for vault, id_, ids in ((VAULT, IDENTITY, later), (OTHER_VAULT, OTHER_IDENTITY, known))
    ]
    plan = Plan((PlannedChange(CREATE), PlannedChange(access[1]), PlannedChange(access[0], (CREATE.key,))))
    run(plan, Listening(), concurrency=1)
    other = {UserIdentity(OTHER_IDENTITY): known}
    both = {**other, UserIdentity(IDENTITY): Known("p-user", "c-user")}
    assert told == [other, both, both]


def test_a_plan_is_made_without_anybody_who_watches_and_by_the_clock_of_the_machine() -> None:
    plan = replace(alone(DELETE), notes=("a note",))
    assert execute(plan, ScriptedGateway()) == Report((Done(DELETE),), notes=("a note",))


def test_an_interrupt_in_the_last_request_is_reported_with_what_was_done() -> None:
    report = execute(alone(DELETE), ScriptedGateway(), clock=VirtualClock(), progress=Interrupting())
    assert report == Report((Done(DELETE),), interrupted=True)


def test_what_is_skipped_takes_its_own_dependents_with_it() -> None:
    error = AzureError("no")
    plan = Plan((PlannedChange(CREATE), PlannedChange(ENABLE, (CREATE.key,)), PlannedChange(DELETE, (ENABLE.key,))))
    report = run(plan, ScriptedGateway({"create_identity": always(error)}))
    assert report.outcomes == (Failed(CREATE, error), Skipped(ENABLE, CREATE), Skipped(DELETE, ENABLE))


def test_a_fault_of_ours_is_told_with_its_cause_and_without_its_text() -> None:
    fault = RuntimeError("with a secret")
    (failure,) = run(alone(DELETE), ScriptedGateway({"delete_task": always(fault)})).failures
    assert failure.error.__cause__ is fault
    assert "secret" not in str(failure.error) + failure.error.advice
