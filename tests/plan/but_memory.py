"""Plans without what they write down for later: what is remembered has tests of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from acr_identity import plan as planner
from acr_identity.changes import (
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    CredentialChange,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    MarkRoleAssignment,
    MarkVault,
    ReplaceTask,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.changes.grants import AddVaultAccess, RemoveRoleAssignment, RemoveVaultAccess
from acr_identity.ids import is_memory, reason_of
from acr_identity.plan import Plan, PlannedChange
from acr_identity.spec import Spec
from acr_identity.state import Live, Tags


def make_plan(spec: Spec, live: Live) -> Plan:
    """Plan, and leave out what is remembered."""
    return but_memory(planner.make_plan(spec, live), live)


def but_memory(plan: Plan, live: Live) -> Plan:
    """Return a plan without what it writes into records, and without the changes that do nothing else."""
    kept = {step.change.key: change for step in plan.steps if (change := _plain(step.change, live)) is not None}
    steps = (
        PlannedChange(kept[step.change.key], tuple(key for key in step.after if key in kept))
        for step in plan.steps
        if step.change.key in kept
    )
    return replace(plan, steps=tuple(steps), owned=0)


def as_remembered(spec: Spec, live: Live) -> Live:
    """Return the same world, in which the tags remember what the spec says, as they do after an apply."""
    tags = {
        change.id: change.tags
        for change in planner.make_plan(spec, live).changes
        if isinstance(change, UpdateIdentity | UpdateTask) and change.tags is not None
    }
    return replace(
        live,
        identities={id_: replace(one, tags=tags.get(id_, one.tags)) for id_, one in live.identities.items()},
        tasks={id_: replace(one, tags=tags.get(id_, one.tags)) for id_, one in live.tasks.items()},
    )


def _plain(change: Change, live: Live) -> Change | None:  # noqa: C901, PLR0911 - one way for each kind
    match change:
        case CreateIdentity():
            return replace(change, tags=_tags(change.tags))
        case CreateTask():
            return replace(change, tags=_tags(change.tags), remembers=())
        case ReplaceTask():
            return replace(change, tags=_tags(change.tags), fields=_fields(change.fields), remembers=())
        case UpdateIdentity():
            fields = _fields(change.fields)
            return replace(change, tags=_tags(change.tags), fields=fields) if fields else None
        case UpdateTask():
            return _update(change, live)
        case EnableTask(tags=tags):
            return change if tags is None else replace(change, tags=_tags(tags), remembers=())
        case AssignRole(description=description):
            return replace(change, description=f"acr_identity: {reason_of(description)}")
        case MarkRoleAssignment() | MarkVault():
            return None
        case DeleteIdentity() | DeleteTask() | AddVaultAccess() | RemoveRoleAssignment() | RemoveVaultAccess():
            return change
        case _ if isinstance(change, CredentialChange):
            return change
        case _:
            assert_never(change)


def _update(change: UpdateTask, live: Live) -> UpdateTask | None:
    fields = _fields(change.fields)
    if not fields and change.identities is None:
        return None
    tags = None if change.tags is None else _tags(change.tags)
    there = _tags(live.tasks[change.id].tags)
    return replace(change, tags=None if tags == there else tags, fields=fields, remembers=())


def _tags(tags: Tags) -> Tags:
    return tuple(tag for tag in tags if not is_memory(tag[0]))


def _fields(fields: tuple[FieldChange, ...]) -> tuple[FieldChange, ...]:
    return tuple(each for each in fields if not is_memory(each.path.removeprefix("tags.")))
