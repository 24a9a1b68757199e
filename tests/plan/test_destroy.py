"""Taking back what we made, and nothing else."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.changes import (
    DeleteIdentity,
    DeleteTask,
    FieldChange,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG, WAITS, remember
from acr_identity.plan import make_destroy_plan
from acr_identity.plan.marks import credential_sign, identity_sign, vault_sign
from acr_identity.state import EncodedStep, Live, LiveIdentity, SystemIdentity, TaskSettings, UserIdentity
from plan.worlds import (
    CONTENT,
    IDENTITY,
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
        RemoveRoleAssignment,
        RemoveVaultAccess,
        RemoveCredential,
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
    (change,) = make_destroy_plan(spec_of(task_of()), replace(bare(), tasks={TASK: paused})).changes
    assert isinstance(change, UpdateTask)
    assert (change.settings, change.identities) == (TaskSettings(enabled=True), None)
    assert change.tags == (("team", "theirs"),)
    assert change.fields == (FieldChange("enabled", "false", "true"),)
