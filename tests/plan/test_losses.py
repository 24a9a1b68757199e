"""What a plan may take from a task, and what it says where it does not see all of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.changes import ReplaceTask, SetCredential, StatedIdentities, UpdateTask
from acr_identity.plan import Plan
from acr_identity.plan.losses import losses
from acr_identity.plan.records import Record
from acr_identity.plan.wanted import resolve
from acr_identity.spec import Task
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    LiveTask,
    MaskedLogin,
    SourceTriggerSettings,
    Step,
    TaskSettings,
    TimerTrigger,
    Value,
)
from plan.but_memory import make_plan
from plan.worlds import CONTENT, IDENTITY, TASK, complete_with_user, live_task, spec_of, task_of

DOCKER_HUB = {"docker.io": {"user_name": {"env": "HUB_USER"}, "password": {"env": "HUB_PASSWORD"}}}
ENVIRONMENT = {"HUB_USER": "me", "HUB_PASSWORD": "mine", "TOKEN": "token"}
NIGHTLY = {"timers": ["0 21 * * *"]}
TWO_TIMERS = (TimerTrigger("t1", "0 21 * * *"), TimerTrigger("gone", "0 1 * * *"))
SOURCE = {"repository": "https://github.com/o/r", "token": {"env": "TOKEN"}, "name": "push"}
LIVE_SOURCE = SourceTriggerSettings("push", "https://github.com/o/r", "main", ("commit",), "Github")
LOST = "task hello must be written anew, which would lose credentials and secrets that Azure does not show"


def planned(task: Task, live: LiveTask) -> Plan:
    spec = spec_of(task).with_environment(ENVIRONMENT)
    return make_plan(spec, replace(complete_with_user(), tasks={TASK: live}))


def live(said: TaskSettings | None = None, *, tags: tuple[tuple[str, str], ...] | None = None) -> LiveTask:
    """Return the task with these settings, complete as far as `task_of` goes."""
    settings = said or TaskSettings()
    settings = replace(settings, step=settings.step or EncodedStep(CONTENT, ()), enabled=True)
    task = live_task(users=(IDENTITY,), login="c-user", settings=settings)
    return task if tags is None else replace(task, tags=tags)


def with_login(task: LiveTask, login: CustomLogin | MaskedLogin) -> LiveTask:
    return replace(task, logins={"mybaseregistry.azurecr.io": IdentityLogin("c-user"), "docker.io": login})


def test_a_put_that_would_lose_hidden_secrets_names_them() -> None:
    task = replace(
        live(TaskSettings(timers=TWO_TIMERS)),
        details_seen=False,
        hidden=("credentials[theirs.io].password", "step.values[Theirs]"),
        unseen_because="Azure holds secrets back",
    )
    plan = planned(task_of(triggers=NIGHTLY), task)
    assert plan.unsafe == (f"{LOST} (credentials[theirs.io].password, step.values[Theirs])",)
    assert plan.notes == ("the secrets of task hello were not read: Azure holds secrets back",)


@pytest.mark.parametrize(
    ("triggers", "unsafe"),
    [
        (NIGHTLY, (f"{LOST} (sources[push].token)",)),
        ({**NIGHTLY, "sources": [SOURCE]}, ()),
        ({**NIGHTLY, "sources": []}, ()),
    ],
    ids=["kept", "stated", "removed"],
)
def test_a_put_may_lose_the_token_of_a_trigger_only_where_the_spec_speaks_of_it(
    triggers: dict[str, object], unsafe: tuple[str, ...]
) -> None:
    task = replace(live(TaskSettings(timers=TWO_TIMERS, sources=(LIVE_SOURCE,))), hidden=("sources[push].token",))
    plan = planned(task_of(triggers=triggers), task)
    assert [type(change) for change in plan.changes] == [ReplaceTask]
    assert plan.unsafe == unsafe


def test_a_hidden_password_beside_a_user_name_that_is_right_is_a_note() -> None:
    task = with_login(live(), CustomLogin(SecretStr("me"), None))
    plan = planned(task_of(credentials=DOCKER_HUB), replace(task, unseen_because="Azure holds secrets back"))
    assert plan.is_empty
    assert plan.notes[-1] == "the credential for docker.io in task hello cannot be verified: Azure does not show it"


def test_a_hidden_password_beside_a_user_name_that_is_wrong_is_set_anew() -> None:
    (change,) = planned(
        task_of(credentials=DOCKER_HUB), with_login(live(), CustomLogin(SecretStr("you"), None))
    ).changes
    assert isinstance(change, SetCredential)
    assert (change.credential.login_server, change.replaces) == ("docker.io", True)


def test_a_put_says_which_credentials_it_sets() -> None:
    task = with_login(live(TaskSettings(timers=TWO_TIMERS)), CustomLogin(SecretStr("you"), SecretStr("yours")))
    (change,) = planned(task_of(triggers=NIGHTLY, credentials=DOCKER_HUB), task).changes
    assert isinstance(change, ReplaceTask)
    assert [(field.path, field.before, field.after) for field in change.fields] == [
        ("timers[gone].schedule", "0 1 * * *", "(none)"),
        ("credentials[docker.io]", "(secret)", "(secret)"),
    ]


def test_hidden_values_that_the_spec_dropped_stay_and_are_named() -> None:
    task = replace(
        live(TaskSettings(step=EncodedStep(CONTENT, (Value("A", "1"),)))),
        hidden=("step.values[B]",),
        details_seen=False,
    )
    plan = planned(task_of(values={"A": "1"}), task)
    assert plan.is_empty
    assert plan.notes == ("step.values[B] of task hello is not in the spec and stays: Azure does not show it",)


def test_a_secret_value_that_is_hidden_is_a_note_and_other_changes_are_made() -> None:
    task = replace(live(TaskSettings(timeout=900)), details_seen=False)
    plan = planned(task_of(values={"A": {"env": "TOKEN"}}, timeout=600), task)
    (change,) = plan.changes
    assert isinstance(change, UpdateTask)
    assert change.settings == TaskSettings(step=EncodedStep(CONTENT), timeout=600)
    assert plan.notes == ("step.values[A] of task hello cannot be verified: Azure does not show it",)
    assert plan.unsafe == ()


def test_a_task_of_others_keeps_what_they_gave_a_step_of_another_kind() -> None:
    step = FileStep("a.yaml", "https://git.example/r.git", token=SecretStr("t"), values=(Value("Theirs", "1"),))
    (reason,) = planned(task_of(), live(TaskSettings(step=step), tags=())).unsafe
    assert reason == (
        "task hello was not created by this tool, and a step of another kind would lose what others gave the old one: "
        "step.token, step.values[Theirs]"
    )
    assert planned(task_of(), live(TaskSettings(step=step))).unsafe == ()


@pytest.mark.parametrize(
    ("task", "why"),
    [
        (replace(live(TaskSettings(timers=TWO_TIMERS)), details_seen=False), "you may not read"),
        (
            replace(live(TaskSettings(timers=TWO_TIMERS)), details_seen=False, unseen_because="a lock"),
            "Azure does not show",
        ),
    ],
    ids=["for want of the right", "for another reason"],
)
def test_a_put_of_a_task_whose_details_were_not_seen_may_lose_anything(task: LiveTask, why: str) -> None:
    assert planned(task_of(triggers=NIGHTLY), task).unsafe == (
        f"task hello must be written anew, which would lose credentials and secrets that {why}",
    )


@pytest.mark.parametrize(
    ("hidden", "lost"),
    [
        (("credentials[docker.io].password",), ()),
        (("credentials[docker.io].user_name", "credentials[docker.io].password"), ()),
        (("credentials[mybaseregistry.azurecr.io]",), ()),
        (("credentials[theirs.io].password",), ("credentials[theirs.io].password",)),
        (
            ("base_image.endpoint", "credentials[docker.io].password", "sources[theirs].token"),
            ("base_image.endpoint", "sources[theirs].token"),
        ),
        (("step.token",), ("step.token",)),
    ],
)
def test_a_put_loses_the_hidden_secrets_that_the_spec_does_not_give(
    hidden: tuple[str, ...], lost: tuple[str, ...]
) -> None:
    task = replace(live(TaskSettings(timers=TWO_TIMERS)), hidden=hidden)
    plan = planned(task_of(triggers=NIGHTLY, credentials={"Docker.io": DOCKER_HUB["docker.io"]}), task)
    assert ReplaceTask in map(type, plan.changes)
    assert plan.unsafe == ((f"{LOST} ({', '.join(lost)})",) if lost else ())


def test_a_put_gives_the_token_of_each_trigger_of_the_spec_anew() -> None:
    task = replace(live(TaskSettings(timers=TWO_TIMERS, sources=(LIVE_SOURCE,))), hidden=("sources[push].token",))
    other = {**SOURCE, "name": "other"}
    assert planned(task_of(triggers={**NIGHTLY, "sources": [other, SOURCE]}), task).unsafe == ()
    assert planned(task_of(triggers={**NIGHTLY, "sources": [SOURCE, other]}), task).unsafe == ()


def test_a_trigger_that_is_said_without_its_token_loses_a_hidden_one() -> None:
    want = resolve(spec_of(task_of()), complete_with_user()).tasks[0]
    silent, other = LIVE_SOURCE, replace(LIVE_SOURCE, name="other", token=SecretStr("t"))
    change = ReplaceTask(TASK, TaskSettings(), StatedIdentities(system=False), (), (), (), "why")
    task = replace(live(), hidden=("sources[push].token",))
    for sources in ((silent, other), (other, silent)):
        stated = replace(want, settings=replace(want.settings, sources=sources))
        assert list(losses(stated, task, change, Record())) == [f"{LOST} (sources[push].token)"]
    told = replace(silent, token=SecretStr("t"))
    stated = replace(want, settings=replace(want.settings, sources=(replace(other, token=None), told)))
    assert list(losses(stated, task, change, Record())) == []


DOCKER = {"context": "https://git.example/r.git", "images": ["a:1"]}
GIT = {"context": "https://git.example/r.git", "file": "task.yaml"}
STATED = "stating the values of task hello would lose secret values that"


@pytest.mark.parametrize(
    ("task", "there", "because", "unsafe"),
    [
        (
            Task.model_validate({"registry": "myregistry", "docker": {**DOCKER, "arguments": {"A": "2"}}}),
            DockerStep("Dockerfile", "https://git.example/r.git", ("a:1",), push=True, cache=True),
            "",
            (f"{STATED} you may not read",),
        ),
        (
            Task.model_validate({"registry": "myregistry", "git": GIT, "values": {"A": "2"}}),
            FileStep("task.yaml", "https://git.example/r.git"),
            "a lock",
            (f"{STATED} Azure does not show",),
        ),
        (
            Task.model_validate({"registry": "myregistry", "docker": DOCKER, "timeout": 600}),
            DockerStep("Dockerfile", "https://git.example/r.git", ("a:1",), push=True, cache=True),
            "",
            (),
        ),
        (
            Task.model_validate({"registry": "myregistry", "docker": DOCKER, "tags": {"a": "b"}}),
            DockerStep("Dockerfile", "https://git.example/r.git", ("a:1",), push=True, cache=True),
            "",
            (),
        ),
    ],
    ids=["arguments", "values", "none", "tags only"],
)
def test_a_patch_that_states_values_may_lose_hidden_ones(
    task: Task, there: Step, because: str, unsafe: tuple[str, ...]
) -> None:
    seen = live(TaskSettings(step=there))
    plan = planned(task, replace(seen, details_seen=False, unseen_because=because))
    assert (UpdateTask in map(type, plan.changes), plan.unsafe) == (True, unsafe)
    assert planned(task, seen).unsafe == ()


def test_only_arguments_values_and_the_token_of_an_old_step_are_lost_with_it() -> None:
    arguments = (Value("Theirs", "1"),)
    step = DockerStep("Dockerfile", "https://git.example/r.git", ("a:1",), token=SecretStr("t"), arguments=arguments)
    task = task_of(values={"Mine": "1"}, timeout=600)
    theirs = planned(task, live(TaskSettings(step=step, timeout=900), tags=()))
    (reason,) = theirs.unsafe
    assert reason == (
        "task hello was not created by this tool, and a step of another kind would lose what others gave the old one: "
        "step.arguments[Theirs], step.token"
    )
    bare = DockerStep("Dockerfile", "https://git.example/r.git", ("a:1",))
    assert planned(task, live(TaskSettings(step=bare), tags=())).unsafe == ()


def test_a_task_that_is_created_loses_nothing() -> None:
    spec = spec_of(task_of(values={"A": "1"}))
    assert make_plan(spec, replace(complete_with_user(), tasks={})).unsafe == ()
