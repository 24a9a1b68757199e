"""The order of a plan: each change behind those that it needs, otherwise the same for the same changes."""

from __future__ import annotations

from collections.abc import Iterable
from graphlib import TopologicalSorter

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.plan.values import PlannedChange

_RANKS: tuple[type[Change], ...] = (
    CreateIdentity,
    UpdateIdentity,
    CreateTask,
    UpdateTask,
    ReplaceTask,
    AssignRole,
    AddVaultAccess,
    SetCredential,
    EnableTask,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    DeleteTask,
    DeleteIdentity,
)


def arrange(drafts: Iterable[tuple[Change, Iterable[str]]]) -> tuple[PlannedChange, ...]:
    """Return the changes in order; each comes with the keys of those that it waits for.

    A key that no change of the plan has is dropped: what it names is there already.

    Raises:
        graphlib.CycleError: the changes wait for each other.
    """
    changes = {change.key: (change, frozenset(after)) for change, after in drafts}
    edges = {key: (after & changes.keys()) - {key} for key, (_, after) in changes.items()}
    sorter = TopologicalSorter(edges)
    sorter.prepare()
    ordered: list[PlannedChange] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=lambda key: (_RANKS.index(type(changes[key][0])), key.lower()))
        ordered += [PlannedChange(changes[key][0], tuple(sorted(edges[key]))) for key in ready]
        sorter.done(*ready)
    return tuple(ordered)
