"""Taking back what we made, and nothing else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import (
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG, WAITS, ArmId, Role, remember
from acr_identity.plan import Plan, PlannedChange, make_destroy_plan
from acr_identity.plan.records import credential_sign, identity_sign, vault_sign
from acr_identity.plan.tags import tag_changes
from acr_identity.state import (
    EncodedStep,
    IdentityLogin,
    Live,
    LiveAssignment,
    LiveIdentity,
    SystemIdentity,
    TaskSettings,
    UserIdentity,
)
from plan.worlds import (
    BASE,
    CONTENT,
    GROUP,
    IDENTITY,
    OTHER_IDENTITY,
    OURS,
    REGISTRY,
    TASK,
    TENANT,
    VAULT,
    assignment,
    bare,
    complete_with_user,
    live_task,
    policy,
    spec_of,
    task_of,
)


def test_what_apply_made_goes_in_the_order_in_which_a_repetition_still_knows_it() -> None:
    plan = make_destroy_plan(spec_of(task_of()), complete_with_user())
    assert [type(change) for change in plan.changes] == [
        RemoveRoleAssignment,
        RemoveVaultAccess,
        DeleteTask,
        DeleteIdentity,
    ]


def test_a_world_without_our_work_is_left_alone() -> None:
    assert make_destroy_plan(spec_of(task_of()), bare()).is_empty
    assert make_destroy_plan(spec_of(task_of()), Live()).is_empty


def test_role_assignments_of_others_stay() -> None:
    live = replace(
        complete_with_user(), assignments=(assignment("p-user", text="theirs"), assignment("p-other", scope=VAULT))
    )
    plan = make_destroy_plan(spec_of(task_of()), live)
    assert RemoveRoleAssignment not in map(type, plan.changes)


def test_a_task_of_others_stays_and_loses_only_what_we_added() -> None:
    theirs = LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")
    added = remember(
        frozenset(
            {
                vault_sign(VAULT, UserIdentity(IDENTITY)),
                credential_sign("mybaseregistry.azurecr.io"),
                identity_sign(str(IDENTITY)),
            }
        )
    )
    task = live_task(users=(IDENTITY,), login="c-user", tags=(*added, ("team", "theirs")))
    live = replace(complete_with_user(), identities={IDENTITY: theirs}, tasks={TASK: task})
    plan = make_destroy_plan(spec_of(task_of()), live)
    assert [type(change) for change in plan.changes] == [
        RemoveCredential,
        RemoveRoleAssignment,
        RemoveVaultAccess,
        UpdateTask,
    ]
    cleaned = plan.changes[-1]
    assert isinstance(cleaned, UpdateTask)
    assert cleaned.identities == StatedIdentities(system=False, users=(), detached=(IDENTITY,))
    assert cleaned.tags == (("team", "theirs"),)
    assert plan.notes == ("task hello stays: it was not created by this tool",)


def test_vault_access_that_we_did_not_add_stays() -> None:
    theirs = LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")
    live = replace(complete_with_user(), identities={IDENTITY: theirs})
    plan = make_destroy_plan(spec_of(task_of()), live)
    assert [type(change) for change in plan.changes] == [RemoveRoleAssignment, DeleteTask]


def test_what_a_staying_task_needs_stays() -> None:
    spec = spec_of(task_of(), ("other", task_of()))
    plan = make_destroy_plan(spec, complete_with_user(), {"hello"})
    assert [type(change) for change in plan.changes] == [DeleteTask]


def test_the_grants_of_a_system_identity_go_before_its_task() -> None:
    live = replace(
        complete_with_user(),
        tasks={TASK: live_task(system="p-system", login="[system]")},
        assignments=(assignment("p-system"),),
        vaults={VAULT: replace(bare().vaults[VAULT], policies=(policy("p-system", "get", "list"),))},
    )
    plan = make_destroy_plan(spec_of(task_of("system")), live)
    assert [(type(step.change), len(step.after)) for step in plan.steps] == [
        (RemoveRoleAssignment, 0),
        (RemoveVaultAccess, 0),
        (DeleteTask, 2),
    ]
    assert SystemIdentity(TASK) in {getattr(change, "identity", None) for change in plan.changes}


def test_a_task_of_others_that_an_apply_left_disabled_is_enabled_again() -> None:
    settings = TaskSettings(step=EncodedStep(CONTENT), enabled=False)
    paused = live_task(login="c-user", settings=settings, tags=(("team", "theirs"), (WAIT_TAG, WAITS)))
    changes = make_destroy_plan(spec_of(task_of()), replace(bare(), tasks={TASK: paused})).changes
    assert changes == (EnableTask(TASK, (("team", "theirs"),), "task hello has all that it needs"),)


def names(plan: Plan) -> list[tuple[str, list[str]]]:
    """Return what each change does, and what must be done before it, by titles."""
    titles = {step.change.key: step.change.title for step in plan.steps}
    return [(step.change.title, sorted(titles[key] for key in step.after)) for step in plan.steps]


def test_what_apply_made_is_taken_back_with_reasons_and_in_order() -> None:
    role = assignment("p-user")
    removals = (
        RemoveRoleAssignment(
            role.id, str(BASE), "AcrPull", UserIdentity(IDENTITY), reason="nothing that stays needs it"
        ),
        RemoveVaultAccess(VAULT, TENANT, "p-user", UserIdentity(IDENTITY), reason="nothing that stays needs it"),
    )
    grants = tuple(sorted(change.key for change in removals))
    task = DeleteTask(TASK, "task hello is in the spec and carries our mark")
    reason = "identity myACRTasksId carries our mark and no task of the spec is left to it"
    identity = DeleteIdentity(IDENTITY, reason, "p-user")
    assert make_destroy_plan(spec_of(task_of()), complete_with_user()) == Plan(
        (
            *(PlannedChange(removal) for removal in removals),
            PlannedChange(task, grants),
            PlannedChange(identity, tuple(sorted((*grants, task.key)))),
        ),
        purpose="destroy",
    )


def test_a_task_of_others_is_cleaned_of_what_we_added_and_says_so() -> None:
    users = (OTHER_IDENTITY, IDENTITY)
    signs = {identity_sign(str(IDENTITY)), identity_sign(str(TASK)), credential_sign("mybaseregistry.azurecr.io")}
    tags = (*remember(frozenset(signs)), ("team", "theirs"), (WAIT_TAG, WAITS))
    task = live_task(users=users, system="p-system", login="c-user", tags=tags)
    logins = {**task.logins, "theirs.io": IdentityLogin("[system]")}
    live = replace(bare(), tasks={TASK: replace(task, logins=logins, source_identity="[system]")})
    enable = EnableTask(TASK, (*remember(frozenset(signs)), ("team", "theirs")), "task hello has all that it needs")
    reason = "it was added to task hello, and nothing wants it any more"
    removal = RemoveCredential(TASK, "mybaseregistry.azurecr.io", reason)
    cleaned = UpdateTask(
        id=TASK,
        settings=TaskSettings(),
        identities=StatedIdentities(system=False, users=(OTHER_IDENTITY,), detached=(IDENTITY,)),
        source_identity="[system]",
        tags=(("team", "theirs"),),
        fields=(
            FieldChange("identity", "SystemAssigned", "(none)"),
            FieldChange("identity", str(IDENTITY), "(none)"),
            *tag_changes(enable.tags or (), (("team", "theirs"),)),
        ),
        reason="what task hello was given is taken back",
        is_last=True,
    )
    world = replace(live, identities={IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")})
    assert make_destroy_plan(spec_of(task_of()), world) == Plan(
        (
            PlannedChange(enable),
            PlannedChange(removal),
            PlannedChange(cleaned, tuple(sorted((enable.key, removal.key)))),
        ),
        ("task hello stays: it was not created by this tool",),
        purpose="destroy",
    )


@pytest.mark.parametrize(
    ("system", "added", "identities"),
    [
        ("p-system", (), None),
        ("p-system", (TASK,), StatedIdentities(system=False, users=(IDENTITY, OTHER_IDENTITY))),
        ("p-system", (IDENTITY,), StatedIdentities(system=True, users=(OTHER_IDENTITY,), detached=(IDENTITY,))),
        (None, (IDENTITY,), StatedIdentities(system=False, users=(OTHER_IDENTITY,), detached=(IDENTITY,))),
        (None, (TASK,), None),
    ],
)
def test_identities_that_others_gave_their_task_stay(
    system: str | None, added: tuple[ArmId, ...], identities: StatedIdentities | None
) -> None:
    signs = frozenset({identity_sign(str(one)) for one in added} | {"0123456789"})
    task = live_task(users=(OTHER_IDENTITY, IDENTITY), system=system, tags=remember(signs))
    users = {IDENTITY: LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")}
    (change,) = make_destroy_plan(spec_of(task_of()), replace(bare(), identities=users, tasks={TASK: task})).changes
    assert isinstance(change, UpdateTask)
    assert (change.identities, change.settings, change.tags) == (identities, TaskSettings(), ())
    gone = [
        *([TASK] if identities and system and not identities.system else []),
        *(one for one in added if one != TASK),
    ]
    assert change.fields == (
        *(FieldChange("identity", "SystemAssigned" if one == TASK else str(one), "(none)") for one in gone),
        *tag_changes(task.tags, ()),
    )


def test_a_task_of_others_to_which_nothing_was_added_is_not_touched() -> None:
    live = replace(bare(), tasks={TASK: live_task(users=(IDENTITY,), login="c-user", tags=(("team", "theirs"),))})
    assert make_destroy_plan(spec_of(task_of()), live) == Plan(
        notes=("task hello stays, and so does what it was given: it carries no mark",), purpose="destroy"
    )


def test_notes_are_in_the_order_of_the_names_of_tasks() -> None:
    ids = {name: REGISTRY.child("tasks", name) for name in ("zulus", "hello", "alpha", "mikes")}
    live = replace(bare(), tasks={id_: replace(live_task(tags=()), id=id_) for id_ in ids.values()})
    spec = spec_of(task_of(), *((name, task_of()) for name in ids if name != "hello"))
    assert make_destroy_plan(spec, live).notes == tuple(
        f"task {name} stays, and so does what it was given: it carries no mark" for name in sorted(ids)
    )


def with_other_user(live: Live) -> Live:
    """Return that Azure with a second identity of ours and its rights, for a task `other`."""
    other = REGISTRY.child("tasks", "other")
    return replace(
        live,
        identities={**live.identities, OTHER_IDENTITY: LiveIdentity(OTHER_IDENTITY, "p-other", "c", "x", OURS)},
        tasks={**live.tasks, other: replace(live_task(users=(OTHER_IDENTITY,)), id=other)},
        assignments=(*live.assignments, assignment("p-other")),
        vaults={**live.vaults, VAULT: replace(live.vaults[VAULT], policies=(policy("p-user"), policy("p-other")))},
    )


def test_each_identity_loses_its_own_rights_and_goes_behind_its_own_task() -> None:
    plan = make_destroy_plan(spec_of(task_of(), ("other", task_of("otherId"))), with_other_user(complete_with_user()))
    mine, others = (
        [f"remove AcrPull on mybaseregistry from {one}", f"stop {one} from reading secrets of mykeyvault"]
        for one in ("myACRTasksId", "otherId")
    )
    assert names(plan) == [
        (others[0], []),
        (mine[0], []),
        (mine[1], []),
        (others[1], []),
        ("delete task hello", mine),
        ("delete task other", others),
        ("delete identity myACRTasksId", ["delete task hello", *mine]),
        ("delete identity otherId", ["delete task other", *others]),
    ]


def test_an_identity_that_a_staying_task_runs_as_stays_with_its_rights() -> None:
    spec = spec_of(task_of(), ("other", task_of(secrets={})))
    assert names(make_destroy_plan(spec, complete_with_user(), {"hello"})) == [("delete task hello", [])]
    both = make_destroy_plan(spec, complete_with_user(), {"hello", "other"})
    assert names(both)[-1][0] == "delete identity myACRTasksId"


def test_an_identity_goes_behind_the_update_of_a_task_of_others_that_ran_as_it() -> None:
    tags = remember(frozenset({identity_sign(str(IDENTITY))}))
    live = replace(complete_with_user(), tasks={TASK: live_task(users=(IDENTITY,), tags=tags)})
    titles = names(make_destroy_plan(spec_of(task_of(secrets={})), live))
    role = "remove AcrPull on mybaseregistry from myACRTasksId"
    assert titles == [
        (role, []),
        ("finish task hello", [role]),
        ("delete identity myACRTasksId", ["finish task hello", role]),
    ]


@pytest.mark.parametrize(
    ("one", "gone"),
    [
        (assignment("p-user"), True),
        (replace(assignment("p-user"), scope=f"{BASE}/".upper()), True),
        (replace(assignment("p-user"), scope=f"{BASE}x"), True),
        (replace(assignment("p-user"), role_guid="00000000-0000-0000-0000-000000000000"), True),
        (assignment("p-user", text="made by hand"), False),
        (assignment("p-other"), False),
        (assignment("p-user", role=Role.REPOSITORY_READER), True),
    ],
    ids=["ours", "in capitals", "elsewhere", "of another role", "by hand", "of another", "of another mode"],
)
def test_only_roles_that_carry_our_description_are_removed(one: LiveAssignment, *, gone: bool) -> None:
    live = replace(complete_with_user(), assignments=(one,))
    changes = make_destroy_plan(spec_of(task_of()), live).changes
    assert [change.id for change in changes if isinstance(change, RemoveRoleAssignment)] == [one.id] * gone


def test_a_role_on_a_registry_whose_name_ends_in_a_capital_x_is_found() -> None:
    box = GROUP.provided("Microsoft.ContainerRegistry", "registries", "blackboX")
    spec = spec_of(task_of())
    named = spec.registries["mybaseregistry"].model_copy(update={"id": str(box)})
    spec = spec.model_copy(update={"registries": {**spec.registries, "mybaseregistry": named}})
    live = replace(complete_with_user(), assignments=(replace(assignment("p-user", scope=box), scope=f"{box}/"),))
    assert RemoveRoleAssignment in map(type, make_destroy_plan(spec, live).changes)


SIGN = vault_sign(VAULT, UserIdentity(IDENTITY))
MARKED, UNMARKED = (LiveIdentity(IDENTITY, "p-user", "c-user", "eastus", tags) for tags in (OURS, ()))


@pytest.mark.parametrize(
    ("identity", "signs", "tasks", "reads", "reasons"),
    [
        (MARKED, (), {"hello"}, ("get",), ["nothing that stays needs it"]),
        (MARKED, (), {"hello", "other", "third"}, ("get",), ["nothing that stays needs it"]),
        (MARKED, (), set(), ("get",), []),
        (UNMARKED, (), {"hello"}, ("get",), []),
        (UNMARKED, (SIGN,), {"hello"}, ("get",), ["nothing that stays needs it"]),
        (UNMARKED, (SIGN,), {"hello"}, ("list",), []),
        (MARKED, (SIGN,), {"hello"}, ("list",), []),
    ],
    ids=["ours", "ours in three", "nothing goes", "theirs", "added", "added and gone already", "ours and gone already"],
)
def test_vault_access_goes_only_where_we_gave_it(
    identity: LiveIdentity, signs: tuple[str, ...], tasks: set[str], reads: tuple[str, ...], reasons: list[str]
) -> None:
    vaults = {VAULT: replace(bare().vaults[VAULT], policies=(policy("p-user", *reads),))}
    task = live_task(users=(IDENTITY,), tags=(*OURS, *remember(frozenset(signs))))
    live = replace(bare(), identities={IDENTITY: identity}, tasks={TASK: task}, vaults=vaults)
    others = [(name, task_of()) for name in sorted(tasks - {"hello"})]
    changes = make_destroy_plan(spec_of(task_of(), *others), live, tasks).changes
    assert [change.reason for change in changes if isinstance(change, RemoveVaultAccess)] == reasons


def test_access_of_our_identity_that_stays_is_not_known_to_be_ours() -> None:
    spec = spec_of(task_of(), ("other", task_of(secrets={}, pull=[])))
    live = replace(complete_with_user(), assignments=())
    assert names(make_destroy_plan(spec, live, {"hello"})) == [("delete task hello", [])]


def test_access_of_the_own_identity_of_a_task_of_others_is_not_known_to_be_ours() -> None:
    vaults = {VAULT: replace(bare().vaults[VAULT], policies=(policy("p-system"),))}
    task = live_task(system="p-system", tags=())
    live = replace(bare(), tasks={TASK: task}, vaults=vaults)
    assert make_destroy_plan(spec_of(task_of("system")), live).is_empty
    signs = frozenset({vault_sign(VAULT, SystemIdentity(TASK))})
    added = replace(live, tasks={TASK: replace(task, tags=remember(signs))})
    assert [type(change) for change in make_destroy_plan(spec_of(task_of("system")), added).changes] == [
        RemoveVaultAccess,
        UpdateTask,
    ]


def test_what_needs_a_principal_that_is_gone_is_gone() -> None:
    live = replace(complete_with_user(), identities={}, tasks={TASK: live_task()})
    assert [type(change) for change in make_destroy_plan(spec_of(task_of()), live).changes] == [DeleteTask]
    assert [type(change) for change in make_destroy_plan(spec_of(task_of("system")), live).changes] == [DeleteTask]


def test_two_tasks_that_need_the_same_right_both_wait_until_it_is_gone() -> None:
    other = REGISTRY.child("tasks", "other")
    live = complete_with_user()
    live = replace(live, tasks={**live.tasks, other: replace(live_task(users=(IDENTITY,)), id=other)})
    plan = make_destroy_plan(spec_of(task_of(secrets={}), ("other", task_of(secrets={}))), live)
    role = "remove AcrPull on mybaseregistry from myACRTasksId"
    assert names(plan) == [
        (role, []),
        ("delete task hello", [role]),
        ("delete task other", [role]),
        ("delete identity myACRTasksId", ["delete task hello", "delete task other", role]),
    ]
    (removal,) = (one for one in plan.changes if isinstance(one, RemoveRoleAssignment))
    assert removal.reason == "nothing that stays needs it"
