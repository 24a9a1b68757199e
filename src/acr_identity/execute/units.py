"""The pieces of the work: changes that go into one request, and looks at what is about to be created."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.ids import ArmId
from acr_identity.plan import PlannedChange


@dataclass(frozen=True, slots=True)
class Unit:
    """Planned changes that are made by one request, and the numbers of the pieces that must end before it."""

    number: int
    steps: tuple[PlannedChange, ...]
    after: frozenset[int]


@dataclass(frozen=True, slots=True)
class Look:
    """One more look at a task that is about to be created. It waits for nothing."""

    number: int
    task: ArmId
    after: frozenset[int] = frozenset()


Piece: TypeAlias = Unit | Look


def pieces(steps: Iterable[PlannedChange]) -> tuple[Piece, ...]:
    """Return the units of a plan in its order, then the looks that some of them wait for.

    A unit waits for all that any of its changes waits for. The looks come last, so that the writes which wait for
    nothing do not queue behind them.
    """
    groups: dict[tuple[str, ...], list[PlannedChange]] = {}
    for step in steps:
        groups.setdefault(step.change.request, []).append(step)
    numbers = {step.change.key: number for number, group in enumerate(groups.values()) for step in group}
    tasks = dict.fromkeys(step.change.looks_for for group in groups.values() for step in group)
    looks = {task: number for number, task in enumerate(filter(None, tasks), len(groups))}
    units = (
        Unit(
            number,
            tuple(group),
            frozenset(numbers[key] for step in group for key in step.after)
            | {looks[step.change.looks_for] for step in group if step.change.looks_for},
        )
        for number, group in enumerate(groups.values())
    )
    return (*units, *(Look(number, task) for task, number in looks.items()))
