"""Repositories as patterns, and the conditions that are about them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.ids import Role
from acr_identity.plan.repositories import ANYTHING, condition_for, covers, joined, repositories_in

NARROWED = [role for role in Role if role.data_actions]
NAMES = st.sampled_from(["base", "team", "team/app", "team/web/ui", "other"])
PATTERNS = NAMES | st.sampled_from(["team/*", "team/web/*", "other/*"])


@pytest.mark.parametrize(
    ("pattern", "other", "does"),
    [
        ("*", "team/*", True),
        ("team/*", "team/app", True),
        ("team/*", "team/web/*", True),
        ("team/*", "team", False),
        ("team/web/*", "team/*", False),
        ("team", "team/app", False),
        ("team/app", "team/apple", False),
        ("base", "base", True),
        ("base", "*", False),
    ],
)
def test_a_pattern_covers_what_all_names_of_the_other_match(pattern: str, other: str, *, does: bool) -> None:
    assert covers(pattern, other) == does


@given(st.lists(PATTERNS, min_size=1), NAMES)
def test_fewer_patterns_mean_the_same(patterns: list[str], name: str) -> None:
    few = joined(patterns)
    assert any(covers(one, name) for one in few) == any(covers(one, name) for one in patterns)
    assert joined(few) == few


def test_a_condition_names_all_data_actions_of_the_role_and_each_repository() -> None:
    assert condition_for(Role.REPOSITORY_READER, ["team/*", "base"]) == (
        "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})"
        " AND !(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/metadata/read'}))"
        " OR (@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'base'"
        " OR @Request[Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'))"
    )


@pytest.mark.parametrize("role", NARROWED, ids=lambda role: role.name)
def test_all_repositories_take_no_condition(role: Role) -> None:
    assert condition_for(role, [ANYTHING, "base"]) == ""
    assert repositories_in(role, "") == (ANYTHING,)


@given(st.sampled_from(NARROWED), st.lists(PATTERNS, min_size=1))
def test_what_is_written_is_read_again(role: Role, patterns: list[str]) -> None:
    assert repositories_in(role, condition_for(role, patterns)) == joined(patterns)


@pytest.mark.parametrize("change", [str.upper, lambda text: text + " ", lambda text: text.replace(" OR ", " AND ", 1)])
def test_a_condition_of_another_form_is_not_read(change: object) -> None:
    assert callable(change)
    assert repositories_in(Role.REPOSITORY_READER, change(condition_for(Role.REPOSITORY_READER, ["base"]))) is None
    assert repositories_in(Role.REPOSITORY_WRITER, condition_for(Role.REPOSITORY_READER, ["base"])) is None
