"""How much of what is there is ours: tasks, identities and which of them tasks have, grants and credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.ids import access_marks, mark_of
from acr_identity.plan.records import Owner, credential_sign, identity_sign, record_in
from acr_identity.plan.tags import is_ours
from acr_identity.state import SystemIdentity

if TYPE_CHECKING:
    from acr_identity.state import Live, LiveTask


def count_owned(live: Live, owner: Owner) -> int:
    """Return how many things that were read are this spec's own."""
    marks = [mark for one in live.assignments if (mark := mark_of(one.description))]
    marks += [mark for vault in live.vaults.values() for mark in access_marks(vault.tags).values()]
    grants = sum(bool(mark.specs & owner.names) for mark in marks)
    identities = sum(is_ours(one.tags) for one in live.identities.values())
    return grants + identities + sum(_count_of(task, owner) for task in live.tasks.values())


def _count_of(task: LiveTask, owner: Owner) -> int:
    signs = record_in(task.tags, owner).signs
    attached = [identity_sign(str(user)) for user in task.attached.users]
    if task.attached.system_principal_id is not None:
        attached.append(identity_sign(SystemIdentity(task.id).key))
    return is_ours(task.tags) + sum(sign in signs for sign in (*attached, *map(credential_sign, task.logins)))
