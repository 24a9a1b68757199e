"""What a spec wants, as values that Azure could have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import Grantee, KnownAfterApply
from acr_identity.errors import MissingResourceError
from acr_identity.plan.wanted import WantedIdentity, resolve
from acr_identity.spec import Identity
from acr_identity.state import Attached, Known, Live, LiveTask, SystemIdentity, TaskSettings, UserIdentity
from plan.but_memory import make_plan
from plan.worlds import (
    BASE,
    IDENTITY,
    OTHER_IDENTITY,
    OTHER_VAULT,
    REGISTRY,
    TASK,
    VAULT,
    bare,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)

SYSTEM, USER = SystemIdentity(TASK), UserIdentity(IDENTITY)


def test_everything_is_in_the_order_of_names_whatever_the_order_of_the_spec() -> None:
    names = ["zulus", "alpha", "mikes", "bravo"]
    tasks = [(name, task_of(pull=[], tags={"b": name, "a": name})) for name in names]
    spec = spec_of(task_of(registry="mybaseregistry", pull=[]), *tasks)
    spec = spec.model_copy(
        update={"identities": {**spec.identities, "myACRTasksId": Identity(tags={"b": "2", "a": "1"})}}
    )
    wanted = resolve(spec, bare())
    in_order = ("alpha", "bravo", "hello", "mikes", "zulus")
    assert tuple(task.name for task in wanted.tasks) == in_order
    assert list(wanted.registries) == ["mybaseregistry", "myregistry"]
    assert wanted.identities == (WantedIdentity(IDENTITY, "eastus", (("a", "1"), ("b", "2")), in_order),)
    assert wanted.tasks[0].tags == (("a", "alpha"), ("b", "alpha"))
    assert [right.task for right in wanted.rights] == list(in_order)


def test_identities_are_in_the_order_of_their_names() -> None:
    secrets = {"mykeyvault": {"names": ["A"], "identity": "otherId"}}
    wanted = resolve(spec_of(task_of(["otherId", "myACRTasksId"], secrets=secrets)), bare())
    assert [one.id for one in wanted.identities] == [IDENTITY, OTHER_IDENTITY]


def test_a_task_says_which_identities_it_has() -> None:
    secrets = {"mykeyvault": {"names": ["A"], "identity": "otherId"}}
    (task,) = resolve(spec_of(task_of(["otherId", "system", "myACRTasksId"], secrets=secrets)), bare()).tasks
    assert task.identities == (UserIdentity(OTHER_IDENTITY), SYSTEM, USER)
    assert (task.system, task.users) == (True, (IDENTITY, OTHER_IDENTITY))
    (task,) = resolve(spec_of(task_of()), bare()).tasks
    assert (task.system, task.users) == (False, (IDENTITY,))


def test_a_task_is_created_where_its_registry_is() -> None:
    spec = spec_of(task_of(), ("other", task_of(registry="mybaseregistry", pull=[])))
    assert [(task.name, task.location) for task in resolve(spec, bare()).tasks] == [
        ("hello", "eastus"),
        ("other", "westus"),
    ]


@pytest.mark.parametrize(
    ("task", "ids"),
    [
        (None, KnownAfterApply(f"create task {TASK}")),
        (live_task(), KnownAfterApply(f"update task {TASK}")),
        (live_task(system="p-system"), Known("p-system")),
    ],
    ids=["no task", "a task without one", "a task with one"],
)
def test_the_ids_of_a_system_identity_are_known_or_come_with_its_task(
    task: LiveTask | None, ids: Known | KnownAfterApply
) -> None:
    live = replace(bare(), tasks={TASK: task} if task else {})
    assert resolve(spec_of(task_of("system")), live).grantees == {SYSTEM: Grantee(SYSTEM, ids)}


@pytest.mark.parametrize(
    ("live", "ids"),
    [
        (bare(), KnownAfterApply(f"create identity {IDENTITY}")),
        (complete_with_user(), Known("p-user", "c-user")),
    ],
    ids=["missing", "there"],
)
def test_the_ids_of_a_user_identity_are_known_or_come_with_it(live: Live, ids: Known | KnownAfterApply) -> None:
    assert resolve(spec_of(task_of()), live).grantees == {USER: Grantee(USER, ids)}


CHECK = "Check the names, resource_group and subscription in the spec, or create them first."
DELETED = " A deleted vault keeps its name: `az keyvault list-deleted` shows it, `az keyvault recover` helps."


@pytest.mark.parametrize(
    ("live", "missing", "advice"),
    [
        (Live(), (BASE, REGISTRY, VAULT), CHECK + DELETED),
        (replace(bare(), vaults={}), (VAULT,), CHECK + DELETED),
        (replace(bare(), registries={REGISTRY: bare().registries[REGISTRY]}), (BASE,), CHECK),
    ],
    ids=["all", "a vault", "a registry"],
)
def test_what_is_missing_is_named_with_what_helps(live: Live, missing: tuple[object, ...], advice: str) -> None:
    with pytest.raises(MissingResourceError) as caught:
        make_plan(spec_of(task_of()), live)
    assert (caught.value.resources, caught.value.advice) == (tuple(map(str, missing)), advice)


def test_what_no_task_refers_to_need_not_exist() -> None:
    live = replace(bare(), vaults={VAULT: bare().vaults[VAULT]})
    assert OTHER_VAULT not in live.vaults
    assert len(make_plan(spec_of(task_of()), live).changes) == 4


def test_the_registry_that_grants_by_repository_is_told_to_those_who_have_tasks_in_it() -> None:
    registries = {id_: replace(one, uses_abac=True) for id_, one in bare().registries.items()}
    live = replace(bare(), registries=registries)

    def told(registry: str, task: str) -> str:
        return (
            f"registry {registry} decides by repository, and {task} can neither pull from it nor push to it: name it "
            "in `pull` or `push` of each task that does"
        )

    assert make_plan(spec_of(task_of()), live).notes == (told("myregistry", "hello"),)
    both = spec_of(task_of(), ("other", task_of(registry="mybaseregistry", pull=[])))
    assert make_plan(both, live).notes == (told("mybaseregistry", "other"), told("myregistry", "hello"))
    assert make_plan(spec_of(task_of(pull=["myregistry", "mybaseregistry"])), live).notes == ()
    assert make_plan(both, bare()).notes == ()


def test_a_task_that_is_read_with_nothing_in_it_can_be_compared() -> None:
    empty = LiveTask(TASK, "eastus", TaskSettings(), Attached())
    assert resolve(spec_of(task_of()), replace(bare(), tasks={TASK: empty})).tasks[0].name == "hello"
