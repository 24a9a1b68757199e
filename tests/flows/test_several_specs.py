"""Specs that share things: none touches what is another's, whatever its name, and none forgets what is its own."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.provisioner import Provisioner
from flows.flows import ROLES_VERSION, TASKS_VERSION, VAULTS_VERSION, ask
from flows.left_behind import grants_of_dead_principals
from flows.teams import (
    SUBSCRIPTION,
    apply,
    azure,
    destroy,
    group,
    identity,
    names,
    our_roles,
    plan,
    registry,
    set_tags,
    spec,
    tags,
    task,
    titles,
    vault,
)
from properties.test_convergence import CrashBefore, CrashError

PULLS = {"identity": "system", "pull": ["basereg"], "timeout": 600}
READS = {"identity": "system", "secrets": {"by-policies": ["Word"]}, "timeout": 600}
ELSEWHERE = {"otherreg": {"resource_group": "other"}, "basehub": {"id": registry("basereg")}}
THERE = {"identity": "system", "pull": ["basehub"], "registry": "otherreg", "timeout": 600}


def test_specs_without_a_name_that_share_a_registry_leave_each_other_alone() -> None:
    emulator = azure()
    one, other = spec({"one-task": PULLS}), spec({"other-task": THERE}, registries=ELSEWHERE)
    apply(emulator, one)
    apply(emulator, other)
    assert titles(emulator, one) == []
    assert titles(emulator, other) == []


def test_a_spec_that_was_never_applied_takes_nothing_from_a_vault_that_another_uses() -> None:
    emulator = azure()
    other = spec({"other-task": {**READS, "registry": "otherreg"}}, registries=ELSEWHERE)
    apply(emulator, spec({"one-task": READS}))
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan_destroy(other).is_empty
    assert [title for title in titles(emulator, other) if "one-task" in title] == []


def test_a_spec_of_the_same_name_elsewhere_is_said_and_left_alone() -> None:
    emulator = azure()
    copy = spec({"copy-task": THERE}, "prod", registries=ELSEWHERE, identities={}, vaults={})
    apply(emulator, spec({"first-task": PULLS}, "prod"))
    found = plan(emulator, copy, prune=True)
    assert [change.title for change in found.changes] == [
        "create task copy-task",
        "assign AcrPull on basereg to the system identity of copy-task",
    ]
    assert found.notes == (
        "task first-task of homereg has what spec prod gave, and the spec does not name it: nothing is done to it",
    )
    destroy(emulator, copy)
    assert names(emulator, "tasks") == ["first-task"]


def test_a_task_of_which_nothing_but_its_command_is_said_is_known_as_its_spec_s() -> None:
    emulator = azure()
    apply(emulator, spec({"bare-task": {}}, "left"))
    assert plan(emulator, spec({"bare-task": {}}, "right")).unsafe == (
        "task bare-task carries the mark of spec left: --adopt takes it over",
    )
    assert titles(emulator, spec({}, "left"), prune=True) == ["delete task bare-task"]


def test_a_bare_task_of_a_spec_with_a_name_is_no_claim_on_what_specs_without_a_name_gave() -> None:
    emulator = azure()
    registries = {"otherreg": {"resource_group": "other"}, "basereg": {}}
    named = spec({"bare-task": {"registry": "otherreg"}}, "named", registries=registries)
    apply(emulator, spec({"one-task": PULLS}))
    apply(emulator, named)
    assert titles(emulator, named) == []


@pytest.mark.parametrize("prune", [False, True])
def test_who_adopts_takes_over_nothing_of_an_identity_that_another_spec_uses(*, prune: bool) -> None:
    emulator = azure()
    user = {"identity": "puller", "pull": ["basereg"]}
    left, right = spec({"left-task": user}, "left"), spec({"right-task": user}, "right")
    apply(emulator, left)
    apply(emulator, right)
    moved = spec({"right-task": {**user, "identity": "second"}}, "right", identities={"second": {}})
    apply(emulator, moved if prune else right, adopt=True, prune=prune)
    destroy(emulator, moved if prune else right)
    assert names(emulator, "identities") == ["puller"]
    assert titles(emulator, left) == []
    assert our_roles(emulator) == [f"left; userAssignedIdentities:{SUBSCRIPTION}/rg/puller; ours"]


@pytest.mark.parametrize(("before", "after"), [("old", "new"), ("old", None), (None, "new")])
def test_after_a_new_name_and_a_destroy_nothing_is_left_for_who_is_gone(before: str | None, after: str | None) -> None:
    emulator = azure()
    tasks = {"one-task": {**PULLS, "secrets": {"by-policies": ["Word"]}}}
    apply(emulator, spec(tasks, before))
    apply(emulator, spec(tasks, after), adopt=before is not None)
    assert our_roles(emulator) == [f"{after or '-'}; tasks:{SUBSCRIPTION}/rg/homereg/one-task; ours"]
    destroy(emulator, spec(tasks, after))
    assert our_roles(emulator) == []
    assert grants_of_dead_principals(emulator) == []
    assert tags(emulator, vault("by-policies")) == {}


@pytest.mark.parametrize("runs_as", ["system", "puller"])
@pytest.mark.parametrize("writes", range(4))
def test_a_spec_that_dies_while_it_gets_a_name_forgets_nothing(runs_as: str, writes: int) -> None:
    emulator = azure()
    tasks = {"one-task": {**PULLS, "identity": runs_as, "secrets": {"by-policies": ["Word"]}}}
    named = spec(tasks, "named")
    apply(emulator, spec(tasks))
    with (
        Provisioner.emulated(emulator, concurrency=1, progress=CrashBefore(writes)) as provisioner,
        pytest.raises(CrashError),
    ):
        provisioner.apply(provisioner.plan(named))
    apply(emulator, named)
    assert titles(emulator, named) == []
    destroy(emulator, named)
    assert (our_roles(emulator), grants_of_dead_principals(emulator)) == ([], [])
    assert tags(emulator, vault("by-policies")) == {}


def test_a_tag_that_two_specs_set_on_an_identity_goes_with_the_last() -> None:
    emulator = azure()
    tagged = {"identities": {"puller": {"tags": {"owner": "x"}}}}
    left = spec({"left-task": {"identity": "puller"}}, "left", **tagged)
    apply(emulator, left)
    apply(emulator, spec({"right-task": {"identity": "puller"}}, "right", **tagged))
    without = spec({"right-task": {"identity": "puller"}}, "right")
    apply(emulator, without)
    assert tags(emulator, identity())["owner"] == "x"
    assert titles(emulator, left) == []
    destroy(emulator, without)
    assert tags(emulator, identity())["owner"] == "x"


def test_who_may_not_read_what_strangers_do_plans_as_if_they_were_not_there() -> None:
    emulator = azure()
    apply(emulator, spec({"one-task": PULLS}, "one"))
    other = spec({"other-task": THERE}, "other", registries=ELSEWHERE, identities={}, vaults={})
    caller = emulator.caller(["*"], scope=group("other"))
    for number, role in enumerate(("18d7d88d-d35e-4fb5-a5c3-7773c20a72d9", "acdd72a7-3385-48ef-bd42-f606fba81ae7")):
        _assign(emulator, caller.principal_id, role, number)
    found = plan(emulator, other, caller=caller)
    assert [change.title for change in found.changes] == [
        "create task other-task",
        "assign AcrPull on basereg to the system identity of other-task",
    ]
    assert found.notes == (
        "resource group rg may not be read with this sign-in: what is there and left the spec is not known, and stays",
    )


def _assign(emulator: Emulator, principal: str, role: str, number: int) -> None:
    id_ = f"{registry('basereg')}/providers/Microsoft.Authorization/roleAssignments/{number:08}{'-0000' * 3}-{0:012}"
    definition = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    body = {"roleDefinitionId": definition, "principalId": principal, "principalType": "ServicePrincipal"}
    ask(emulator, "PUT", id_, {"properties": body}, version=ROLES_VERSION)


def test_a_place_that_may_not_be_read_any_more_is_said_and_remembered() -> None:
    emulator = azure()
    tasks = {"one-task": {**PULLS, "registry": "otherreg"}}
    apply(emulator, spec(tasks, registries={"otherreg": {"resource_group": "other"}, "basereg": {}}))
    without = spec(
        {"one-task": {"registry": "otherreg", "identity": "system", "timeout": 600}},
        registries={"otherreg": {"resource_group": "other"}},
    )
    caller = emulator.caller(["*"], scope=group("other"))
    unseen = (
        "registry basereg may not be read with this sign-in: what is there and left the spec is not known, and stays"
    )
    with Provisioner.emulated(emulator, caller=caller) as provisioner:
        assert provisioner.plan(without).notes == (unseen,)
        assert provisioner.apply(provisioner.plan(without)).is_complete
        assert provisioner.plan(without).is_empty
    assert titles(emulator, without) == [
        "remove AcrPull on basereg from the system identity of one-task",
        "finish task one-task",
    ]


@pytest.mark.parametrize(
    "mark",
    [
        "web vaults:11111111-1111-1111-1111-111111111111/rg/xx",
        "web registries:11111111-1111-1111-1111-111111111111/rg/xx",
        "web tasks:../../x/..",
        "web tasks:11111111-1111-1111-1111-111111111111/rg/re?x=/tt",
        "other tasks:22222222-2222-2222-2222-222222222222/rg/reg/tt",
        "web",
        "",
    ],
)
def test_a_mark_that_a_stranger_has_written_on_a_vault_means_nothing(mark: str) -> None:
    emulator = azure()
    web = spec({"one-task": READS}, "web")
    apply(emulator, web)
    theirs = {"acr-identity-12345678-1234-1234-1234-123456789012": mark}
    set_tags(emulator, vault("by-policies"), {**tags(emulator, vault("by-policies")), **theirs})
    assert titles(emulator, web) == []


@pytest.mark.parametrize(
    "place", ["vaults:../rg/xx", "tasks:a/b", "registries:s/r?/..", "registries:%00/%/", "x:y/z/w"]
)
def test_a_place_that_no_name_can_have_is_not_asked_about(place: str) -> None:
    emulator = azure()
    web = spec({"one-task": READS}, "web")
    apply(emulator, web)
    mine = tags(emulator, task("one-task"))
    set_tags(emulator, task("one-task"), {**mine, "acr-identity-at-7": place})
    apply(emulator, web)
    assert tags(emulator, task("one-task")) == mine


@pytest.mark.parametrize("name", [None, "web"])
@pytest.mark.parametrize("runs_as", ["system", "puller"])
@pytest.mark.parametrize("starts_with_roles", [True, False])
def test_when_a_vault_decides_otherwise_the_new_grant_comes_and_the_old_one_goes(
    name: str | None, runs_as: str, *, starts_with_roles: bool
) -> None:
    emulator = azure()
    which = "by-roles" if starts_with_roles else "by-policies"
    web = spec({"one-task": {"identity": runs_as, "secrets": {which: ["Word"]}, "timeout": 600}}, name)
    apply(emulator, web)
    switched = {"properties": {"enableRbacAuthorization": not starts_with_roles}}
    ask(emulator, "PATCH", vault(which), switched, version=VAULTS_VERSION)
    apply(emulator, web)
    assert titles(emulator, web) == []
    assert len(our_roles(emulator)) == (0 if starts_with_roles else 1)
    found = ask(emulator, "GET", vault(which), version=VAULTS_VERSION)
    assert isinstance(found, dict)
    assert len(found["properties"]["accessPolicies"]) == (1 if starts_with_roles else 0)
    destroy(emulator, web)
    assert (our_roles(emulator), grants_of_dead_principals(emulator)) == ([], [])


def test_of_two_first_applies_at_once_neither_takes_from_the_other() -> None:
    emulator = azure()
    user = {"identity": "puller", "pull": ["basereg"], "secrets": {"by-policies": ["Word"]}}
    left, right = spec({"left-task": user}, "left"), spec({"right-task": user}, "right")
    with Provisioner.emulated(emulator) as one, Provisioner.emulated(emulator) as other:
        plans = one.plan(left), other.plan(right)
        assert one.apply(plans[0]).is_complete
        assert other.apply(plans[1]).is_complete
    destroy(emulator, left)
    assert names(emulator, "identities") == ["puller"]
    assert titles(emulator, right) == []


def test_a_plan_for_one_task_forgets_nothing_that_another_was_given() -> None:
    emulator = azure()
    reads = {"identity": "puller", "secrets": {"by-policies": ["Word"]}}
    whole = spec({"one-task": reads, "other-task": {"identity": "puller"}}, "web")
    apply(emulator, whole)
    with Provisioner.emulated(emulator) as provisioner:
        assert provisioner.plan(whole, tasks=["other-task"]).is_empty


def test_what_an_identity_of_others_was_given_goes_when_the_task_that_used_it_was_deleted_by_hand() -> None:
    emulator = azure(identities={"puller": {"resource_group": "rg"}})
    user = {"identity": "puller", "pull": ["basereg"], "secrets": {"by-policies": ["Word"]}}
    apply(emulator, spec({"one-task": user, "other-task": {}}, "web"))
    ask(emulator, "DELETE", task("one-task"), version=TASKS_VERSION)
    web = spec({"other-task": {}}, "web")
    assert titles(emulator, web) == [
        "remove AcrPull on basereg from puller",
        "stop puller from reading secrets of by-policies",
        "remember on vault by-policies whose access is ours",
    ]
    apply(emulator, web)
    assert titles(emulator, web) == []
    assert plan(emulator, spec({"other-task": {}}, "web", identities={})).notes == ()


def test_a_spec_with_another_name_keeps_all_when_it_is_destroyed_with_its_old_one() -> None:
    emulator = azure()
    user = {"identity": "puller", "pull": ["basereg"], "secrets": {"by-policies": ["Word"]}}
    before, after = spec({"one-task": user}, "before"), spec({"one-task": user}, "after")
    apply(emulator, before)
    apply(emulator, after, adopt=True)
    destroy(emulator, before)
    assert titles(emulator, after) == []
    assert our_roles(emulator) == [f"after; userAssignedIdentities:{SUBSCRIPTION}/rg/puller; ours"]
    destroy(emulator, after)
    assert (names(emulator, "tasks"), names(emulator, "identities"), our_roles(emulator)) == ([], [], [])
