"""The order of a plan: each change behind those that it needs, otherwise the same for the same changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TYPE_CHECKING

from acr_identity.changes import Change, KnownAfterApply
from acr_identity.plan.values import NotCompared, Plan, PlannedChange
from acr_identity.state import UserIdentity

if TYPE_CHECKING:
    from typing import Literal

    from acr_identity.state import TaskIdentity


@dataclass(frozen=True, slots=True)
class Part:
    """What one part of the planner has found.

    Args:
        changes: what must be done.
        after: pairs of keys: the first change waits for the second. A key that no change has counts for nothing. That
            a change waits for the principals that it names need not be said.
        notes: sentences on what the plan cannot know or does not do.
        unsafe: reasons for which the plan must not be applied.
        not_compared: what could not be compared because the environment has no value for it.
        owned: how many things of ours are there.
        leftover: what is ours, is not wanted any more, and stays.
    """

    changes: tuple[Change, ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    not_compared: tuple[NotCompared, ...] = ()
    owned: int = 0
    leftover: tuple[str, ...] = ()


def assemble(parts: Iterable[Part], purpose: Literal["apply", "destroy"] = "apply") -> Plan:
    """Return the parts as one plan, in an order in which its changes can be made.

    Raises:
        graphlib.CycleError: the changes wait for each other.
    """
    parts = tuple(parts)
    changes = {change.key: change for part in parts for change in part.changes}
    edges = _edges(changes, (pair for part in parts for pair in part.after))
    return Plan(
        tuple(_arrange(changes, edges)),
        tuple(note for part in parts for note in part.notes),
        tuple(reason for part in parts for reason in part.unsafe),
        purpose,
        tuple(one for part in parts for one in part.not_compared),
        owned=sum(part.owned for part in parts),
        leftover=tuple(name for part in parts for name in part.leftover),
    )


def _edges(changes: Mapping[str, Change], after: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = {key: set() for key in changes}
    brought_by = {change.brings: key for key, change in changes.items() if change.brings}
    for key, change in changes.items():
        edges[key].update(brought_by[one] for one in _awaited(change) if one in brought_by)
    for key, earlier in after:
        if key in changes and earlier in changes:
            edges[key].add(earlier)
    return {key: earlier - {key} for key, earlier in edges.items()}


def _awaited(change: Change) -> Iterator[TaskIdentity]:
    yield from (grantee.identity for grantee in change.grantees if isinstance(grantee.ids, KnownAfterApply))
    yield from map(UserIdentity, change.attaches)


def _arrange(changes: Mapping[str, Change], edges: Mapping[str, set[str]]) -> Iterator[PlannedChange]:
    places = {key: (change.kind.rank, key.lower()) for key, change in changes.items()}
    sorter = TopologicalSorter(edges)
    sorter.prepare()
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=places.__getitem__)
        yield from (PlannedChange(changes[key], tuple(sorted(edges[key]))) for key in ready)
        sorter.done(*ready)
