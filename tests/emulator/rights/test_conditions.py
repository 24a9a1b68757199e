from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator.rights.conditions import ConditionError, Question, holds, read_condition

NAME = "Microsoft.ContainerRegistry/registries/repositories:name"
READ = "Microsoft.ContainerRegistry/registries/repositories/content/read"
WRITE = "Microsoft.ContainerRegistry/registries/repositories/content/write"


def allows(condition: str, repository: str, action: str = READ) -> bool:
    attributes = {NAME.lower(): repository} if repository else {}
    return holds(read_condition(condition), Question(action, attributes))


@pytest.mark.parametrize(
    ("operator", "value", "fits", "fits_not"),
    [
        ("StringEquals", "'app'", "app", "App"),
        ("StringEqualsIgnoreCase", "'app'", "APP", "app2"),
        ("StringNotEquals", "'app'", "App", "app"),
        ("StringNotEqualsIgnoreCase", "'app'", "other", "APP"),
        ("StringStartsWith", "'team/'", "team/app", "Team/app"),
        ("StringStartsWithIgnoreCase", "'team/'", "TEAM/app", "teams"),
        ("StringNotStartsWithIgnoreCase", "'team/'", "other", "Team/app"),
        ("StringLike", "'a*c'", "abc", "abd"),
        ("StringLike", "'team[ab]/*'", "team[ab]/x", "teama/x"),
        ("StringLikeIgnoreCase", "'A*C'", "abc", "abd"),
        ("StringLike", r"'a\*'", "a*", "ab"),
        ("ForAnyOfAnyValues:StringEqualsIgnoreCase", "{'a', 'b'}", "B", "c"),
        ("ForAllOfAllValues:StringStartsWith", "{'a', 'ab'}", "abc", "ac"),
        ("ForAnyOfAllValues:StringNotEquals", "{'a', 'b'}", "c", "b"),
        ("ForAllOfAnyValues:StringNotStartsWith", "{'a', 'ab'}", "ac", "ab"),
    ],
)
def test_an_operator_compares_as_its_name_says(operator: str, value: str, fits: str, fits_not: str) -> None:
    condition = f"(@Request[{NAME}] {operator} {value})"
    assert (allows(condition, fits), allows(condition, fits_not), allows(condition, "")) == (True, False, False)


def test_the_documented_condition_limits_the_actions_that_it_names() -> None:
    condition = (
        f"((!(ActionMatches{{'{READ}'}}) AND !(ActionMatches{{'Microsoft.ContainerRegistry/registries/repositories/"
        f"metadata/read'}})) OR (@Request[{NAME}] StringEqualsIgnoreCase 'hello-world'))"
    )
    assert (allows(condition, "Hello-World"), allows(condition, "other")) == (True, False)
    assert allows(condition, "other", WRITE)


def test_and_binds_closer_than_or_and_not_closest() -> None:
    no, yes = f"@Request[{NAME}] StringEquals 'no'", f"@Request[{NAME}] StringEquals 'yes'"
    assert allows(f"{yes} OR {no} AND {no}", "yes")
    assert not allows(f"({yes} OR {no}) AND {no}", "yes")
    assert not allows(f"NOT {yes} && {yes} || {no}", "yes")
    assert allows(f"Exists @Request[{NAME}] AND NotExists @Resource[other:name]", "yes")


@pytest.mark.parametrize(
    "condition",
    [
        "",
        "()",
        "(1 Equals 1)",
        f"(@Request[{NAME}] StringEquals 'a'",
        f"@Request[{NAME}] StringEquals 'a')",
        f"@Request[{NAME}] NumericEquals 1",
        f"@Principal[{NAME}] StringEquals 'a'",
        f"@Request[{NAME}] Unknown:StringEquals 'a'",
        f"@Request[{NAME}] StringEquals",
        f"'a' StringEquals @Request[{NAME}]",
        f"@Request[{NAME}] StringEquals {{'a' 'b'}}",
        "ActionMatches{'a'} ActionMatches{'b'}",
        "!" * 100,
        "(" * 9000,
    ],
)
def test_what_is_no_condition_cannot_be_read(condition: str) -> None:
    with pytest.raises(ConditionError):
        read_condition(condition)


@given(st.text(alphabet="()!&|'{}@[]AOND Request:StringEquals", max_size=80))
def test_any_text_is_read_or_refused(condition: str) -> None:
    with suppress(ConditionError):
        assert holds(read_condition(condition), Question(READ)) in {True, False}
