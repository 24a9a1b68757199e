"""What identities have already is not given anew, whoever gave it, and it is said by what a need is met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import AssignRole
from acr_identity.ids import AnyRole, ArmId, Role
from acr_identity.plan import Plan, make_plan
from acr_identity.plan.repositories import condition_for
from acr_identity.state import Live, LiveAssignment, LiveRole
from plan.worlds import BASE, GROUP, OTHER_VAULT, assignment, complete_with_user, spec_of, task_of

OWN = "0f0f0f0f-0000-0000-0000-000000000001"
PULLER = LiveRole("Puller", ((("*/pull/read",), (), (), ()),))
READER = "Container Registry Repository Reader on mybaseregistry"
NOBODY = replace(complete_with_user(), assignments=())


def given(role: str, scope: str = str(BASE), condition: str = "") -> LiveAssignment:
    return replace(assignment("p-user", text="by others"), role_guid=role, scope=scope, condition=condition)


def planned(*assignments: LiveAssignment, live: Live = NOBODY, **task: object) -> Plan:
    return make_plan(spec_of(task_of("myACRTasksId", **task)), replace(live, assignments=assignments))


def assigned(plan: Plan) -> list[AnyRole]:
    return [change.role for change in plan.changes if isinstance(change, AssignRole)]


@pytest.mark.parametrize(
    ("role", "scope", "by"),
    [
        (Role.ACR_PULL.guid, str(GROUP), f"AcrPull at resource group {GROUP.name}"),
        (Role.ACR_PUSH.guid, str(BASE), "AcrPush at registry mybaseregistry"),
        (
            "b24988ac-6180-42a0-ab88-20f7382dd24c",
            f"/subscriptions/{BASE.subscription}",
            f"Contributor at subscription {BASE.subscription}",
        ),
        ("acdd72a7-3385-48ef-bd42-f606fba81ae7", "/", "Reader at the root"),
        (
            "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
            "/providers/Microsoft.Management/managementGroups/all",
            "Owner at management group all",
        ),
    ],
)
def test_what_others_gave_here_or_above_is_enough_and_is_named(role: str, scope: str, by: str) -> None:
    plan = planned(given(role, scope))
    assert assigned(plan) == []
    assert plan.notes == (f"myACRTasksId needs no AcrPull on mybaseregistry of its own: met by {by}",)


def test_the_same_role_at_the_same_place_needs_no_words() -> None:
    plan = planned(given(Role.ACR_PULL.guid))
    assert (assigned(plan), plan.notes) == ([], ())


@pytest.mark.parametrize("scope", [f"{BASE}x", str(OTHER_VAULT), str(ArmId.group(BASE.subscription, "elsewhere"))])
def test_what_holds_elsewhere_is_not_enough(scope: str) -> None:
    assert assigned(planned(given(Role.ACR_PULL.guid, scope))) == [Role.ACR_PULL]


def test_a_role_of_one_s_own_is_enough_if_it_allows_the_same() -> None:
    live = replace(NOBODY, roles={OWN: PULLER})
    plan = planned(given(OWN, str(GROUP)), live=live)
    by = f"Puller at resource group {GROUP.name}"
    assert assigned(plan) == []
    assert plan.notes == (f"myACRTasksId needs no AcrPull on mybaseregistry of its own: met by {by}",)


def test_a_role_that_could_not_be_read_is_said_and_not_relied_upon() -> None:
    plan = planned(given(OWN, str(GROUP)))
    assert assigned(plan) == [Role.ACR_PULL]
    has = f"it has the role {OWN} at resource group {GROUP.name}"
    assert plan.notes == (f"whether myACRTasksId needs AcrPull on mybaseregistry is not known: {has}",)


def test_who_wants_an_assignment_of_its_own_gets_it() -> None:
    broader = given(Role.ACR_PULL.guid, str(GROUP))
    plan = planned(broader, pull=[{"registry": "mybaseregistry", "own": True}])
    assert (assigned(plan), plan.notes) == ([Role.ACR_PULL], ())


def test_what_we_gave_for_something_else_is_no_reason_not_to_give_what_is_needed() -> None:
    plan = planned(replace(assignment("p-user"), role_guid=Role.ACR_PUSH.guid))
    assert assigned(plan) == [Role.ACR_PULL]


def by_repository(*assignments: LiveAssignment, repositories: tuple[str, ...] = ()) -> Plan:
    registries = {**NOBODY.registries, BASE: replace(NOBODY.registries[BASE], uses_abac=True)}
    pull = [{"registry": "mybaseregistry", "repositories": repositories}]
    return planned(*assignments, live=replace(NOBODY, registries=registries), pull=pull)


def test_a_condition_that_covers_what_is_named_is_enough() -> None:
    condition = condition_for(Role.REPOSITORY_READER, ["team/*"])
    plan = by_repository(given(Role.REPOSITORY_READER.guid, condition=condition), repositories=("team/app",))
    assert (assigned(plan), plan.unsafe) == ([], ())
    met = "met by Container Registry Repository Reader at registry mybaseregistry"
    assert plan.notes == (f"myACRTasksId needs no {READER} of its own: {met}",)


def test_a_condition_that_covers_less_is_kept_and_said() -> None:
    there = given(Role.REPOSITORY_READER.guid, condition=condition_for(Role.REPOSITORY_READER, ["base"]))
    plan = by_repository(there)
    assert (assigned(plan), plan.unsafe) == ([], ())
    has = f"{READER} under a condition that somebody set, and not for all repositories that the spec means"
    fix = f"name those that are used in `repositories`, or have it changed: {there.id}"
    assert plan.notes == (f"myACRTasksId has {has}: {fix}",)


def test_who_wants_an_assignment_of_its_own_is_refused_where_somebody_gave_the_same_under_a_condition() -> None:
    there = given(Role.ACR_PULL.guid, condition="@Resource[x] StringEquals 'y'")
    plan = planned(there, pull=[{"registry": "mybaseregistry", "own": True}])
    assert plan.unsafe == (
        f"myACRTasksId has AcrPull on mybaseregistry under a condition that somebody set: {there.id}",
    )


def test_a_condition_that_cannot_be_judged_is_kept_and_said() -> None:
    there = given(Role.REPOSITORY_READER.guid, condition="@Resource[x] StringEquals 'y'")
    plan = by_repository(there)
    has = "it has Container Registry Repository Reader at registry mybaseregistry"
    beside = f"the role cannot be given beside {there.id}"
    assert (assigned(plan), plan.unsafe) == ([], ())
    assert plan.notes == (f"whether myACRTasksId needs {READER} is not known: {has}, and {beside}",)


def test_conditions_that_cover_together_what_is_named_are_enough() -> None:
    name = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
    here = given(Role.REPOSITORY_READER.guid, condition=f"{name} StringNotEqualsIgnoreCase 'team/app'")
    above = given(Role.REPOSITORY_READER.guid, str(GROUP), f"!({name} StringNotEquals 'team/app')")
    plan = by_repository(here, replace(above, id="above"))
    by = " and ".join(
        f"Container Registry Repository Reader at {place}"
        for place in ("registry mybaseregistry", f"resource group {GROUP.name}")
    )
    assert (assigned(plan), plan.unsafe) == ([], ())
    assert plan.notes == (f"myACRTasksId needs no {READER} of its own: met by {by}",)


def test_a_secret_needs_just_the_right_to_get_it() -> None:
    get = LiveRole("Getter", (((), (), ("Microsoft.KeyVault/vaults/secrets/getSecret/action",), ()),))
    plan = planned(
        given(OWN, str(GROUP)), live=replace(NOBODY, roles={OWN: get}), pull=[], secrets={"othervault": ["A"]}
    )
    assert assigned(plan) == []
