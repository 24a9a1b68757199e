"""How much a plan may remove before somebody has to say that it is meant."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.changes import CreateIdentity, DeleteTask
from acr_identity.errors import ExitCode, TooManyRemovalsError
from acr_identity.plan import Plan, PlannedChange, refusal_of_removals
from acr_identity.plan.removals import FEW
from plan.worlds import IDENTITY, REGISTRY


def removing(count: int, owned: int = 0) -> Plan:
    """Return a plan that deletes so many tasks, and creates an identity."""
    deletions = [DeleteTask(REGISTRY.child("tasks", f"task{number}"), "why") for number in range(count)]
    created = PlannedChange(CreateIdentity(IDENTITY, "eastus", (), "why"))
    return Plan((created, *map(PlannedChange, deletions)), owned=owned)


def refusal(plan: Plan, max_removals: int | None = None) -> tuple[tuple[str, ...], int, int] | None:
    error = refusal_of_removals(plan, max_removals)
    return None if error is None else (error.removals, error.owned, error.allowed)


def titles(count: int) -> tuple[str, ...]:
    return tuple(f"delete task task{number}" for number in range(count))


@pytest.mark.parametrize(
    ("count", "owned", "allowed"),
    [
        (0, 0, None),
        (FEW, FEW, None),
        (FEW, 0, None),
        (FEW + 1, 0, FEW),
        (FEW + 1, FEW + 1, FEW),
        (6, 19, 5),
        (6, 20, None),
        (30, 100, None),
        (31, 100, 30),
        (8, 12, 5),
    ],
)
def test_more_than_a_few_and_more_than_a_part_of_what_is_ours_is_refused(
    count: int, owned: int, allowed: int | None
) -> None:
    expected = None if allowed is None else (titles(count), owned, allowed)
    assert refusal(removing(count, owned)) == expected


@pytest.mark.parametrize(
    ("count", "said", "is_refused"),
    [(8, 7, True), (8, 8, False), (8, 9, False), (1, 0, True), (0, 0, False), (0, -1, False), (1, -1, True)],
)
def test_who_says_how_many_are_meant_gets_no_more_and_no_fewer(count: int, said: int, *, is_refused: bool) -> None:
    assert refusal(removing(count, 12), said) == ((titles(count), 12, max(said, 0)) if is_refused else None)


def test_what_is_planned_to_be_destroyed_is_meant_unless_somebody_says_how_many() -> None:
    plan = replace(removing(8, 8), purpose="destroy")
    assert refusal(plan) is None
    assert refusal(plan, 7) == (titles(8), 8, 7)


def test_the_refusal_is_one_of_an_unsafe_plan_that_names_what_would_go() -> None:
    error = refusal_of_removals(removing(6, 7))
    assert isinstance(error, TooManyRemovalsError)
    assert error.exit_code is ExitCode.REFUSED_AS_UNSAFE
    assert error.reasons == ("it would remove 6 of 7 things that were made here, and at most 5 may go", *titles(6))
