"""What stands in an environment variable that is not set is not compared, and never taken for equal."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.changes import CreateTask, FieldChange, SetCredential, UpdateTask
from acr_identity.errors import SpecError
from acr_identity.plan import Plan
from acr_identity.plan.values import NotCompared
from acr_identity.plan.wanted_settings import task_settings
from acr_identity.secrecy import NotSet
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    LiveTask,
    Login,
    MaskedLogin,
    Step,
    TaskSettings,
    Value,
    VaultSecretAddress,
)
from plan.but_memory import make_plan
from plan.worlds import IDENTITY, OURS, TASK, bare, complete_with_user, live_task, spec_of, task_of

CONTEXT = "https://github.com/o/r.git"
X: dict[str, object] = {"env": "X"}
UNSET = NotSet("X")
WORDS = "(from the environment variable X, which is not set)"
THERE = SecretStr("what is there")
STEPS: dict[str, object] = {"file": None, "pull": [], "secrets": {}}
VALUES: dict[str, object] = {**STEPS, "git": {"context": CONTEXT, "file": "a.yaml"}, "values": {"A": X, "B": "b"}}
ARGUMENTS: dict[str, object] = {**STEPS, "docker": {"context": CONTEXT, "images": "a:1", "arguments": {"A": X}}}
GIT: dict[str, object] = {**STEPS, "git": {"context": CONTEXT, "file": "a.yaml", "token": X}}
DOCKER: dict[str, object] = {**STEPS, "docker": {"context": CONTEXT, "images": "a:1", "token": X}}
SOURCE: dict[str, object] = {
    **STEPS,
    "command": "date",
    "triggers": {"sources": [{"repository": CONTEXT, "token": X, "name": "push"}]},
}
PLACES = [
    pytest.param(VALUES, "step.values[A]", id="a value"),
    pytest.param(ARGUMENTS, "step.arguments[A]", id="an argument of a build"),
    pytest.param(GIT, "step.token", id="the token of a task file"),
    pytest.param(DOCKER, "step.token", id="the token of a build"),
    pytest.param(SOURCE, "sources[push].token", id="the token of a source"),
]


def planned(fields: dict[str, object], live: LiveTask | None, environ: dict[str, str] | None = None) -> Plan:
    spec, _ = spec_of(task_of("myACRTasksId", **fields)).as_far_as_set(environ or {})
    return make_plan(spec, bare() if live is None else replace(complete_with_user(), tasks={TASK: live}))


def task_as(fields: dict[str, object], value: str) -> LiveTask:
    """Return the task as it is where the variable had this value."""
    spec = spec_of(task_of("myACRTasksId", **fields)).with_environment({"X": value})
    return replace(live_task(users=(IDENTITY,), tags=OURS), settings=task_settings(spec.tasks["hello"]))


@pytest.mark.parametrize(("fields", "path"), PLACES)
def test_a_secret_of_a_task_is_not_compared(fields: dict[str, object], path: str) -> None:
    plan = planned(fields, task_as(fields, "what is there"))
    assert (plan.steps, plan.notes, plan.unsafe) == ((), (), ())
    assert plan.not_compared == (NotCompared("hello", path, "X"),)
    assert str(plan.not_compared[0]) == f"{path} of task hello: the environment variable X is not set"


@pytest.mark.parametrize(("fields", "path"), PLACES)
def test_nor_is_one_that_is_hidden(fields: dict[str, object], path: str) -> None:
    live = task_as(fields, "what is there")
    settings = replace(live.settings, step=without_secret(live.settings.step))
    settings = replace(settings, sources=settings.sources and tuple(replace(s, token=None) for s in settings.sources))
    plan = planned(fields, replace(live, settings=settings, hidden=(path,)))
    assert (plan.steps, plan.notes) == ((), ())
    assert plan.not_compared == (NotCompared("hello", path, "X"),)


def without_secret(step: Step | None) -> Step | None:
    match step:
        case FileStep(values=values):
            return replace(step, token=None, values=tuple(one for one in values or () if one.name != "A"))
        case DockerStep():
            return replace(step, token=None, arguments=())
        case _:
            return step


@pytest.mark.parametrize("fields", [VALUES, ARGUMENTS])
def test_a_value_that_is_not_there_at_all_is_a_change(fields: dict[str, object]) -> None:
    live = task_as(fields, "any")
    live = replace(live, settings=replace(live.settings, step=without_secret(live.settings.step)))
    plan = planned(fields, live)
    (change,) = plan.changes
    assert isinstance(change, UpdateTask)
    assert [(one.before, one.after) for one in change.fields] == [("(none)", WORDS)]
    assert plan.not_compared == ()


def test_a_value_that_was_no_secret_is_a_change() -> None:
    live = task_as(VALUES, "any")
    step = FileStep("a.yaml", CONTEXT, values=(Value("A", "plain"), Value("B", "b")))
    (change,) = planned(VALUES, replace(live, settings=replace(live.settings, step=step))).changes
    assert isinstance(change, UpdateTask)
    assert change.fields == (FieldChange("step.values[A]", "plain", WORDS),)


@pytest.mark.parametrize(("fields", "path"), PLACES)
def test_other_changes_do_not_say_it_anew(fields: dict[str, object], path: str) -> None:
    plan = planned({**fields, "timeout": 600}, task_as(fields, "what is there"))
    (change,) = plan.changes
    assert isinstance(change, UpdateTask)
    assert [one.path for one in change.fields] == ["timeout"]
    assert "NotSet" not in repr(change.settings)
    assert [one.field for one in plan.not_compared] == [path]


@pytest.mark.parametrize(("fields", "path"), PLACES)
def test_a_new_task_says_which_variable_is_not_set(fields: dict[str, object], path: str) -> None:
    plan = planned(fields, None)
    (created,) = (change for change in plan.changes if isinstance(change, CreateTask))
    assert repr(created.settings).count(repr(UNSET)) == 1, path
    assert plan.not_compared == ()


HUB: dict[str, object] = {
    **STEPS,
    "command": "date",
    "credentials": {"docker.io": {"user_name": {"env": "USER_NAME"}, "password": X}},
}
NOT_COMPARED = (NotCompared("hello", "credentials[docker.io].password", "X"),)


@pytest.mark.parametrize(
    ("login", "is_set", "not_compared"),
    [
        pytest.param(CustomLogin(SecretStr("me"), THERE), False, NOT_COMPARED, id="all else is equal"),
        pytest.param(CustomLogin(SecretStr("me"), None), False, NOT_COMPARED, id="it is not shown"),
        pytest.param(CustomLogin(SecretStr("you"), THERE), True, (), id="the name is another"),
        pytest.param(CustomLogin(SecretStr("me"), THERE, "[system]"), True, (), id="another identity reads it"),
        pytest.param(CustomLogin(SecretStr("me"), VaultSecretAddress("https://v/a")), True, (), id="it was in a vault"),
        pytest.param(IdentityLogin("c-user"), True, (), id="it was that of an identity"),
        pytest.param(None, True, (), id="there was none"),
        pytest.param(MaskedLogin(), False, (), id="it is hidden"),
    ],
)
def test_a_login_is_set_only_where_what_is_known_of_it_differs(
    login: Login | None, *, is_set: bool, not_compared: tuple[NotCompared, ...]
) -> None:
    live = replace(task_as({**HUB, "credentials": {}}, "any"), logins={"docker.io": login} if login else {})
    plan = planned(HUB, live, {"USER_NAME": "me"})
    assert [isinstance(change, SetCredential) for change in plan.changes] == [True] * is_set
    assert plan.not_compared == not_compared


def test_a_login_of_which_nothing_is_set_is_two_fields() -> None:
    live = replace(
        task_as({**HUB, "credentials": {}}, "any"), logins={"docker.io": CustomLogin(SecretStr("me"), THERE)}
    )
    assert planned(HUB, live).not_compared == (
        NotCompared("hello", "credentials[docker.io].user_name", "USER_NAME"),
        *NOT_COMPARED,
    )


def test_an_empty_variable_is_not_set_either() -> None:
    plan = planned(VALUES, task_as(VALUES, "what is there"), {"X": ""})
    assert plan.not_compared == (NotCompared("hello", "step.values[A]", "X", "empty"),)


def test_a_step_of_another_kind_is_a_change_and_says_which_variable_it_needs() -> None:
    live = replace(task_as(VALUES, "any"), settings=TaskSettings(step=EncodedStep("steps: []\n")))
    (change,) = planned(VALUES, live).changes
    assert FieldChange("step.values[A]", "(none)", WORDS) in change.differences


def test_a_value_that_is_not_set_has_no_text() -> None:
    with pytest.raises(SpecError, match=r"The environment variable X is not set\. Export it\."):
        UNSET.get_secret_value()


def test_a_plan_without_secrets_is_not_taken_for_the_one_with_them() -> None:
    spec, unset = spec_of(task_of("myACRTasksId", **VALUES)).as_far_as_set({})
    plan = make_plan(spec, bare())
    assert replace(plan, unset=unset).digest != plan.digest
