"""Changes that go into one request: the entries of one vault, the credentials of one task."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from acr_identity.plan import PlannedChange


@dataclass(frozen=True, slots=True)
class Unit:
    """Planned changes that are made by one request, and the numbers of the units that must end before it."""

    number: int
    steps: tuple[PlannedChange, ...]
    after: frozenset[int]


def units(steps: Iterable[PlannedChange]) -> tuple[Unit, ...]:
    """Return the units of a plan in its order. A unit waits for all that any of its changes waits for."""
    groups: dict[tuple[str, ...], list[PlannedChange]] = {}
    for step in steps:
        groups.setdefault(step.change.request, []).append(step)
    numbers = {step.change.key: number for number, group in enumerate(groups.values()) for step in group}
    return tuple(
        Unit(number, tuple(group), frozenset(numbers[key] for step in group for key in step.after))
        for number, group in enumerate(groups.values())
    )
