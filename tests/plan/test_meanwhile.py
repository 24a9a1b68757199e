"""Whether a task that is there is the one that a change would make."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from pydantic import SecretStr

from acr_identity.changes import DeleteTask, RegistryCredential
from acr_identity.plan import is_made, make_plan
from acr_identity.state import (
    Attached,
    CustomLogin,
    EncodedStep,
    IdentityLogin,
    Known,
    LiveTask,
    MaskedLogin,
    Principals,
    TaskSettings,
    UserIdentity,
)
from execute.made import creation_in, task_made_by
from plan.worlds import CONTENT, IDENTITY, OTHER_IDENTITY, TASK, TENANT, bare, spec_of, task_of

SERVER = "mybaseregistry.azurecr.io"
PLAN = make_plan(spec_of(task_of()), bare())
CHANGE, MADE = creation_in(PLAN), task_made_by(PLAN)
PRINCIPALS: Principals = {UserIdentity(IDENTITY): Known("p-user", "c-user")}
Alteration = Callable[[LiveTask], LiveTask]

OTHERS: dict[str, Alteration] = {
    "no mark": lambda task: replace(task, tags=()),
    "another file": lambda task: replace(task, settings=TaskSettings(step=EncodedStep("steps: [1]"), enabled=True)),
    "disabled": lambda task: replace(task, settings=TaskSettings(step=EncodedStep(CONTENT), enabled=False)),
    "no login": lambda task: replace(task, logins={}),
    "the login of another identity": lambda task: replace(task, logins={SERVER: IdentityLogin("c-other")}),
    "one more login": lambda task: replace(task, logins={**task.logins, "more.io": IdentityLogin("c-user")}),
    "no identity": lambda task: replace(task, attached=Attached()),
    "another identity": lambda task: replace(task, attached=Attached(None, TENANT, (OTHER_IDENTITY,))),
    "one more identity": lambda task: replace(task, attached=Attached("p-system", TENANT, (IDENTITY,))),
}
SAME: dict[str, Alteration] = {
    "as it was made": lambda task: task,
    "more tags": lambda task: replace(task, tags=(*task.tags, ("cost", "1"))),
    "a hidden login": lambda task: replace(task, logins={SERVER: MaskedLogin()}, details_seen=False),
}


@pytest.mark.parametrize("alter", OTHERS.values(), ids=OTHERS.keys())
def test_a_task_that_differs_from_what_the_change_writes_is_somebody_elses(alter: Alteration) -> None:
    assert not is_made(CHANGE, alter(MADE), PRINCIPALS)


@pytest.mark.parametrize("alter", SAME.values(), ids=SAME.keys())
def test_a_task_with_our_mark_and_all_that_the_change_writes_is_made(alter: Alteration) -> None:
    assert is_made(CHANGE, alter(MADE), PRINCIPALS)


def test_a_login_as_an_identity_that_nobody_knows_yet_is_not_there() -> None:
    assert not is_made(CHANGE, MADE, {})


@pytest.mark.parametrize(("enabled", "is_same"), [(True, False), (False, True)])
def test_a_task_that_shall_be_disabled_is_made_if_it_is(*, enabled: bool, is_same: bool) -> None:
    plan = make_plan(spec_of(task_of(enabled=False)), bare())
    made = task_made_by(plan)
    there = replace(made, settings=replace(made.settings, enabled=enabled))
    assert is_made(creation_in(plan), there, PRINCIPALS) is is_same


@pytest.mark.parametrize(("password", "is_same"), [("hush", True), ("other", False)])
def test_a_password_is_compared_too(password: str, *, is_same: bool) -> None:
    wanted = RegistryCredential("docker.io", None, SecretStr("u"), SecretStr("hush"))
    there = replace(MADE, logins={"docker.io": CustomLogin(SecretStr("u"), SecretStr(password))})
    assert is_made(replace(CHANGE, credentials=(wanted,)), there, PRINCIPALS) is is_same


def test_no_other_change_makes_a_task() -> None:
    assert not is_made(DeleteTask(TASK, "why"), MADE, PRINCIPALS)
