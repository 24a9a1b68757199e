"""What was made between a plan and its writes: whether it is what the plan would have made itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.changes import Change, CreateTask
from acr_identity.ids import WAIT_TAG, remembered_places, with_places
from acr_identity.plan.compare import compare
from acr_identity.plan.credentials import has_credentials
from acr_identity.plan.tags import merge_tags, waits, without_tags

if TYPE_CHECKING:
    from acr_identity.state import LiveTask, Principals


def is_made(change: Change, there: LiveTask, principals: Principals) -> bool:
    """Say whether a task is one that this change has made: it carries our mark, and all that the change writes.

    So it is when a plan is applied again. A task that was created disabled, until its grants are made, may be enabled
    by now.
    """
    return (
        isinstance(change, CreateTask)
        and _has_tags(change, there)
        and _has_status(change, there)
        and change.system == (there.attached.system_principal_id is not None)
        and set(change.users) == set(there.attached.users)
        and has_credentials(there, change.credentials, principals)
        and not compare(change.settings, there.settings, details_seen=there.details_seen, hidden=there.hidden).changes
    )


def _has_tags(change: CreateTask, there: LiveTask) -> bool:
    # What it remembers of principals is known only when it is made.
    wanted = with_places(change.tags, remembered_places(there.tags)) if change.remembers else change.tags
    return merge_tags(there.tags, without_tags(wanted, (WAIT_TAG,))) == there.tags


def _has_status(change: CreateTask, there: LiveTask) -> bool:
    return waits(change.tags) or (change.settings.enabled is False) == (there.settings.enabled is False)
