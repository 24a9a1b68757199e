"""Changes in an order in which they can be made, as one value."""

from __future__ import annotations

from dataclasses import replace
from graphlib import CycleError

import pytest

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import Role
from acr_identity.plan import Plan, PlannedChange
from acr_identity.plan.order import Part, assemble
from acr_identity.state import Known, SystemIdentity, TaskIdentity, TaskSettings, UserIdentity
from plan.worlds import BASE, GROUP, IDENTITY, OURS, REGISTRY, TASK, TENANT, VAULT


def identity(name: str) -> CreateIdentity:
    id_ = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", name)
    return CreateIdentity(id_, "eastus", OURS, "why")


def access(one: TaskIdentity, ids: Known | KnownAfterApply) -> AddVaultAccess:
    return AddVaultAccess(VAULT, TENANT, Grantee(one, ids), "why")


def delete(name: str) -> DeleteTask:
    return DeleteTask(REGISTRY.child("tasks", name), "why")


def update(identities: StatedIdentities | None) -> UpdateTask:
    fields = (FieldChange("timeout", "1", "2"),)
    return UpdateTask(TASK, TaskSettings(timeout=600), identities, "", tags=None, fields=fields, reason="why")


ENABLE = EnableTask(TASK, None, "why")
LATER = KnownAfterApply("…")


def test_changes_that_wait_for_nothing_are_in_the_order_of_kinds_and_then_of_names_in_any_case() -> None:
    changes = (delete("Zulu"), delete("alpha"), identity("Zulu"), identity("alpha"), ENABLE)
    expected = (identity("alpha"), identity("Zulu"), ENABLE, delete("alpha"), delete("Zulu"))
    assert assemble([Part(changes)]) == Plan(tuple(PlannedChange(change) for change in expected))


def test_a_change_comes_behind_those_that_it_waits_for_and_names_them_in_order() -> None:
    names = ["e", "d", "c", "b", "a"]
    first, *later = (delete(name) for name in names)
    plan = assemble([Part((first, *later), tuple((first.key, one.key) for one in later))])
    keys = tuple(delete(name).key for name in sorted(names[1:]))
    assert plan.steps == (
        *(PlannedChange(delete(name)) for name in sorted(names[1:])),
        PlannedChange(first, keys),
    )


def test_a_key_that_no_change_has_counts_for_nothing() -> None:
    pairs = ((ENABLE.key, "nothing"), ("nothing", ENABLE.key), (ENABLE.key, ENABLE.key))
    assert assemble([Part((ENABLE,), pairs)]).steps == (PlannedChange(ENABLE),)


def test_changes_that_wait_for_each_other_are_a_fault() -> None:
    one, other = delete("one"), delete("other")
    with pytest.raises(CycleError):
        assemble([Part((one, other), ((one.key, other.key), (other.key, one.key)))])


@pytest.mark.parametrize(
    ("ids", "after"), [(LATER, (update(None).key,)), (Known("p"), ())], ids=["not known yet", "known"]
)
def test_a_grant_waits_for_the_change_that_brings_its_principal_unless_that_is_known(
    ids: Known | KnownAfterApply, after: tuple[str, ...]
) -> None:
    bringing, grant = update(StatedIdentities(system=True)), access(SystemIdentity(TASK), ids)
    assert assemble([Part((grant, bringing))]).steps == (PlannedChange(bringing), PlannedChange(grant, after))


def test_a_task_waits_for_the_identities_that_it_gets() -> None:
    created, attaching = identity("mine"), update(StatedIdentities(system=False, users=(identity("mine").id,)))
    assert assemble([Part((attaching, created))]).steps == (
        PlannedChange(created),
        PlannedChange(attaching, (created.key,)),
    )


def test_the_parts_are_put_together_with_all_that_they_say() -> None:
    parts = (
        Part((ENABLE,), notes=("one",), unsafe=("first",)),
        Part((identity("mine"),), ((ENABLE.key, identity("mine").key),), ("two", "three"), ("second",)),
    )
    steps = (PlannedChange(identity("mine")), PlannedChange(ENABLE, (identity("mine").key,)))
    assert assemble(parts, "destroy") == Plan(steps, ("one", "two", "three"), ("first", "second"), "destroy")


def test_a_plan_is_empty_without_changes_whatever_it_says() -> None:
    assert Plan(notes=("a",), unsafe=("b",)).is_empty
    plan = Plan((PlannedChange(ENABLE),))
    assert (plan.is_empty, plan.changes) == (False, (ENABLE,))


def test_the_digest_tells_plans_apart_by_what_they_do() -> None:
    plan = Plan((PlannedChange(ENABLE),), ("a note",))
    others = (
        replace(plan, steps=(PlannedChange(delete("hello")),)),
        replace(plan, steps=(PlannedChange(ENABLE, ("after",)),)),
        replace(plan, unsafe=("a reason",)),
        replace(plan, purpose="destroy"),
    )
    assert len({plan.digest, *(other.digest for other in others)}) == 5
    assert plan.digest == replace(plan, notes=()).digest
    assert len(bytes.fromhex(plan.digest)) == 32


def test_the_digest_of_a_grant_depends_on_the_role() -> None:
    grantee = Grantee(UserIdentity(IDENTITY), Known("p", "c"))
    digests = {assemble([Part((AssignRole(BASE, role, grantee, "acr_identity: why", "why"),))]).digest for role in Role}
    assert len(digests) == len(Role)
