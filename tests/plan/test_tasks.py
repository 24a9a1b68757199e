"""What must be done to one task, in which order, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import (
    AssignRole,
    CreateTask,
    EnableTask,
    FieldChange,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG, WAITS, remember, remembered
from acr_identity.plan import Plan
from acr_identity.plan import make_plan as make_full_plan
from acr_identity.plan.records import field_sign
from acr_identity.spec import Task
from acr_identity.state import (
    BaseImageTrigger,
    EncodedStep,
    Live,
    LiveIdentity,
    LiveTask,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
)
from plan.but_memory import make_plan
from plan.worlds import (
    CONTENT,
    GROUP,
    IDENTITY,
    OTHER_IDENTITY,
    OURS,
    TASK,
    bare,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)

WAITING = ((WAIT_TAG, WAITS),)
STEP = EncodedStep(CONTENT, ())
T1 = TimerTrigger("t1", "0 21 * * *")
NIGHTLY = {"timers": ["0 21 * * *"]}
BASE_IMAGE = {"base_image": {"type": "runtime", "name": "base"}}
SOURCE = {"repository": "https://github.com/o/r", "token": {"env": "TOKEN"}, "name": "push"}
DIFFERS = "task hello differs from the spec"


def planned(task: Task, there: LiveTask | None, live: Live | None = None) -> Plan:
    """Return the plan for this task where all else is there, and the task is as given."""
    world = live or complete_with_user()
    return make_plan(
        spec_of(task).with_environment({"TOKEN": "t"}), replace(world, tasks={TASK: there} if there else {})
    )


def there(*, enabled: bool | None = True, tags: tuple[tuple[str, str], ...] = OURS, **settings: object) -> LiveTask:
    """Return the task as complete as `task_of` goes, with these settings beside its step."""
    said = replace(TaskSettings(step=STEP, enabled=enabled), **settings)  # type: ignore[arg-type]  # fields of settings
    return live_task(users=(IDENTITY,), login="c-user", tags=tags, settings=said)


def update(settings: TaskSettings, *fields: FieldChange, tags: tuple[tuple[str, str], ...] | None = None) -> UpdateTask:
    return UpdateTask(TASK, settings, None, "", tags, fields, DIFFERS)


DISABLED = FieldChange("enabled", "true", "false")
AT_LAST = EnableTask(TASK, OURS, "task hello has all that it needs")


@pytest.mark.parametrize("enabled", [True, None])
def test_a_task_that_runs_is_disabled_where_the_spec_says_so(*, enabled: bool | None) -> None:
    plan = planned(task_of(enabled=False), there(enabled=enabled))
    assert plan.changes == (update(TaskSettings(enabled=False), DISABLED),)


@pytest.mark.parametrize("tags", [OURS, (*OURS, *WAITING)], ids=["disabled", "waiting for its grants"])
def test_a_task_that_the_spec_disables_stays_disabled(tags: tuple[tuple[str, str], ...]) -> None:
    assert planned(task_of(enabled=False), there(enabled=False, tags=tags)).is_empty


@pytest.mark.parametrize("enabled", [True, None])
def test_a_task_that_runs_stays_enabled(*, enabled: bool | None) -> None:
    assert planned(task_of(enabled=enabled), there()).is_empty


def test_a_task_is_disabled_together_with_what_else_changes() -> None:
    plan = planned(task_of(enabled=False, timeout=600), there(timeout=900))
    assert plan.changes == (
        update(
            TaskSettings(step=EncodedStep(CONTENT), timeout=600, enabled=False),
            FieldChange("timeout", "900", "600"),
            DISABLED,
        ),
    )


def test_a_task_that_is_disabled_is_enabled_behind_what_else_changes() -> None:
    plan = planned(task_of(enabled=True, timeout=600), there(timeout=900, enabled=False))
    first, last = plan.changes
    assert first == update(TaskSettings(step=EncodedStep(CONTENT), timeout=600), FieldChange("timeout", "900", "600"))
    assert last == EnableTask(TASK, None, "the spec wants it enabled")
    assert plan.steps[1].after == (first.key,)


def test_a_task_is_enabled_behind_the_credentials_that_it_needs() -> None:
    live = replace(there(enabled=False), logins={})
    plan = planned(task_of(enabled=True), live)
    assert [type(change) for change in plan.changes] == [SetCredential, EnableTask]
    assert plan.steps[1].after == (plan.changes[0].key,)


@pytest.mark.parametrize(
    ("enabled", "triggers", "created"),
    [
        (None, NIGHTLY, False),
        (True, NIGHTLY, False),
        (None, BASE_IMAGE, False),
        (None, {"sources": [SOURCE]}, False),
        (None, None, True),
        (True, None, True),
        (None, {"timers": []}, True),
    ],
)
def test_a_new_task_that_would_run_before_its_grants_is_made_disabled(
    triggers: dict[str, object] | None, *, enabled: bool | None, created: bool
) -> None:
    plan = planned(task_of(enabled=enabled, triggers=triggers), None, bare())
    (create,) = (change for change in plan.changes if isinstance(change, CreateTask))
    assert (create.settings.enabled, create.tags) == (created, OURS if created else (*OURS, *WAITING))
    enables = [change for change in plan.changes if isinstance(change, EnableTask)]
    assert enables == ([] if created else [AT_LAST])


@pytest.mark.parametrize("live", [bare(), complete_with_user()], ids=["without grants", "with grants"])
def test_a_new_task_that_the_spec_disables_is_made_disabled_and_stays_so(live: Live) -> None:
    plan = planned(task_of(enabled=False, triggers=NIGHTLY), None, live)
    (create,) = (change for change in plan.changes if isinstance(change, CreateTask))
    assert (create.settings.enabled, create.tags) == (False, OURS)
    assert EnableTask not in map(type, plan.changes)


@pytest.mark.parametrize(
    "triggers", [NIGHTLY, BASE_IMAGE, {"sources": [SOURCE]}], ids=["timer", "base image", "source"]
)
@pytest.mark.parametrize(
    ("wanted", "runs", "waits", "enables"),
    [
        (None, True, True, [AT_LAST]),
        (True, True, True, [AT_LAST]),
        (False, True, False, []),
        (None, False, False, []),
        (True, False, False, [EnableTask(TASK, None, "the spec wants it enabled")]),
    ],
)
def test_a_task_that_gains_a_trigger_before_its_grants_waits_if_it_may_run(
    triggers: dict[str, object], enables: list[EnableTask], *, wanted: bool | None, runs: bool, waits: bool
) -> None:
    live = replace(complete_with_user(), assignments=())
    plan = planned(task_of(enabled=wanted, triggers=triggers), there(enabled=runs), live)
    (change,) = (one for one in plan.changes if isinstance(one, UpdateTask))
    assert change.tags == ((*OURS, *WAITING) if waits else None)
    assert change.settings.enabled is (False if waits or wanted is False else None)
    assert [one for one in plan.changes if isinstance(one, EnableTask)] == enables


@pytest.mark.parametrize(
    ("live", "task"),
    [
        (complete_with_user(), task_of(triggers=NIGHTLY)),
        (replace(complete_with_user(), assignments=()), task_of(timeout=600)),
    ],
    ids=["no grant is missing", "no trigger is new"],
)
def test_a_task_that_changes_otherwise_does_not_wait(live: Live, task: Task) -> None:
    (change,) = (one for one in planned(task, there(), live).changes if isinstance(one, UpdateTask))
    assert (change.tags, change.settings.enabled) == (None, None)


def test_a_task_that_waits_is_enabled_again_with_the_tags_that_it_gets() -> None:
    plan = planned(task_of(tags={"team": "new"}), there(enabled=False, tags=(*OURS, *WAITING, ("team", "old"))))
    change = update(
        TaskSettings(),
        FieldChange("tags.team", "old", "new"),
        tags=(*OURS, *WAITING, ("team", "new")),
    )
    assert plan.changes == (change, replace(AT_LAST, tags=(*OURS, ("team", "new"))))
    assert plan.steps[1].after == (change.key,)


def test_a_task_that_waits_is_known_whatever_the_case_of_the_tag() -> None:
    plan = planned(task_of(), there(enabled=False, tags=(*OURS, (WAIT_TAG.upper(), WAITS))))
    assert plan.changes == (AT_LAST,)


def test_a_task_that_waits_for_grants_that_are_still_missing_is_enabled_behind_them() -> None:
    live = replace(complete_with_user(), assignments=())
    plan = planned(task_of(), there(enabled=False, tags=(*OURS, *WAITING)), live)
    assert [type(change) for change in plan.changes] == [AssignRole, EnableTask]
    assert plan.steps[1].after == (plan.changes[0].key,)


GONE = TimerTrigger("gone", "0 1 * * *")
AGAIN = "task hello differs from the spec in a way that only a new PUT can express"


@pytest.mark.parametrize(("wanted", "said"), [(None, None), (True, None), (False, False)])
def test_a_task_that_is_written_anew_says_what_the_spec_says_and_is_disabled_only_for_a_reason(
    *, wanted: bool | None, said: bool | None
) -> None:
    task = task_of(enabled=wanted, triggers=NIGHTLY)
    (change,) = planned(task, there(timers=(T1, GONE))).changes
    assert isinstance(change, ReplaceTask)
    assert change == ReplaceTask(
        id=TASK,
        settings=TaskSettings(step=EncodedStep(CONTENT), timers=(T1,), enabled=said),
        identities=StatedIdentities(system=False, users=(IDENTITY,)),
        credentials=change.credentials,
        tags=OURS,
        fields=(
            FieldChange("timers[gone].schedule", "0 1 * * *", "(none)"),
            *((DISABLED,) if said is False else ()),
        ),
        reason=AGAIN,
    )
    assert [one.login_server for one in change.credentials] == ["mybaseregistry.azurecr.io"]


def test_a_task_that_is_written_anew_before_its_grants_waits_for_them_and_its_credentials_come_with_it() -> None:
    live = replace(complete_with_user(), assignments=())
    triggers = {"timers": ["0 21 * * *", "0 22 * * *"]}
    plan = planned(task_of(triggers=triggers), replace(there(timers=(GONE,)), logins={}), live)
    (change,) = (one for one in plan.changes if isinstance(one, ReplaceTask))
    assert (change.settings.enabled, change.tags) == (False, (*OURS, *WAITING))
    assert change.fields[-1] == FieldChange("credentials[mybaseregistry.azurecr.io]", "(none)", "(secret)")
    assert [type(one) for one in plan.changes] == [ReplaceTask, AssignRole, EnableTask]


def user(name: str) -> LiveIdentity:
    id_ = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", name)
    return LiveIdentity(id_, f"p-{name}", f"c-{name}", "eastus")


def test_identities_that_are_missing_are_attached_beside_all_that_are_there() -> None:
    theirs = tuple(user(name).id for name in ("z", "y", "x", "w"))
    task = live_task(users=theirs, login="c-user", settings=TaskSettings(step=STEP, enabled=True))
    plan = planned(task_of(["myACRTasksId", "system"]), task)
    (change,) = (one for one in plan.changes if isinstance(one, UpdateTask))
    assert change.identities == StatedIdentities(system=True, users=(IDENTITY, *sorted(theirs)))
    assert change.fields == (
        FieldChange("identity", "(none)", "SystemAssigned"),
        FieldChange("identity", "(none)", str(IDENTITY)),
    )


@pytest.mark.parametrize("system", ["p-system", None])
def test_an_own_identity_that_is_there_stays_whatever_else_is_attached(system: str | None) -> None:
    task = replace(there(), attached=live_task(system=system).attached)
    (change,) = (one for one in planned(task_of(), task).changes if isinstance(one, UpdateTask))
    assert change.identities == StatedIdentities(system=system is not None, users=(IDENTITY,))


def test_an_identity_that_was_deleted_is_said_to_be_attached_anew() -> None:
    plan = planned(task_of(), there(), replace(complete_with_user(), identities={}))
    (change,) = (one for one in plan.changes if isinstance(one, UpdateTask))
    assert change.fields == (FieldChange("identity", f"{IDENTITY} (deleted)", str(IDENTITY)),)


def test_an_identity_that_is_attached_in_another_case_is_attached() -> None:
    task = replace(there(), attached=live_task(users=(type(IDENTITY)(str(IDENTITY).upper()),)).attached)
    assert planned(task_of(), task).is_empty


def test_a_task_whose_identity_is_of_the_spec_but_not_of_the_task_is_not_given_it() -> None:
    live = replace(complete_with_user(), identities={})
    live = replace(live, identities={**complete_with_user().identities, OTHER_IDENTITY: user("otherId")})
    assert planned(task_of(), there(), live).is_empty


def test_what_a_patch_says_of_the_source_registry_is_restated_with_its_identity() -> None:
    task = replace(there(), source_identity="[system]")
    (change,) = planned(task_of(source_login="none"), task).changes
    assert change == UpdateTask(
        TASK,
        TaskSettings(step=EncodedStep(CONTENT), source_login="None"),
        None,
        "[system]",
        None,
        (FieldChange("source_login", "(none)", "None"),),
        DIFFERS,
    )


def test_a_new_trigger_in_a_patch_is_switched_on() -> None:
    (change,) = planned(task_of(triggers={**NIGHTLY, **BASE_IMAGE}), there(timers=(T1,))).changes
    assert isinstance(change, UpdateTask)
    assert change.settings == TaskSettings(
        step=EncodedStep(CONTENT), base_image=BaseImageTrigger("base", "Runtime", enabled=True)
    )


def test_a_trigger_for_commits_is_compared_with_what_is_there() -> None:
    source = SourceTriggerSettings("push", "https://github.com/o/r", "old", ("commit",), "GitHub", None, enabled=False)
    (change,) = planned(
        task_of(triggers={"sources": [SOURCE]}), replace(there(sources=(source,)), details_seen=False)
    ).changes
    assert isinstance(change, UpdateTask)
    assert change.fields == (FieldChange("sources[push].branch", "old", "main"),)
    assert change.settings.sources == (replace(source, branch="main", control="Github", enabled=None),)


def test_all_that_cannot_be_seen_is_said_in_one_order() -> None:
    task = replace(
        there(), details_seen=False, hidden=("step.values[Theirs]",), unseen_because="somebody locked it", logins={}
    )
    plan = planned(task_of(values={"Secret": {"env": "TOKEN"}}), task)
    assert plan.notes == (
        "the secrets of task hello were not read: somebody locked it",
        "step.values[Secret] of task hello cannot be verified: Azure does not show it",
        "step.values[Theirs] of task hello is not in the spec and stays: Azure does not show it",
    )


def test_login_servers_that_are_given_twice_are_told_in_order_and_others_are_not() -> None:
    login = {"user_name": {"vault": "mykeyvault", "secret": "A"}, "password": {"vault": "mykeyvault", "secret": "B"}}
    servers = ["Z.io", "d.io", "D.io", "z.io", "c.io", "C.io", "a.io", "a.IO", "b.io"]
    plan = planned(task_of(pull=[], credentials=dict.fromkeys(servers, login)), None)
    assert plan.unsafe == tuple(
        f"task hello has two credentials for {server}: one of `pull`, one of `credentials`"
        for server in ("a.io", "c.io", "d.io", "z.io")
    )


def test_a_task_that_the_spec_disabled_before_is_enabled_and_only_then_is_that_forgotten() -> None:
    signs = frozenset({field_sign("enabled")})
    live = there(enabled=False, tags=(*OURS, *remember(signs)))
    plan = make_full_plan(spec_of(task_of()), replace(complete_with_user(), tasks={TASK: live}))
    (enable,) = (change for change in plan.changes if isinstance(change, EnableTask))
    (update,) = (change for change in plan.changes if isinstance(change, UpdateTask))
    assert field_sign("enabled") in remembered(update.tags or ())
    assert field_sign("enabled") not in remembered(enable.tags or ())
