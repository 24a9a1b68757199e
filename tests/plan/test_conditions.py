"""Conditions of role assignments: several as one, and whether one holds wherever another does."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.plan.conditions import any_of, holds_for

PARTS = (
    "@Request[a:name] StringEquals 'x'",
    "((!(ActionMatches{'a/read'})) OR (@Request[a:name] StringEquals 'x OR y'))",
    "(@Request[a:name] StringEquals 'it''s (') AND (Exists @Request[b:c])",
    "(A) AND (B)",
)
conditions = st.lists(st.sampled_from(PARTS), min_size=1, max_size=4)


@given(conditions, conditions)
def test_what_is_made_of_several_holds_wherever_one_of_them_does(some: list[str], more: list[str]) -> None:
    whole = any_of([*some, *more])
    assert holds_for(whole, any_of(some))
    assert all(holds_for(whole, one) for one in more)
    assert any_of([any_of(some), any_of(more)]) == any_of([*more, *some]) or len({*some, *more}) == 1
    assert holds_for(any_of(some), whole) == (set(more) <= set(some))


@pytest.mark.parametrize("part", PARTS)
def test_one_alone_stays_as_it_is_written(part: str) -> None:
    assert any_of([part, part]) == part


def test_none_is_always() -> None:
    assert any_of(["", PARTS[0]]) == ""
    assert holds_for("", PARTS[0])
    assert not holds_for(PARTS[0], "")


@pytest.mark.parametrize(("one", "other"), list(combinations(PARTS, 2)))
def test_one_does_not_hold_for_another(one: str, other: str) -> None:
    assert not holds_for(one, other)
    assert any_of([one, other]).count(") OR (") == 1 + sum(part.count(") OR (") for part in (one, other))
