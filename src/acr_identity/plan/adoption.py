"""Marks that another tool has wiped: what proves all the same that something is ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from acr_identity.ids import access_marks, mark_of, place_of, recorders
from acr_identity.plan.tags import is_ours

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.records import Owner
    from acr_identity.state import Live, LiveTask


@dataclass(frozen=True, slots=True)
class Proof:
    """What grants of ours say of who has them.

    Args:
        principals: those that were given something by this spec.
        holders: the places of identities of ours that were given something by it.
    """

    principals: frozenset[str]
    holders: frozenset[str]

    @classmethod
    def of(cls, live: Live, owner: Owner) -> Self:
        """Gather it from role assignments and vaults."""
        assigned = ((one.principal_id, mark) for one in live.assignments if (mark := mark_of(one.description)))
        opened = (pair for vault in live.vaults.values() for pair in access_marks(vault.tags).items())
        found = [(principal, mark) for principal, mark in (*assigned, *opened) if mark.specs & owner.names]
        return cls(
            frozenset(principal for principal, _ in found),
            frozenset(mark.holder for _, mark in found if mark.holder_is_ours),
        )

    def marks_are_lost(self, identity: ArmId, live: Live) -> bool:
        """Say whether an identity carries no mark although it is ours."""
        there = live.identities.get(identity)
        return (
            there is not None
            and not is_ours(there.tags)
            and not recorders(there.tags)
            and there.principal_id in self.principals
            and place_of(identity) in self.holders
        )

    def may_be_ours(self, task: LiveTask | None, live: Live) -> bool:
        """Say whether a task without a mark has an identity that we gave something."""
        if task is None or is_ours(task.tags) or recorders(task.tags):
            return False
        users = (live.identities.get(user) for user in task.attached.users)
        principals = {task.attached.system_principal_id, *(user.principal_id for user in users if user)}
        return bool(principals & self.principals)
