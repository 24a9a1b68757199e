"""Marks that another tool has wiped: what proves all the same that something is ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self

from acr_identity.ids import (
    USED,
    access_marks,
    mark_of,
    place_of,
    principals_in,
    reason_of,
    recorders,
    remembered,
    remembered_places,
)
from acr_identity.plan.compare import compare
from acr_identity.plan.credentials import credential_part
from acr_identity.plan.tags import OURS, is_ours, merge_tags
from acr_identity.state import SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.records import Owner
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import Live, LiveTask, TaskIdentity

_TASK_IN_A_REASON = re.compile(r"\btask (\S+) (?:pulls|pushes|deletes|lists|reads|logs in|says)\b")


@dataclass(frozen=True, slots=True)
class Proof:
    """What grants and tasks of ours say of who was given what.

    Args:
        live: what there is.
        owner: the spec.
        given: the places of what this spec gave something, each with its principal.
        holders: those of them that we created.
        reasons: the principals that this spec gave something, each with the name of a task for which it did.
        users: the identities of ours that were given access to a vault, each with its principal.
    """

    live: Live
    owner: Owner
    given: frozenset[tuple[str, str]]
    holders: frozenset[tuple[str, str]]
    reasons: frozenset[tuple[str, str]]
    users: Mapping[str, ArmId]

    @classmethod
    def of(cls, live: Live, owner: Owner) -> Self:
        """Gather it from role assignments, vaults and tasks."""
        assigned = [(one, mark) for one in live.assignments if (mark := mark_of(one.description))]
        opened = (pair for vault in live.vaults.values() for pair in access_marks(vault.tags).items())
        found = [*((one.principal_id, mark) for one, mark in assigned), *opened]
        marks = [(who, mark) for who, mark in found if mark.specs & owner.names]
        places = (place for task in live.tasks.values() for place in remembered_places(task.tags))
        return cls(
            live,
            owner,
            frozenset((mark.holder, who) for who, mark in marks),
            frozenset((mark.holder, who) for who, mark in marks if mark.holder_is_ours),
            frozenset(
                (one.principal_id, name)
                for one, mark in assigned
                if mark.specs & owner.names
                for name in _TASK_IN_A_REASON.findall(reason_of(one.description))
            ),
            principals_in(places),
        )

    def is_lost_on_identity(self, identity: ArmId) -> bool:
        """Say whether an identity carries no mark although we created it."""
        there = self.live.identities.get(identity)
        if there is None or is_ours(there.tags):
            return False
        was_given = (place_of(identity), there.principal_id) in self.holders
        return was_given or USED in remembered(there.tags) or self.users.get(there.principal_id) == identity

    def is_lost_on_task(self, task: LiveTask | None) -> bool:
        """Say whether a task carries no mark although what it was given says that it is ours."""
        if task is None or is_ours(task.tags):
            return False
        if USED in remembered(task.tags, self.owner.names):
            return True
        own = task.attached.system_principal_id
        if own is not None and (place_of(task.id), own) in self.holders:
            return True
        if recorders(task.tags):
            return False
        was_given = own is not None and (place_of(task.id), own) in self.given
        return was_given or any(self._speaks_for(task, user) for user in task.attached.users)

    def _speaks_for(self, task: LiveTask, user: ArmId) -> bool:
        """Say whether a user-assigned identity was given something for this very task."""
        identity = self.live.identities.get(user)
        if identity is None:
            return False
        if (identity.principal_id, task.id.name) in self.reasons:
            return True
        others = (one for one in self.live.tasks.values() if one.id != task.id and is_ours(one.tags))
        is_of_the_spec = is_ours(identity.tags) and bool(recorders(identity.tags) & self.owner.names)
        return is_of_the_spec and not any(user in other.attached.users for other in others)

    def lost_identities(self, tasks: Iterable[ArmId]) -> frozenset[TaskIdentity]:
        """Return the identities of those of these tasks that carry no mark although they are ours."""
        there = (self.live.tasks.get(id_) for id_ in tasks)
        lost = (task for task in there if task is not None and self.is_lost_on_task(task))
        return frozenset(identity for task in lost for identity in _identities_of(task))

    def with_marks(self, live: Live) -> Live:
        """Return what there is as if no mark had been wiped from an identity."""
        lost = {id_: one for id_, one in live.identities.items() if self.is_lost_on_identity(id_)}
        if not lost:
            return live
        marked = {id_: replace(one, tags=merge_tags(one.tags, OURS)) for id_, one in lost.items()}
        return replace(live, identities={**live.identities, **marked})


def is_what_is_wanted(want: WantedTask, task: LiveTask) -> bool:
    """Say whether a task has all that the spec says, its tags aside: it may be marked as ours, then."""
    has_identities = set(want.users) <= set(task.attached.users) and (
        task.attached.system_principal_id is not None or not want.system
    )
    status = want.settings.enabled is not False or task.settings.enabled is False
    found = compare(want.settings, task.settings, details_seen=task.details_seen, hidden=task.hidden)
    return has_identities and status and not found.changes and not credential_part(want, task).changes


def _identities_of(task: LiveTask) -> Iterator[TaskIdentity]:
    yield SystemIdentity(task.id)
    yield from map(UserIdentity, task.attached.users)
