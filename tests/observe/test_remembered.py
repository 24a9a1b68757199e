"""What marks name is looked for: no more of it than is ours, and nobody is kept from planning by what is not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from acr_identity.errors import AzureError, NotAuthorisedError, UnreachableError
from acr_identity.ids import ArmId, GrantMark, describe, place_of, remember, remember_places
from acr_identity.observe import observe
from acr_identity.observe.remembered import with_holders, with_places
from acr_identity.plan.records import role_sign
from acr_identity.spec import Identity, Spec
from acr_identity.state import Live, SystemIdentity
from observe.scripted import ScriptedReader
from plan.worlds import (
    BASE,
    IDENTITY,
    OTHER_VAULT,
    OURS,
    REGISTRY,
    TASK,
    VAULT,
    assignment,
    bare,
    complete_with_user,
    live_task,
    spec_of,
    task_of,
)

GONE = TASK.parent.child("tasks", "gone-task")
REFUSED = NotAuthorisedError("no", operation="read", resource="x", status=403)


def named(name: str | None) -> Spec:
    return spec_of(task_of()).model_copy(update={"name": name})


def marked(specs: frozenset[str], holder: str) -> Live:
    text = describe("why", GrantMark(specs, holder))
    return Live(assignments=(assignment("p-gone", text=text),))


def holders(reader: ScriptedReader, live: Live, spec: Spec) -> Live:
    with ThreadPoolExecutor(1) as pool:
        return with_holders(pool, reader, live, spec)


@pytest.mark.parametrize(
    ("specs", "name", "asked"),
    [
        ({"web"}, "web", True),
        ({"web", "other"}, "web", True),
        ({"other"}, "web", False),
        ({""}, "web", False),
        ({""}, None, True),
        ({"web"}, None, False),
    ],
)
def test_only_who_had_a_grant_of_the_spec_is_looked_for(specs: set[str], name: str | None, *, asked: bool) -> None:
    reader = ScriptedReader(Live())
    found = holders(reader, marked(frozenset(specs), place_of(GONE)), named(name))
    assert reader.asked == ["task_without_secrets gone-task"] * asked
    assert found.former == frozenset({"p-gone"} if asked else ())


def test_a_spec_that_got_a_name_looks_for_who_had_a_grant_of_it_before() -> None:
    reader = ScriptedReader(Live())
    live = replace(marked(frozenset({""}), place_of(GONE)), tasks={TASK: live_task(tags=OURS)})
    assert holders(reader, live, named("web")).former == {"p-gone"}


def test_who_is_there_with_the_principal_is_not_gone() -> None:
    there = replace(live_task(system="p-gone"), id=GONE)
    reader = ScriptedReader(Live(tasks={GONE: there}))
    live = marked(frozenset({"web"}), place_of(GONE))
    assert holders(reader, live, named("web")).former == frozenset()


def test_a_task_of_the_spec_that_is_elsewhere_is_told_apart_from_those_that_are_read() -> None:
    there = replace(live_task(system="p-new"), id=GONE)
    found = holders(ScriptedReader(Live(tasks={GONE: there})), marked(frozenset({"web"}), place_of(GONE)), named("web"))
    assert found.tasks == {}
    assert found.elsewhere == {GONE}
    assert found.former == {"p-gone"}


def test_who_may_not_be_read_is_not_known_to_be_gone() -> None:
    reader = ScriptedReader(Live(), refusals={"task_without_secrets": REFUSED})
    found = holders(reader, marked(frozenset({"web"}), place_of(GONE)), named("web"))
    assert found.former == frozenset()


def test_no_answer_is_no_refusal() -> None:
    error = UnreachableError("no answer", operation="read", resource="x")
    reader = ScriptedReader(Live(), refusals={"task_without_secrets": error})
    with pytest.raises(AzureError):
        holders(reader, marked(frozenset({"web"}), place_of(GONE)), named("web"))


@pytest.mark.parametrize("holder", [place_of(VAULT), place_of(REGISTRY), "tasks:../../x/..", "", "nonsense"])
def test_a_holder_that_can_have_no_principal_is_not_looked_for(holder: str) -> None:
    reader = ScriptedReader(Live())
    live = marked(frozenset({"web"}), holder)
    assert (holders(reader, live, named("web")), reader.asked) == (live, [])


def places(reader: ScriptedReader, live: Live) -> Live:
    with ThreadPoolExecutor(1) as pool:
        return with_places(pool, reader, live, set())


def test_what_a_task_remembers_and_the_caller_may_not_read_is_said() -> None:
    tags = remember_places(map(place_of, (BASE, OTHER_VAULT, IDENTITY)))
    live = Live(tasks={TASK: live_task(tags=tags)})
    reader = ScriptedReader(live, refusals=dict.fromkeys(("assignments", "vault", "identity"), REFUSED))
    assert places(reader, live).unseen == {BASE, OTHER_VAULT, IDENTITY}


@pytest.mark.parametrize("has_role", [True, False])
def test_the_assignments_of_a_vault_with_policies_are_read_if_a_task_had_a_role_there(*, has_role: bool) -> None:
    signs = frozenset({role_sign(VAULT, SystemIdentity(TASK))} if has_role else ())
    tags = (*remember(signs), *remember_places([place_of(VAULT)]))
    live = replace(complete_with_user(), vaults=bare().vaults, tasks={TASK: live_task(system="p", tags=tags)})
    reader = ScriptedReader(live)
    places(reader, live)
    assert reader.asked == [f"assignments {VAULT.name}"] * has_role


NEW_GROUP = ArmId.group(IDENTITY.subscription, "newGroup")


def in_a_new_group() -> Spec:
    spec = spec_of(task_of())
    return spec.model_copy(update={"identities": {"myACRTasksId": Identity(resource_group="newGroup")}})


@pytest.mark.parametrize(
    ("spec", "refusals", "absent"),
    [
        (spec_of(task_of()), {}, None),
        (in_a_new_group(), {}, frozenset({NEW_GROUP})),
        (in_a_new_group(), {"has_group": REFUSED}, frozenset()),
    ],
    ids=["where the registries are", "where nothing is", "where the caller may not look"],
)
def test_a_resource_group_is_looked_for_where_an_identity_is_to_be_created_and_nothing_else_is(
    spec: Spec, refusals: dict[str, AzureError], absent: frozenset[ArmId] | None
) -> None:
    reader = ScriptedReader(replace(bare(), absent_groups=frozenset({NEW_GROUP})), refusals=refusals)
    found = observe(reader, spec)
    assert ("has_group newGroup" in reader.asked) == (absent is not None)
    assert found.absent_groups == (absent or frozenset())
    assert found.unseen == frozenset()


@pytest.mark.parametrize(
    ("pool", "refusals", "absent"),
    [
        (None, {}, None),
        ("there", {}, frozenset()),
        ("gone", {}, frozenset({REGISTRY.child("agentPools", "gone")})),
        ("gone", {"has_pool": REFUSED}, frozenset()),
    ],
)
def test_an_agent_pool_is_looked_for_where_a_task_names_one(
    pool: str | None, refusals: dict[str, AzureError], absent: frozenset[ArmId] | None
) -> None:
    world = replace(bare(), absent_pools=frozenset({REGISTRY.child("agentPools", "gone")}))
    reader = ScriptedReader(world, refusals=refusals)
    found = observe(reader, spec_of(task_of(agent={"pool": pool} if pool else None)))
    assert (f"has_pool {pool}" in reader.asked) == (absent is not None)
    assert found.absent_pools == (absent or frozenset())
