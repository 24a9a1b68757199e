"""What role assignments give together, at a resource and above it."""

from __future__ import annotations

import re
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
PART = "[a-z0-9]+((_|__|[.]|-+)[a-z0-9]+)*"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
OWN = "0f0f0f0f-0000-0000-0000-000000000001"
TO_PULL = (AppliesTo(PULL, None, is_data=False),)


def is_repository(name: str) -> bool:
    """Say whether a repository may have this name."""
    return re.fullmatch(f"{PART}(/{PART})*", name) is not None


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


def test_assignments_give_together_what_none_gives_alone() -> None:
    only = assigned(Role.REPOSITORY_READER.guid, condition=f"{NAME} StringStartsWithIgnoreCase 'a'")
    others = assigned(Role.REPOSITORY_WRITER.guid, condition=f"!({NAME} StringStartsWithIgnoreCase 'A')", number=1)
    needs = (AppliesTo(READ, Where(), is_data=True),)
    assert judge(needs, BASE, [only, others], {}) == Given((others, only))
    assert judge(needs, BASE, [only], {}) == judge(needs, BASE, [others], {}) == Missing()


def test_several_assignments_meet_a_need_together() -> None:
    needs = (*TO_PULL, AppliesTo(PUSH, None, is_data=False))
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
TEXTS = ["base", "b", "team", "team/", "Team/", "team/app", "TEAM/APP", "team/app2", "base/x", "x-", ""]
ENDS = ["", "a", "q", "z0", "-x", "/x", "2", "app", "kk9/y"]
NAMES = sorted({f"{text.lower()}{end}" for text in TEXTS for end in ENDS if is_repository(f"{text.lower()}{end}")})
"""Names of all the kinds that these texts can tell apart."""
OPERATORS = st.sampled_from(
    [
        f"String{word}{case}"
        for word in ("Equals", "NotEquals", "StartsWith", "NotStartsWith", "Like", "NotLike")
        for case in ("", "IgnoreCase")
    ]
)
QUANTIFIERS = st.sampled_from(["ForAnyOfAnyValues", "ForAllOfAnyValues", "ForAnyOfAllValues", "ForAllOfAllValues"])
ABOUT_NAMES = st.builds(lambda operator, text: f"{NAME} {operator} '{text}'", OPERATORS, st.sampled_from(TEXTS))
ABOUT_NAMES |= st.builds(
    lambda quantifier, operator, texts: f"{NAME} {quantifier}:{operator} {{{', '.join(map(repr, texts))}}}",
    QUANTIFIERS,
    OPERATORS,
    st.lists(st.sampled_from(TEXTS), min_size=1, max_size=3),
)
ABOUT_NAMES |= st.builds(lambda text: f"{NAME} StringLike '{text}*'", st.sampled_from(TEXTS))
ABOUT_ACTIONS = st.sampled_from([f"ActionMatches{{'{action}'}}" for action in (READ, WRITE, PULL, "*/read")])
NOT_KNOWN = st.sampled_from([f"{NAME} StringLike '*b*'", f"Exists {NAME}", "SubOperationMatches{'x'}"])


def conditions_of(tests: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Return conditions of such tests, nested in any way."""
    either = st.builds(
        lambda parts: " OR ".join(f"({part})" for part in parts), st.lists(tests, min_size=2, max_size=3)
    )
    nested = st.recursive(
        tests | either,
        lambda inner: (
            st.builds("{0}({1})".format, st.sampled_from(["!", "NOT "]), inner)
            | st.builds("({1}) {0} ({2})".format, st.sampled_from(["AND", "OR", "&&", "||"]), inner, inner)
        ),
        max_leaves=5,
    )
    return st.just("") | nested


CONDITIONS = conditions_of(ABOUT_NAMES | ABOUT_ACTIONS)
SCOPES = st.sampled_from(
    [str(BASE), str(GROUP), f"/subscriptions/{BASE.subscription}", f"{GROUP}x", f"{BASE}other", "/"]
)
GUIDS = st.sampled_from([*BUILT_IN, OWN])


def assignments_under(conditions: st.SearchStrategy[str]) -> st.SearchStrategy[list[LiveAssignment]]:
    """Return some assignments of any role, here and elsewhere, each with an id of its own."""
    some = st.lists(st.tuples(GUIDS, SCOPES, conditions), max_size=5)
    return some.map(lambda each: [assigned(*one, number) for number, one in enumerate(each)])


ASSIGNED = assignments_under(CONDITIONS)


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


def allowed(assignments: list[LiveAssignment], own: LiveRole, need: AppliesTo, name: str) -> bool:
    """Return what the emulator decides."""
    ask = Ask("p-user", need.action, str(BASE), name)
    return may_use(state(assignments, own), ask, data=need.is_data, granted_before=1)


@examples(4)
@given(
    ASSIGNED,
    ROLES,
    st.sampled_from([(PULL, False), (PUSH, False), (READ, True), (WRITE, True)]),
    st.sampled_from(["base", "team/app"]),
)
def test_what_is_judged_of_a_repository_is_what_the_emulator_decides(
    assignments: list[LiveAssignment], own: LiveRole, wanted: tuple[str, bool], repository: str
) -> None:
    action, is_data = wanted
    need = AppliesTo(action, Where(repository, begins=False), is_data=is_data)
    verdict = judge((need,), BASE, assignments, {OWN: own})
    assert isinstance(verdict, Given if allowed(assignments, own, need, repository) else Missing)


@examples(2)
@given(ASSIGNED, ROLES, st.sampled_from([READ, WRITE]))
def test_what_is_judged_of_all_that_begin_so_is_what_the_emulator_decides_of_each(
    assignments: list[LiveAssignment], own: LiveRole, action: str
) -> None:
    for beginning in ("", "team/", "base/", "zz/"):
        need = AppliesTo(action, Where(beginning), is_data=True)
        names = [name for name in (*NAMES, "zz/z") if name.startswith(beginning)]
        verdict = judge((need,), BASE, assignments, {OWN: own})
        assert isinstance(verdict, Given if all(allowed(assignments, own, need, name) for name in names) else Missing)


@given(
    assignments_under(conditions_of(ABOUT_NAMES | ABOUT_ACTIONS | NOT_KNOWN)),
    ROLES,
    st.sampled_from([Where(), Where("team/"), Where("base", begins=False)]),
)
def test_what_is_not_known_is_never_judged_as_something_else(
    assignments: list[LiveAssignment], own: LiveRole, where: Where
) -> None:
    need = AppliesTo(READ, where, is_data=True)
    names = [name for name in NAMES if name == where.name or (where.begins and name.startswith(where.name))]
    match judge((need,), BASE, assignments, {OWN: own}):
        case Given(by):
            assert all(allowed(list(by), own, need, name) for name in names)
        case Missing():
            assert not all(allowed(assignments, own, need, name) for name in names)
        case Unknown(by):
            assert by


def test_all_roles_that_are_assigned_have_a_definition() -> None:
    assert {role.guid for role in Role} <= BUILT_IN.keys()
    assert ArmId(str(BASE)) == BASE
