"""The rights that are needed, compared with what is there."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity import plan as planner
from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateTask,
    Grantee,
    KnownAfterApply,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.ids import USED, GrantMark, Role, describe, place_of, remember, remembered
from acr_identity.plan.grants import GrantMemory, Grants, needed_grants
from acr_identity.plan.records import Owner, role_sign, vault_sign
from acr_identity.plan.wanted import resolve
from acr_identity.state import Known, Live, LiveAssignment, LiveIdentity, LiveRegistry, SystemIdentity, UserIdentity
from plan.but_memory import make_plan
from plan.worlds import (
    BASE,
    GROUP,
    IDENTITY,
    OTHER_IDENTITY,
    OTHER_VAULT,
    OURS,
    TASK,
    TENANT,
    VAULT,
    assignment,
    bare,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)

USER = UserIdentity(IDENTITY)
TWO_VAULTS = {"mykeyvault": ["A"], "othervault": ["B"]}
SIGN = vault_sign(VAULT, USER)


def theirs() -> Live:
    """Return an Azure in which the user-assigned identity is somebody else's."""
    return replace(bare(), identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")})


def test_what_is_missing_is_each_grant_once_and_what_the_tasks_must_know_of_it() -> None:
    spec = spec_of(task_of(secrets=TWO_VAULTS), ("early", task_of(secrets={"mykeyvault": ["A"]}, pull=[])))
    grantee = Grantee(USER, Known("p-user", "c-user"))
    pull, read = "task hello pulls from mybaseregistry", "task hello reads B of othervault"
    both = "task early reads A of mykeyvault; task hello reads A of mykeyvault"
    user, mine = UserIdentity(IDENTITY), frozenset({""})
    mark = GrantMark(mine, place_of(IDENTITY))
    access = AddVaultAccess(VAULT, TENANT, grantee, both)
    on_registry = AssignRole(BASE, Role.ACR_PULL, grantee, describe(pull, mark), pull)
    on_vault = AssignRole(OTHER_VAULT.child("secrets", "B"), Role.SECRETS_USER, grantee, describe(read, mark), read)
    assert needed_grants(resolve(spec, theirs()), theirs(), Owner("")) == Grants(
        missing=(access, on_registry, on_vault),
        by_task={
            "early": frozenset({access.key}),
            "hello": frozenset({on_registry.key, access.key, on_vault.key}),
        },
        memory={
            "early": frozenset({GrantMemory(SIGN, place_of(VAULT), is_new=True)}),
            "hello": frozenset(
                {
                    GrantMemory(SIGN, place_of(VAULT), is_new=True),
                    GrantMemory(role_sign(BASE, user), place_of(BASE), is_new=True),
                    GrantMemory(role_sign(OTHER_VAULT, user), place_of(OTHER_VAULT), is_new=True),
                }
            ),
        },
        written_first=frozenset({access.key}),
    )


def test_a_reason_for_several_tasks_is_cut_where_a_description_must_end() -> None:
    names = [f"task-{number:03}-{'x' * 41}" for number in range(20)]
    spec = spec_of(task_of(secrets={}), *((name, task_of(secrets={})) for name in names))
    (change,) = (one for one in planner.make_plan(spec, bare()).changes if isinstance(one, AssignRole))
    assert change.reason == "; ".join(f"task {name} pulls from mybaseregistry" for name in ("hello", *names))
    assert len(change.description) == 1024
    suffix = f" [-; {place_of(IDENTITY)}; ours]"
    assert change.description == f"acr_identity: {change.reason}"[: 1024 - len(suffix)] + suffix


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        (assignment("p-user"), False),
        (replace(assignment("p-user"), scope=f"{BASE}/".upper()), False),
        (replace(assignment("p-user"), scope=f"{BASE}x"), True),
        (replace(assignment("p-user"), condition="@Resource[x] StringEquals 'y'"), True),
        (assignment("p-user", role=Role.REPOSITORY_READER), True),
        (assignment("p-other"), True),
        (assignment("p-user", scope=VAULT), True),
    ],
    ids=["this", "in capitals", "of another name", "under a condition", "another role", "another's", "elsewhere"],
)
def test_a_role_is_held_by_its_content(held: LiveAssignment, *, missing: bool) -> None:
    plan = make_plan(spec_of(task_of()), replace(complete_with_user(), assignments=(held,)))
    assert [type(change) for change in plan.changes] == [AssignRole] * missing


def test_a_scope_that_ends_in_an_x_and_one_with_a_slash_behind_it_are_told_apart_as_they_should() -> None:
    box = GROUP.provided("Microsoft.ContainerRegistry", "registries", "blackboX")
    live = complete_with_user()
    held = replace(assignment("p-user", scope=box), scope=f"{box}/")
    live = replace(
        live,
        registries={**live.registries, box: LiveRegistry(box, "mybaseregistry.azurecr.io", "eastus")},
        assignments=(held,),
    )
    spec = spec_of(task_of())
    named = spec.registries["mybaseregistry"].model_copy(update={"id": str(box)})
    spec = spec.model_copy(update={"registries": {**spec.registries, "mybaseregistry": named}})
    assert make_plan(spec, live).is_empty
    held = replace(held, scope=str(box)[:-1])
    assert [type(one) for one in make_plan(spec, replace(live, assignments=(held,))).changes] == [AssignRole]


