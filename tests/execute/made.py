"""Tasks as plans have made them."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.changes import CreateTask
from acr_identity.ids import WAIT_TAG
from acr_identity.plan import Plan
from acr_identity.state import LiveTask
from plan.worlds import live_task


def creation_in(plan: Plan) -> CreateTask:
    """Return the one creation of a task in a plan."""
    (change,) = (one for one in plan.changes if isinstance(one, CreateTask))
    return change


def task_made_by(plan: Plan) -> LiveTask:
    """Return the task of a plan that has been applied: enabled, and without the tag of one that waits."""
    change = creation_in(plan)
    return live_task(
        users=change.users,
        login="[system]" if change.system else "c-user",
        system="p-found" if change.system else None,
        tags=tuple(tag for tag in change.tags if tag[0] != WAIT_TAG),
        settings=replace(change.settings, enabled=True),
    )
