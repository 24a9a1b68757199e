"""What role assignments give together, at a resource and above it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.access import BUILT_IN, AppliesTo, Given, Missing, Unknown, Where, judge
from acr_identity.access.effective import is_above
from acr_identity.emulator.kernel.state import Assignment, RoleDefinition, State
from acr_identity.emulator.rights.decision import Ask, may_use
from acr_identity.ids import ArmId, Role
from acr_identity.state import LiveAssignment, LiveRole
from plan.worlds import BASE, GROUP
from profiles import examples

PULL = "Microsoft.ContainerRegistry/registries/pull/read"
PUSH = "Microsoft.ContainerRegistry/registries/push/write"
READ = "Microsoft.ContainerRegistry/registries/repositories/content/read"
WRITE = "Microsoft.ContainerRegistry/registries/repositories/content/write"
NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OWN = "0f0f0f0f-0000-0000-0000-000000000001"
TO_PULL = (AppliesTo(PULL, Where(), is_data=False),)


def assigned(role: str, scope: str = str(BASE), condition: str = "", number: int = 0) -> LiveAssignment:
    return LiveAssignment(f"assignment-{number}", scope, "p-user", role, condition)


@pytest.mark.parametrize(
    ("scope", "above"),
    [
        (str(BASE), True),
        (str(BASE).upper() + "/", True),
        (str(GROUP), True),
        (f"/subscriptions/{BASE.subscription}", True),
        ("/", True),
        ("/providers/Microsoft.Management/managementGroups/all", True),
        (f"{BASE}x", False),
        (f"{BASE}/tasks/hello", False),
        ("nonsense", False),
    ],
)
def test_what_is_assigned_at_a_scope_holds_at_it_and_below(scope: str, *, above: bool) -> None:
    assert is_above(scope, BASE) == above


@pytest.mark.parametrize("role", [Role.ACR_PULL.guid, Role.ACR_PUSH.guid, CONTRIBUTOR, READER])
def test_a_need_is_met_by_any_role_that_allows_it(role: str) -> None:
    one = assigned(role, str(GROUP))
    assert judge(TO_PULL, BASE, [one], {}) == Given((one,))


def test_a_role_without_the_action_does_not_meet_it() -> None:
    assert (
        judge(TO_PULL, BASE, [assigned(Role.ACR_DELETE.guid), assigned(Role.REPOSITORY_READER.guid)], {}) == Missing()
    )


def test_several_assignments_meet_a_need_together() -> None:
    needs = (*TO_PULL, AppliesTo(PUSH, Where(), is_data=False))
    pull, push = assigned(Role.ACR_PULL.guid), assigned(OWN, number=1)
    roles = {OWN: LiveRole("Pusher", ((("*/push/write",), (), (), ()),))}
    assert judge(needs, BASE, [pull, push], roles) == Given((pull, push))
    assert judge(needs, BASE, [pull], roles) == Missing()


def test_a_role_that_could_not_be_read_makes_it_not_known() -> None:
    one = assigned(OWN)
    assert judge(TO_PULL, BASE, [one], {}) == Unknown((one,))
    assert judge(TO_PULL, BASE, [one, replace(assigned(READER), id="other")], {}) == Given(
        (replace(assigned(READER), id="other"),)
    )


def test_a_condition_that_could_not_be_judged_makes_it_not_known() -> None:
    one = assigned(Role.REPOSITORY_READER.guid, condition="@Resource[x] StringEquals 'y'")
    assert judge((AppliesTo(READ, Where(), is_data=True),), BASE, [one], {}) == Unknown((one,))


PATTERNS = st.sampled_from(
    [
        PULL,
        PUSH,
        READ,
        WRITE,
        "*",
        "*/read",
        "Microsoft.ContainerRegistry/*",
        "Microsoft.ContainerRegistry/*/read",
        "x/*",
    ]
)
ROLES = st.builds(
    lambda *parts: LiveRole("own", (tuple(map(tuple, parts)),)),
    *(st.lists(PATTERNS, max_size=2) for _ in range(4)),
)
TESTS = st.sampled_from(
    [
        f"{NAME} StringEqualsIgnoreCase 'base'",
        f"{NAME} StringStartsWithIgnoreCase 'team/'",
        f"!({NAME} StringStartsWithIgnoreCase 'team/')",
        f"{NAME} StringEquals 'Base' OR {NAME} StringNotEquals 'team/app'",
        f"{NAME} StringLike 'b*'",
    ]
)
CONDITIONS = st.just("") | st.builds(
    lambda action, test: f"((!(ActionMatches{{'{action}'}})) OR ({test}))", st.sampled_from([READ, WRITE, PULL]), TESTS
)
SCOPES = st.sampled_from(
    [str(BASE), str(GROUP), f"/subscriptions/{BASE.subscription}", f"{GROUP}x", f"{BASE}other", "/"]
)
GUIDS = st.sampled_from([*BUILT_IN, OWN])
ASSIGNED = st.lists(st.builds(assigned, GUIDS, SCOPES, CONDITIONS, st.integers(0, 99)), max_size=5)


def state(assignments: list[LiveAssignment], own: LiveRole) -> State:
    """Return the same as the emulator has it."""
    actions, not_actions, data_actions, not_data_actions = own.permissions[0]
    role = RoleDefinition(OWN, "own", "", actions, not_actions, data_actions, not_data_actions, built_in=False)
    made = {
        str(number): Assignment(
            str(number), one.scope, one.role_guid, one.principal_id, "ServicePrincipal", 0, 0, "", None, one.condition
        )
        for number, one in enumerate(assignments)
    }
    return State(BASE.subscription, "tenant", "eastus", "owner", roles={OWN: role}, assignments=made)


@examples(5)
@given(
    ASSIGNED,
    ROLES,
    st.sampled_from([(PULL, False), (PUSH, False), (READ, True), (WRITE, True)]),
    st.sampled_from(["base", "team/app"]),
)
def test_what_is_judged_is_what_the_emulator_decides(
    assignments: list[LiveAssignment], own: LiveRole, wanted: tuple[str, bool], repository: str
) -> None:
    action, is_data = wanted
    need = AppliesTo(action, Where(repository, begins=False), is_data=is_data)
    ask = Ask("p-user", action, str(BASE), repository)
    allowed = may_use(state(assignments, own), ask, data=is_data, granted_before=1)
    match judge((need,), BASE, assignments, {OWN: own}):
        case Given():
            assert allowed
        case Missing():
            assert not allowed
        case Unknown(by):
            assert any("StringLike" in one.condition for one in by)


@given(ASSIGNED, ROLES, st.sampled_from(["", "team/"]), st.sampled_from(["team/app", "team/x/y", "base"]))
def test_what_is_given_everywhere_is_given_in_each(
    assignments: list[LiveAssignment], own: LiveRole, beginning: str, name: str
) -> None:
    everywhere = judge((AppliesTo(READ, Where(beginning), is_data=True),), BASE, assignments, {OWN: own})
    here = judge((AppliesTo(READ, Where(name, begins=False), is_data=True),), BASE, assignments, {OWN: own})
    assert not isinstance(everywhere, Given) or not name.startswith(beginning) or isinstance(here, Given)


def test_all_roles_that_are_assigned_have_a_definition() -> None:
    assert {role.guid for role in Role} <= BUILT_IN.keys()
    assert ArmId(str(BASE)) == BASE
