"""What must be done to a task: create it, change it, or write it anew; set its credentials; enable it at last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.changes import (
    CreateTask,
    EnableTask,
    FieldChange,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG, remember, remembered
from acr_identity.plan.compare import ABSENT, Differences, compare
from acr_identity.plan.credentials import credential_change, credential_part
from acr_identity.plan.losses import hidden_notes, losses
from acr_identity.plan.marks import newly_added
from acr_identity.plan.order import Part
from acr_identity.plan.patch import patch_of, switched_on
from acr_identity.plan.tags import OURS, WAITING, is_ours, merge_tags, tag_changes, waits, without_tags
from acr_identity.plan.values import NotCompared
from acr_identity.state import TaskSettings

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.grants import MissingGrants
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import Live, LiveTask, Tags

TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask

_TRIGGER_FIELDS = frozenset({"timers", "base_image", "sources"})


@dataclass(frozen=True, slots=True)
class _Case:
    """A task that is wanted, and what stands round it.

    Args:
        want: what the spec says.
        live: what is there.
        differences: what must change of its settings.
        signs: the fingerprints of what its tags must remember.
        grants: the grants that it still needs: their keys, each with the fingerprint under which it is remembered.
        new_users: those of its user-assigned identities that do not exist yet.
    """

    want: WantedTask
    live: LiveTask | None
    differences: Differences
    signs: frozenset[str]
    grants: Mapping[str, str]
    new_users: frozenset[ArmId]


def task_part(want: WantedTask, live: Live, missing: MissingGrants) -> Part:
    """Return all that is to be done for one task, in which order, and what is to be said of it."""
    task = live.tasks.get(want.id)
    case = _Case(
        want,
        task,
        Differences() if task is None else _differences(want, task),
        missing.signs.get(want.name, frozenset()) | newly_added(want, task),
        missing.by_task.get(want.name, {}),
        frozenset(user for user in want.users if user not in live.identities),
    )
    change = _change(case)
    credentials = Part() if task is None else credential_part(want, task)
    if isinstance(change, ReplaceTask):
        stated = (credential_change(one) for one in credentials.changes if isinstance(one, SetCredential))
        change = replace(change, fields=(*change.fields, *stated))
        credentials = replace(credentials, changes=())
    enable = _enable(case, change)
    return Part(
        (*([change] if change else ()), *credentials.changes, *([enable] if enable else ())),
        tuple(_order(case, change, credentials, enable)),
        (*_notes(case), *credentials.notes, *hidden_notes(want.name, case.differences)),
        (*_doubles(want), *credentials.unsafe, *losses(want, task, change)),
        (*_not_compared(want.name, case.differences), *credentials.not_compared),
    )


def _not_compared(task: str, found: Differences) -> Iterator[NotCompared]:
    return (NotCompared(task, path, unset.variable, unset.state) for path, unset in found.unset)


def _order(
    case: _Case, change: TaskChange | None, credentials: Part, enable: EnableTask | None
) -> Iterator[tuple[str, str]]:
    if change is not None:
        yield from ((credential.key, change.key) for credential in credentials.changes)
        # What we add for an identity of others is written down, in the task's tags, before it is added.
        written = {sign for _, value in change.tags or () for sign in value.split()}
        yield from ((grant, change.key) for grant, sign in case.grants.items() if sign in written)
    if enable is not None:
        earlier = [*case.grants, *(one.key for one in credentials.changes), *([change.key] if change else ())]
        yield from ((enable.key, key) for key in earlier)


def _change(case: _Case) -> TaskChange | None:
    want, live, differences = case.want, case.live, case.differences
    if live is None:
        return _create(case)
    pauses = _pauses(case, live)
    tags = merge_tags(live.tags, want.tags, remember(remembered(live.tags) | case.signs), WAITING if pauses else ())
    attached = tuple(_missing_identities(case, live))
    changes = (*differences.changes, *attached, *tag_changes(live.tags, tags))
    if not changes:
        return None
    enabled = False if pauses or "enabled" in differences.fields else None
    if not differences.by_patch:
        return _replace(want, live, tags, changes, enabled=enabled)
    states_settings = differences.fields - {"enabled"}
    patch = patch_of(want.settings, live.settings, differences) if states_settings else TaskSettings()
    return UpdateTask(
        id=live.id,
        settings=replace(patch, enabled=enabled),
        identities=_stated(want, live) if attached else None,
        source_identity=live.source_identity,
        tags=tags if tags != live.tags else None,
        fields=changes,
        reason=f"task {want.name} differs from the spec",
    )


def _create(case: _Case) -> CreateTask:
    want = case.want
    settings = switched_on(want.settings, TaskSettings())
    pauses = bool(case.grants) and settings.has_triggers and settings.enabled is not False
    return CreateTask(
        id=want.id,
        location=want.location,
        settings=replace(settings, enabled=settings.enabled is not False and not pauses),
        system=want.system,
        users=want.users,
        credentials=want.credentials,
        tags=merge_tags(want.tags, OURS, remember(case.signs), WAITING if pauses else ()),
        reason=f"the spec has task {want.name}",
    )


def _differences(want: WantedTask, live: LiveTask) -> Differences:
    found = compare(
        want.settings,
        live.settings,
        details_seen=live.details_seen,
        hidden=live.hidden,
        owns_lists=is_ours(live.tags),
    )
    if want.settings.enabled is not False or live.settings.enabled is False:
        return found
    status = FieldChange("enabled", "true", "false")
    return replace(found, changes=(*found.changes, status), fields=found.fields | {"enabled"})


def _pauses(case: _Case, live: LiveTask) -> bool:
    gains_triggers = bool(case.differences.fields & _TRIGGER_FIELDS)
    may_run = live.settings.enabled is not False and case.want.settings.enabled is not False
    return bool(case.grants) and gains_triggers and may_run


def _replace(
    want: WantedTask, live: LiveTask, tags: Tags, changes: tuple[FieldChange, ...], *, enabled: bool | None
) -> ReplaceTask:
    return ReplaceTask(
        id=live.id,
        settings=replace(switched_on(want.settings, live.settings), enabled=enabled),
        identities=_stated(want, live),
        credentials=want.credentials,
        tags=tags,
        fields=changes,
        reason=f"task {want.name} differs from the spec in a way that only a new PUT can express",
    )


def _missing_identities(case: _Case, live: LiveTask) -> Iterator[FieldChange]:
    if case.want.system and live.attached.system_principal_id is None:
        yield FieldChange("identity", ABSENT, "SystemAssigned")
    for user in case.want.users:
        if user not in live.attached.users:
            yield FieldChange("identity", ABSENT, str(user))
        elif user in case.new_users:
            yield FieldChange("identity", f"{user} (deleted)", str(user))


def _stated(want: WantedTask, live: LiveTask) -> StatedIdentities:
    system = want.system or live.attached.system_principal_id is not None
    return StatedIdentities(system, tuple(sorted({*live.attached.users, *want.users})))


def _enable(case: _Case, change: TaskChange | None) -> EnableTask | None:
    if not _must_be_enabled(case, change):
        return None
    live_tags = case.live.tags if case.live else ()
    tags = (change.tags if change else None) or live_tags
    kept = without_tags(tags, (WAIT_TAG,))
    reason = f"task {case.want.name} has all that it needs" if waits(tags) else "the spec wants it enabled"
    return EnableTask(case.want.id, kept if kept != tags else None, reason)


def _must_be_enabled(case: _Case, change: TaskChange | None) -> bool:
    wanted = case.want.settings.enabled
    if wanted is False:
        return False
    if change is not None and waits(change.tags or ()):
        return True
    live = case.live
    return live is not None and (waits(live.tags) or (wanted is True and live.settings.enabled is False))


def _notes(case: _Case) -> Iterator[str]:
    if case.live is not None and case.live.unseen_because:
        yield f"the secrets of task {case.want.name} were not read: {case.live.unseen_because}"


def _doubles(want: WantedTask) -> Iterator[str]:
    servers = Counter(one.login_server.lower() for one in want.credentials)
    for server in sorted(server for server, times in servers.items() if times > 1):
        yield f"task {want.name} has two credentials for {server}: one of `pull`, one of `credentials`"