def test_conditions_of_others_are_told_in_the_order_of_the_grants() -> None:
    condition = "@Resource[x] StringEquals 'y'"
    secret, on_it = OTHER_VAULT.child("secrets", "B"), "Key Vault Secrets User on secret B of othervault"
    on_secret = replace(assignment("p-user", scope=secret, role=Role.SECRETS_USER), condition=condition)
    on_registry = replace(assignment("p-user"), condition=condition)
    live = replace(complete_with_user(), assignments=(on_secret, on_registry))
    spec = spec_of(task_of(pull=[], secrets={"othervault": ["B"]}), ("other", task_of(secrets={})))
    assert make_plan(spec, live).unsafe == (
        f"myACRTasksId has AcrPull on mybaseregistry under a condition that somebody set: {on_registry.id}",
        f"myACRTasksId has {on_it} under a condition that somebody set: {on_secret.id}",
    )


def test_a_role_without_a_condition_beside_one_with_a_condition_is_enough() -> None:
    conditional = replace(assignment("p-user"), condition="@Resource[x] StringEquals 'y'")
    live = replace(complete_with_user(), assignments=(conditional, assignment("p-user")))
    plan = make_plan(spec_of(task_of()), live)
    assert (plan.is_empty, plan.unsafe) == (True, ())


def test_a_principal_that_is_yet_to_come_has_no_rights() -> None:
    live = replace(complete_with_user(), assignments=(assignment(""),), identities={})
    plan = make_plan(spec_of(task_of()), live)
    later = Grantee(USER, KnownAfterApply(f"create identity {IDENTITY}"))
    assert [change.grantee for change in plan.changes if isinstance(change, AssignRole | AddVaultAccess)] == [later] * 2


def written(live: Live, *tasks: str) -> dict[str, bool]:
    """Return for each task whether a plan writes into its tags that the access to the vault is ours."""
    spec = spec_of(task_of(pull=[]), *((name, task_of(pull=[])) for name in tasks))
    return {
        change.id.name: SIGN in remembered(change.tags or ())
        for change in planner.make_plan(spec, live).changes
        if isinstance(change, CreateTask | UpdateTask)
    }


def test_access_that_others_gave_is_not_written_down() -> None:
    assert written(replace(theirs(), vaults=complete_with_user().vaults)) == {"hello": False}


def test_access_that_is_added_for_an_identity_of_others_is_written_down() -> None:
    assert written(theirs()) == {"hello": True}


def test_access_that_another_task_has_written_down_is_written_down_too() -> None:
    first = live_task(users=(IDENTITY,), tags=(*OURS, *remember(frozenset({SIGN}))))
    live = replace(theirs(), vaults=complete_with_user().vaults, tasks={TASK: first})
    assert written(live, "other") == {"hello": True, "other": True}


def test_access_for_an_identity_of_ours_is_written_down_on_the_identity_before_it_is_given() -> None:
    ours = {IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus", OURS)}
    plan = planner.make_plan(spec_of(task_of(pull=[])), replace(bare(), identities=ours))
    (update,) = (change for change in plan.changes if isinstance(change, UpdateIdentity))
    (after,) = (step.after for step in plan.steps if isinstance(step.change, AddVaultAccess))
    assert (update.tags, after) == ((*OURS, *remember(frozenset({SIGN, USED}))), (update.key,))


@pytest.mark.parametrize("tags", [OURS, ()], ids=["ours", "theirs"])
def test_access_for_the_own_identity_of_a_task_is_written_down_in_its_tags(tags: tuple[tuple[str, str], ...]) -> None:
    live = replace(bare(), tasks={TASK: live_task(system="p-system", tags=tags)})
    spec = spec_of(task_of("system", pull=[]))
    found = needed_grants(resolve(spec, live), live, Owner(""))
    one = GrantMemory(vault_sign(VAULT, SystemIdentity(TASK)), place_of(VAULT), is_new=True)
    assert found.memory == {"hello": frozenset({one})}
    assert (found.on_identities, found.written_first) == ({}, frozenset(one.key for one in found.missing))


def test_an_identity_that_two_tasks_share_gets_each_right_once_and_another_identity_its_own() -> None:
    spec = spec_of(task_of(secrets={}), ("other", task_of("otherId", secrets={})), ("third", task_of(secrets={})))
    plan = make_plan(spec, bare())
    assert [(change.grantee.identity, change.reason) for change in plan.changes if isinstance(change, AssignRole)] == [
        (USER, "task hello pulls from mybaseregistry; task third pulls from mybaseregistry"),
        (UserIdentity(OTHER_IDENTITY), "task other pulls from mybaseregistry"),
    ]
