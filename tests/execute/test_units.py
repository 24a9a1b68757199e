"""Changes that go into one request, and looks before some of them."""

from __future__ import annotations

from acr_identity.changes import (
    AddVaultAccess,
    CreateIdentity,
    DeleteTask,
    EnableTask,
    Grantee,
    RegistryCredential,
    SetCredential,
)
from acr_identity.execute.units import Look, Unit, pieces
from acr_identity.plan import PlannedChange, make_plan
from acr_identity.state import Known, UserIdentity
from plan.worlds import IDENTITY, OTHER_IDENTITY, REGISTRY, TASK, TENANT, VAULT, bare, spec_of, task_of


def test_changes_with_the_same_request_are_one_unit_that_waits_for_all_that_any_of_them_waits_for() -> None:
    one, other = (CreateIdentity(id_, "eastus", (), "why") for id_ in (IDENTITY, OTHER_IDENTITY))
    access = [
        PlannedChange(AddVaultAccess(VAULT, TENANT, Grantee(UserIdentity(each.id), Known("p")), "why"), (each.key,))
        for each in (one, other)
    ]
    servers = [
        PlannedChange(SetCredential(TASK, RegistryCredential(server, None), replaces=False, reason="why"))
        for server in ("a.io", "b.io")
    ]
    theirs = PlannedChange(
        SetCredential(REGISTRY.child("tasks", "other"), RegistryCredential("a.io", None), replaces=False, reason="why")
    )
    last = PlannedChange(EnableTask(TASK, None, "why"), (servers[1].change.key, access[0].change.key))
    first, second = PlannedChange(one), PlannedChange(other)
    assert pieces([first, access[0], servers[0], second, theirs, access[1], servers[1], last]) == (
        Unit(0, (first,), frozenset()),
        Unit(1, (access[0], access[1]), frozenset({0, 3})),
        Unit(2, (servers[0], servers[1]), frozenset()),
        Unit(3, (second,), frozenset()),
        Unit(4, (theirs,), frozenset()),
        Unit(5, (last,), frozenset({1, 2})),
    )


def test_what_creates_a_task_waits_for_a_look_and_the_looks_come_last() -> None:
    plan = make_plan(spec_of(task_of(pull=[], secrets={}), ("other", task_of("system", pull=[], secrets={}))), bare())
    identity, other, hello = plan.steps
    assert pieces(plan.steps) == (
        Unit(0, (identity,), frozenset()),
        Unit(1, (other,), frozenset({3})),
        Unit(2, (hello,), frozenset({0, 4})),
        Look(3, TASK.parent.child("tasks", "other")),
        Look(4, TASK),
    )


def test_a_plan_without_changes_has_no_units() -> None:
    assert pieces([]) == ()
    alone = PlannedChange(DeleteTask(TASK, "why"))
    assert pieces([alone]) == (Unit(0, (alone,), frozenset()),)
