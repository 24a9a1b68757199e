"""Conditions of role assignments: yes, no, or not known; never one of the first two where it is the third."""

from __future__ import annotations

import pytest

from acr_identity.access.conditions import Where, passes

READ, WRITE = "A/read", "A/write"
NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
BASE, TEAM, ALL = Where("base", begins=False), Where("team/"), Where()


def only(test: str) -> str:
    return f"((!(ActionMatches{{'{READ}'}})) OR ({test}))"


@pytest.mark.parametrize(
    ("test", "where", "expected"),
    [
        (f"{NAME} StringEqualsIgnoreCase 'Base'", BASE, True),
        (f"{NAME} StringEquals 'Base'", BASE, False),
        (f"{NAME} StringEqualsIgnoreCase 'base'", ALL, False),
        (f"{NAME} StringEqualsIgnoreCase 'team/x'", TEAM, False),
        (f"{NAME} StringStartsWithIgnoreCase 'TEAM'", TEAM, True),
        (f"{NAME} StringStartsWithIgnoreCase 'team/x'", TEAM, False),
        (f"{NAME} StringStartsWithIgnoreCase 'team/'", ALL, False),
        (f"{NAME} StringStartsWith 'ba'", BASE, True),
        (f"{NAME} ForAnyOfAnyValues:StringEqualsIgnoreCase {{'x', 'base'}}", BASE, True),
        (f"{NAME} StringEqualsIgnoreCase {{'x', 'base'}}", BASE, None),
        (f"{NAME} StringNotEqualsIgnoreCase 'base'", BASE, False),
        (f"{NAME} StringNotEqualsIgnoreCase 'base'", ALL, False),
        (f"{NAME} StringNotEqualsIgnoreCase 'base'", TEAM, True),
        (f"!({NAME} StringEqualsIgnoreCase 'team/x')", TEAM, False),
        (f"NOT {NAME} StringStartsWithIgnoreCase 'other/'", TEAM, True),
        (f"{NAME} StringEqualsIgnoreCase 'x' OR {NAME} StringEqualsIgnoreCase 'base'", BASE, True),
        (f"{NAME} StringEqualsIgnoreCase 'x' AND {NAME} StringEqualsIgnoreCase 'base'", BASE, False),
        (f"{NAME} StringLike 'b*'", BASE, None),
        (f"{NAME} StringLike 'b*' OR {NAME} StringEqualsIgnoreCase 'base'", BASE, True),
        ("@Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'base'", BASE, None),
        ("@Environment[UtcNow] DateTimeGreaterThan '2026-01-01'", BASE, None),
        ("Exists @Request[x]", BASE, None),
        ("SubOpMatches{'x'}", BASE, None),
        (f"{NAME} StringEqualsIgnoreCase 'it''s'", Where("it's", begins=False), True),
    ],
)
def test_a_test_of_the_repository_is_judged_for_all_that_are_meant(
    test: str, where: Where, *, expected: bool | None
) -> None:
    assert passes(only(test), READ, where) is expected


def test_an_action_of_which_a_condition_does_not_speak_passes() -> None:
    assert passes(only(f"{NAME} StringEquals 'x'"), WRITE, ALL) is True
    assert passes("", READ, ALL) is True


@pytest.mark.parametrize(
    "text",
    [
        "(",
        "()",
        "ActionMatches",
        "ActionMatches{",
        f"{NAME}",
        f"{NAME} StringEquals",
        f"{NAME} StringEquals base",
        "'text'",
        "ActionMatches{'A/read'} ActionMatches{'A/read'}",
        "#",
        "(" * 1000,
        "!" * 1000,
    ],
)
def test_what_cannot_be_read_is_not_known(text: str) -> None:
    assert passes(text, READ, BASE) is None
