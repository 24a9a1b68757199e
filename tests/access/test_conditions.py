"""Conditions of role assignments: yes, no, or not known; never one of the first two where it is the third."""

from __future__ import annotations

import pytest

from acr_identity.access import AppliesTo, Given, Missing, Unknown, Where, judge
from acr_identity.access.condition_text import read_condition
from acr_identity.access.conditions import NotKnown
from acr_identity.ids import Role
from acr_identity.state import LiveAssignment
from plan.worlds import BASE as REGISTRY

READ = "Microsoft.ContainerRegistry/registries/repositories/content/read"
METADATA = "Microsoft.ContainerRegistry/registries/repositories/metadata/read"
NAME = "@Request[Microsoft.ContainerRegistry/registries/repositories:name]"
BASE, TEAM, ALL = Where("base", begins=False), Where("team/"), Where()


def only(test: str) -> str:
    return f"((!(ActionMatches{{'{READ}'}})) OR ({test}))"


def passes(condition: str, action: str, where: Where | None) -> bool | None:
    """Say whether a condition lets an action pass everywhere there; `None` if that cannot be told."""
    one = LiveAssignment("id", str(REGISTRY), "p-user", Role.REPOSITORY_READER.guid, condition)
    match judge((AppliesTo(action, where, is_data=True),), REGISTRY, [one], {}):
        case Given():
            return True
        case Missing():
            return False
        case Unknown():
            return None


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
        (f"{NAME} StringStartsWith 'a' OR !({NAME} StringStartsWith 'a')", ALL, True),
        (f"{NAME} StringNotEquals 'base' OR {NAME} StringNotEquals 'team/x'", ALL, True),
        (f"{NAME} StringNotEquals 'Base' AND !({NAME} StringStartsWith 'TEAM/')", ALL, True),
        (f"!(!({NAME} StringStartsWithIgnoreCase 'team/' && {NAME} StringNotEquals 'team/x'))", TEAM, False),
        (f"{NAME} ForAnyOfAllValues:StringNotEquals {{'x', 'base'}}", BASE, False),
        (f"{NAME} ForAllOfAnyValues:StringNotEquals {{'x', 'base'}}", BASE, True),
        (f"{NAME} ForAllOfAllValues:StringStartsWith {{'b', 'ba'}}", BASE, True),
        (f"{NAME} StringLike 'b*'", BASE, True),
        (f"{NAME} StringLike 'team/*'", TEAM, True),
        (f"{NAME} StringLike 'base'", ALL, False),
        (f"{NAME} StringLikeIgnoreCase 'B?s*'", BASE, True),
        (f"{NAME} StringNotLike 'b\\*'", BASE, True),
        (f"{NAME} StringLike '*a'", TEAM, None),
        (f"{NAME} StringLike 'b\\*' OR {NAME} StringEqualsIgnoreCase 'base'", BASE, True),
        (f"{NAME} StringEquals 'base' AND {NAME} StringEquals 'x' OR {NAME} StringEquals 'base'", BASE, None),
        (f"{NAME} StringEquals {{'base', other}}", BASE, None),
        (f"{NAME} StringEquals @Resource[x]", BASE, None),
        (f"'base' StringEquals {NAME}", BASE, None),
        (f"{NAME} ForNobody:StringEquals {{'base'}}", BASE, None),
        (f"{NAME} StringContains 'base'", BASE, None),
        ("@Environment[isPrivateLink] BoolEquals true", BASE, None),
        ("@Resource[Microsoft.ContainerRegistry/registries/repositories:name] StringEquals 'base'", BASE, None),
        ("@Environment[UtcNow] DateTimeGreaterThan '2026-01-01'", BASE, None),
        ("Exists @Request[x]", BASE, None),
        ("SubOperationMatches{'x'}", BASE, None),
        (f"{NAME} StringEqualsIgnoreCase 'it''s'", Where("it's", begins=False), None),
        (f"{NAME} StringEqualsIgnoreCase 'base'", None, None),
    ],
)
def test_a_test_of_the_repository_is_judged_for_all_that_are_meant(
    test: str, where: Where | None, *, expected: bool | None
) -> None:
    assert passes(only(test), READ, where) is expected


def test_an_action_of_which_a_condition_does_not_speak_passes() -> None:
    assert passes(only(f"{NAME} StringEquals 'x'"), METADATA, ALL) is True
    assert passes(only(f"{NAME} StringEquals 'x'"), METADATA, None) is True
    assert passes("", READ, ALL) is True


def test_a_condition_about_giving_roles_does_not_hide_what_else_it_allows() -> None:
    write, roles = "Microsoft.Authorization/roleAssignments/write", "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd"
    asked = "@Request[Microsoft.Authorization/roleAssignments:RoleDefinitionId]"
    condition = f"((!(ActionMatches{{'{write}'}})) OR ({asked} ForAnyOfAnyValues:GuidEquals {{{roles}, {roles}}}))"
    assert passes(condition, READ, ALL) is True


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
    assert read_condition(text) == NotKnown()
