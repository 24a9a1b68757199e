"""The difference between a spec and what Azure has."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from acr_identity import plan as planner
from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateIdentity,
    CreateTask,
    EnableTask,
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.errors import MissingResourceError
from acr_identity.ids import WAIT_TAG, WAITS, Role
from acr_identity.plan import Plan
from acr_identity.state import (
    EncodedStep,
    IdentityLogin,
    Known,
    Live,
    LiveIdentity,
    MaskedLogin,
    Tags,
    TaskSettings,
    TimerTrigger,
    UserIdentity,
    Value,
    VaultPolicy,
)
from plan.but_memory import make_plan
from plan.worlds import (
    BASE,
    CONTENT,
    IDENTITY,
    OURS,
    REGISTRY,
    TASK,
    VAULT,
    assignment,
    bare,
    complete_with_user,
    live_task,
    policy,
    spec_of,
    task_of,
)

NIGHTLY = {"timers": ["0 21 * * *"]}


def edges(plan: Plan) -> dict[str, list[str]]:
    """Return what each kind of change waits for, by names of kinds."""
    kinds = {step.change.key: type(step.change).__name__ for step in plan.steps}
    return {kinds[step.change.key]: sorted(kinds[key] for key in step.after) for step in plan.steps}


def test_a_fresh_task_with_a_user_identity_waits_for_nothing_but_the_identity() -> None:
    plan = make_plan(spec_of(task_of()), bare())
    assert edges(plan) == {
        "CreateIdentity": [],
        "CreateTask": ["CreateIdentity"],
        "AssignRole": ["CreateIdentity"],
        "AddVaultAccess": ["CreateIdentity"],
    }


def test_a_fresh_task_is_created_together_with_its_credential() -> None:
    plan = make_plan(spec_of(task_of(secrets={})), bare())
    grantee = Grantee(UserIdentity(IDENTITY), KnownAfterApply(f"create identity {IDENTITY}"))
    reason = "task hello pulls from mybaseregistry"
    assert plan.changes == (
        CreateIdentity(IDENTITY, "eastus", OURS, "task hello runs as it"),
        CreateTask(
            TASK,
            "eastus",
            TaskSettings(step=EncodedStep(CONTENT), enabled=True),
            system=False,
            users=(IDENTITY,),
            credentials=(RegistryCredential("mybaseregistry.azurecr.io", grantee),),
            tags=OURS,
            reason="the spec has task hello",
        ),
        AssignRole(BASE, Role.ACR_PULL, grantee, f"acr_identity: {reason}", reason),
    )


def test_the_grants_of_a_system_identity_come_after_its_task() -> None:
    plan = make_plan(spec_of(task_of("system")), bare())
    assert edges(plan) == {"CreateTask": [], "AssignRole": ["CreateTask"], "AddVaultAccess": ["CreateTask"]}


def test_a_fresh_task_with_triggers_is_enabled_when_it_has_its_grants() -> None:
    plan = make_plan(spec_of(task_of("system", triggers=NIGHTLY)), bare())
    created = next(change for change in plan.changes if isinstance(change, CreateTask))
    assert created.settings.enabled is False
    assert edges(plan)["EnableTask"] == ["AddVaultAccess", "AssignRole", "CreateTask"]


def test_a_fresh_task_with_triggers_and_all_grants_is_created_enabled() -> None:
    live = replace(complete_with_user(), tasks={})
    plan = make_plan(spec_of(task_of(triggers=NIGHTLY)), live)
    assert [(type(change), change.settings.enabled) for change in plan.changes if isinstance(change, CreateTask)] == [
        (CreateTask, True)
    ]
    assert len(plan.changes) == 1


def test_nothing_is_to_do_where_azure_has_what_the_spec_says() -> None:
    assert make_plan(spec_of(task_of()), complete_with_user()).is_empty


def test_nothing_is_to_do_where_others_made_it_all() -> None:
    live = complete_with_user()
    identity = replace(live.identities[IDENTITY], tags=())
    by_hand = replace(
        live,
        identities={IDENTITY: identity},
        tasks={TASK: live_task(users=(IDENTITY,), login="c-user", tags=())},
        assignments=(assignment("p-user", text="made by hand"),),
    )
    assert make_plan(spec_of(task_of()), by_hand).is_empty


@pytest.mark.parametrize(
    ("name", "settings"),
    [
        ("platform", TaskSettings(step=EncodedStep(CONTENT), cpu=2, timeout=3600, enabled=True)),
        ("trigger", TaskSettings(step=EncodedStep(CONTENT), timers=(TimerTrigger("t9", "* * * * *"),), enabled=True)),
        ("value", TaskSettings(step=EncodedStep(CONTENT, (Value("Other", "x"),)), enabled=True)),
        ("login mode", TaskSettings(step=EncodedStep(CONTENT), source_login="Default", enabled=True)),
    ],
)
def test_what_the_spec_does_not_say_is_no_difference(name: str, settings: TaskSettings) -> None:
    live = replace(complete_with_user(), tasks={TASK: live_task(users=(IDENTITY,), login="c-user", settings=settings)})
    assert make_plan(spec_of(task_of()), live).is_empty, name


def test_a_changed_task_file_is_patched_and_nothing_else_is_said() -> None:
    old = TaskSettings(step=EncodedStep("version: v1.0.0\n"), timeout=900, enabled=True)
    live = replace(complete_with_user(), tasks={TASK: live_task(users=(IDENTITY,), login="c-user", settings=old)})
    (change,) = make_plan(spec_of(task_of()), live).changes
    assert isinstance(change, UpdateTask)
    assert (change.settings, change.identities, change.tags) == (TaskSettings(step=EncodedStep(CONTENT)), None, None)
    assert [field.path for field in change.fields] == ["step.content"]


def test_a_timer_that_must_go_is_a_new_put_that_names_what_the_spec_says() -> None:
    timers = (TimerTrigger("t1", "0 21 * * *"), TimerTrigger("gone", "0 1 * * *"))
    old = TaskSettings(step=EncodedStep(CONTENT), timers=timers, timeout=900, enabled=True)
    task = replace(
        live_task(users=(IDENTITY,), login="c-user", settings=old, tags=(*OURS, ("team", "theirs"))),
        logins={
            "mybaseregistry.azurecr.io": IdentityLogin("c-user"),
            "theirs.azurecr.io": IdentityLogin("[system]"),
        },
    )
    (change,) = make_plan(spec_of(task_of(triggers=NIGHTLY)), replace(complete_with_user(), tasks={TASK: task})).changes
    assert isinstance(change, ReplaceTask)
    assert change.settings.timers == (TimerTrigger("t1", "0 21 * * *"),)
    assert change.settings.timeout is None
    assert [one.login_server for one in change.credentials] == ["mybaseregistry.azurecr.io"]
    assert change.tags == (*OURS, ("team", "theirs"))


def test_a_put_that_would_lose_hidden_credentials_is_unsafe() -> None:
    old = TaskSettings(step=EncodedStep(CONTENT), timers=(TimerTrigger("gone", "0 1 * * *"),), enabled=True)
    task = replace(
        live_task(users=(IDENTITY,), settings=old), logins={"theirs.azurecr.io": MaskedLogin()}, details_seen=False
    )
    plan = make_plan(spec_of(task_of(triggers=NIGHTLY)), replace(complete_with_user(), tasks={TASK: task}))
    assert plan.unsafe == (
        "task hello must be written anew, which would lose credentials and secrets that you may not read",
    )


def test_two_credentials_for_one_login_server_are_unsafe() -> None:
    login = {"user_name": {"vault": "mykeyvault", "secret": "A"}, "password": {"vault": "mykeyvault", "secret": "B"}}
    plan = make_plan(spec_of(task_of(credentials={"MyBaseRegistry.azurecr.io": login})), bare())
    assert plan.unsafe == (
        "task hello has two credentials for mybaseregistry.azurecr.io: one of `pull`, one of `credentials`",
    )


def test_a_hidden_credential_is_said_to_be_unverifiable_and_left_alone() -> None:
    task = replace(
        live_task(users=(IDENTITY,)), logins={"mybaseregistry.azurecr.io": MaskedLogin()}, details_seen=False
    )
    plan = make_plan(spec_of(task_of()), replace(complete_with_user(), tasks={TASK: task}))
    assert plan.is_empty
    (note,) = plan.notes
    assert note == (
        "the credential for mybaseregistry.azurecr.io in task hello cannot be verified: "
        "seeing it takes the action Microsoft.ContainerRegistry/registries/tasks/listDetails/action"
    )


def test_a_missing_credential_is_added_and_a_wrong_one_is_replaced() -> None:
    spec, live = spec_of(task_of()), complete_with_user()
    (added,) = make_plan(spec, replace(live, tasks={TASK: live_task(users=(IDENTITY,))})).changes
    (replaced,) = make_plan(spec, replace(live, tasks={TASK: live_task(users=(IDENTITY,), login="[system]")})).changes
    credential = RegistryCredential(
        "mybaseregistry.azurecr.io", Grantee(UserIdentity(IDENTITY), Known("p-user", "c-user"))
    )
    reason = "task hello must log in to mybaseregistry.azurecr.io"
    assert added == SetCredential(TASK, credential, replaces=False, reason=reason)
    assert replaced == SetCredential(TASK, credential, replaces=True, reason=reason)


def test_an_identity_is_attached_without_dropping_the_others() -> None:
    task = live_task(system="p-system", login="c-user")
    (change,) = make_plan(spec_of(task_of()), replace(complete_with_user(), tasks={TASK: task})).changes
    assert isinstance(change, UpdateTask)
    assert change.identities == StatedIdentities(system=True, users=(IDENTITY,))


def test_a_role_that_another_principal_holds_does_not_count() -> None:
    live = replace(complete_with_user(), assignments=(assignment("p-other"),))
    assert [type(change) for change in make_plan(spec_of(task_of()), live).changes] == [AssignRole]


@pytest.mark.parametrize(
    "useless",
    [
        replace(policy("p-user"), application_id="app"),
        replace(policy("p-user"), tenant_id="other"),
        policy("p-user", "list"),
    ],
    ids=["compound", "of another tenant", "without get"],
)
def test_an_access_policy_that_does_not_let_the_principal_read_does_not_count(useless: VaultPolicy) -> None:
    live = complete_with_user()
    vault = replace(live.vaults[VAULT], policies=(useless,))
    plan = make_plan(spec_of(task_of()), replace(live, vaults={VAULT: vault}))
    assert [type(change) for change in plan.changes] == [AddVaultAccess]


def test_the_mode_of_the_registry_and_of_the_vault_chooses_the_role() -> None:
    live = bare()
    modern = replace(
        live,
        registries={**live.registries, BASE: replace(live.registries[BASE], uses_abac=True)},
        vaults={VAULT: replace(live.vaults[VAULT], uses_rbac=True)},
    )
    plan = make_plan(spec_of(task_of("system")), modern)
    assert [(change.scope, change.role) for change in plan.changes if isinstance(change, AssignRole)] == [
        (BASE, Role.REPOSITORY_READER),
        (VAULT.child("secrets", "UserName"), Role.SECRETS_USER),
    ]


def test_two_tasks_that_need_the_same_grant_get_it_once_and_both_are_named() -> None:
    plan = make_plan(spec_of(task_of(), ("other", task_of())), bare())
    assert [change.reason for change in plan.changes if isinstance(change, AssignRole | AddVaultAccess)] == [
        "task hello pulls from mybaseregistry; task other pulls from mybaseregistry",
        "task hello reads UserName of mykeyvault; task other reads UserName of mykeyvault",
    ]


def test_what_is_given_for_a_task_of_others_is_written_down_before_it_is_given() -> None:
    theirs = LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")
    live = replace(bare(), identities={IDENTITY: theirs}, tasks={TASK: live_task(users=(IDENTITY,), tags=())})
    plan = planner.make_plan(spec_of(task_of()), live)
    assert edges(plan) == {
        "UpdateTask": [],
        "AssignRole": ["UpdateTask"],
        "AddVaultAccess": ["UpdateTask"],
        "SetCredential": ["UpdateTask"],
        "MarkVault": ["AddVaultAccess"],
    }


def test_all_missing_registries_and_vaults_are_named_at_once() -> None:
    with pytest.raises(MissingResourceError) as caught:
        make_plan(spec_of(task_of()), Live())
    assert caught.value.resources == (str(BASE), str(REGISTRY), str(VAULT))


@pytest.mark.parametrize(
    ("enabled", "tags", "change"),
    [
        pytest.param(None, OURS, (), id="somebody disabled it and the spec says nothing"),
        pytest.param(True, OURS, (EnableTask(TASK, None, "the spec wants it enabled"),), id="the spec wants it"),
        pytest.param(
            None,
            (*OURS, (WAIT_TAG, WAITS)),
            (EnableTask(TASK, OURS, "task hello has all that it needs"),),
            id="it was waiting for its grants",
        ),
    ],
)
def test_a_disabled_task_is_enabled_only_for_a_reason(
    enabled: bool | None,  # noqa: FBT001 - a parameter of the test
    tags: Tags,
    change: tuple[EnableTask, ...],
) -> None:
    settings = TaskSettings(step=EncodedStep(CONTENT), enabled=False)
    task = live_task(users=(IDENTITY,), login="c-user", settings=settings, tags=tags)
    live = replace(complete_with_user(), tasks={TASK: task})
    assert make_plan(spec_of(task_of(enabled=enabled)), live).changes == change


def test_an_existing_task_that_gains_a_trigger_before_its_grants_is_disabled_until_it_has_them() -> None:
    live = replace(complete_with_user(), assignments=())
    plan = make_plan(spec_of(task_of(triggers=NIGHTLY)), live)
    (update,) = (change for change in plan.changes if isinstance(change, UpdateTask))
    assert (update.settings.enabled, update.tags) == (False, (*OURS, (WAIT_TAG, WAITS)))
    assert edges(plan)["EnableTask"] == ["AssignRole", "UpdateTask"]


def test_a_credential_that_somebody_else_set_in_their_task_is_not_overwritten() -> None:
    theirs = live_task(users=(IDENTITY,), login="[system]", tags=())
    plan = make_plan(spec_of(task_of()), replace(complete_with_user(), tasks={TASK: theirs}))
    assert plan.unsafe == (
        (
            "task hello was not created by this tool, and somebody gave it another credential for "
            "mybaseregistry.azurecr.io: remove that one first"
        ),
    )


def test_a_condition_that_somebody_set_is_not_removed() -> None:
    conditional = replace(assignment("p-user"), condition="@Resource[x] StringEquals 'y'")
    plan = make_plan(spec_of(task_of()), replace(complete_with_user(), assignments=(conditional,)))
    assert plan.unsafe == (
        f"myACRTasksId has AcrPull on mybaseregistry under a condition that somebody set: {conditional.id}",
    )


def test_tags_are_the_same_whatever_the_case_of_their_names() -> None:
    live = replace(
        complete_with_user(), tasks={TASK: live_task(users=(IDENTITY,), login="c-user", tags=(*OURS, ("Env", "prod")))}
    )
    assert make_plan(spec_of(task_of(tags={"env": "prod"})), live).is_empty
    (change,) = make_plan(spec_of(task_of(tags={"env": "test"})), live).changes
    assert isinstance(change, UpdateTask)
    assert change.tags == (("Env", "test"), *OURS)


def test_values_that_others_set_in_their_task_stay() -> None:
    settings = TaskSettings(step=EncodedStep(CONTENT, (Value("Theirs", "1"),)), enabled=True)
    theirs = live_task(users=(IDENTITY,), login="c-user", settings=settings, tags=())
    plan = make_plan(spec_of(task_of(values={"Ours": "2"})), replace(complete_with_user(), tasks={TASK: theirs}))
    (change,) = plan.changes
    assert isinstance(change, UpdateTask)
    assert change.settings.step == EncodedStep(CONTENT, (Value("Theirs", "1"), Value("Ours", "2")))


def test_values_are_not_stated_where_secret_ones_may_be_hidden() -> None:
    theirs = replace(live_task(users=(IDENTITY,), login="c-user"), details_seen=False)
    live = replace(complete_with_user(), tasks={TASK: theirs})
    (change,) = make_plan(spec_of(task_of(timeout=600)), live).changes
    assert isinstance(change, UpdateTask)
    assert change.settings.step == EncodedStep(CONTENT)
    assert make_plan(spec_of(task_of(values={"Ours": "2"})), live).unsafe == (
        "stating the values of task hello would lose secret values that you may not read",
    )


def test_an_identity_that_was_deleted_is_attached_again_when_it_is_made_anew() -> None:
    plan = make_plan(spec_of(task_of()), replace(complete_with_user(), identities={}))
    (update,) = (change for change in plan.changes if isinstance(change, UpdateTask))
    assert update.identities == StatedIdentities(system=False, users=(IDENTITY,))
    assert edges(plan)["UpdateTask"] == ["CreateIdentity"]


def test_access_that_was_added_for_one_task_is_remembered_by_each_that_needs_it() -> None:
    theirs = LiveIdentity(IDENTITY, "p-user", "c-user", "eastus")
    first = make_plan(spec_of(task_of()), replace(bare(), identities={IDENTITY: theirs}))
    (created,) = (change for change in first.changes if isinstance(change, CreateTask))
    live = replace(
        complete_with_user(),
        identities={IDENTITY: theirs},
        tasks={TASK: live_task(users=(IDENTITY,), login="c-user", tags=created.tags)},
    )
    second = make_plan(spec_of(task_of(), ("other", task_of())), live)
    (other,) = (change for change in second.changes if isinstance(change, CreateTask))
    assert other.tags == created.tags


def test_every_edge_points_backwards_in_the_order() -> None:
    plan = make_plan(spec_of(task_of("system", triggers=NIGHTLY), ("other", task_of())), bare())
    seen: set[str] = set()
    for step in plan.steps:
        assert set(step.after) <= seen
        seen.add(step.change.key)


def test_plans_are_equal_whatever_the_hash_seed() -> None:
    script = (
        "from plan.worlds import *; from plan.worlds import bare, spec_of, task_of;"
        "from acr_identity.plan import make_plan;"
        "print(make_plan(spec_of(task_of('system'), ('other', task_of())), bare()))"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            text=True,
            check=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "tests:src"},
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(outputs) == 1


def test_a_system_identity_is_credited_as_system() -> None:
    task = live_task(system="p-system", login="[system]")
    live = replace(
        complete_with_user(),
        tasks={TASK: task},
        assignments=(assignment("p-system"),),
        vaults={VAULT: replace(bare().vaults[VAULT], policies=(policy("p-system"),))},
    )
    assert make_plan(spec_of(task_of("system")), live).is_empty
