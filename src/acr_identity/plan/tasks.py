"""What must be done to a task: create it, change it, or write it anew; set its credentials; enable it at last."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.changes import (
    CreateTask,
    EnableTask,
    FieldChange,
    RemoveCredential,
    ReplaceTask,
    SetCredential,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG
from acr_identity.plan.compare import ABSENT
from acr_identity.plan.credentials import credential_change, credential_part
from acr_identity.plan.losses import hidden_notes, losses
from acr_identity.plan.order import Part
from acr_identity.plan.patch import patch_of, switched_on
from acr_identity.plan.tags import OURS, WAITING, is_ours, tag_changes, too_many, waits, without_tags
from acr_identity.plan.values import NotCompared
from acr_identity.state import TaskSettings

if TYPE_CHECKING:
    from acr_identity.plan.compare import Differences
    from acr_identity.plan.task_case import TaskCase
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import LiveTask, Tags

TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask

_TRIGGER_FIELDS = frozenset({"timers", "base_image", "sources"})


def task_part(case: TaskCase, *, is_adopted: bool = False) -> Part:
    """Return all that is to be done for one task, in which order, and what is to be said of it."""
    want, task = case.want, case.live
    change = _change(case, OURS if is_adopted else ())
    credentials = Part() if task is None else credential_part(want, task)
    if isinstance(change, ReplaceTask):
        stated = (credential_change(one) for one in credentials.changes if isinstance(one, SetCredential))
        change = replace(change, fields=(*change.fields, *stated))
        credentials = replace(credentials, changes=())
    enable = _enable(case, change)
    removed = tuple(_removed_credentials(case))
    last = _last(case, change, enable)
    steps = (*([change] if change else ()), *credentials.changes, *([enable] if enable else ()))
    return Part(
        (*steps, *removed, *([last] if last else ())),
        tuple(_order(case, change, credentials, enable, (removed, last))),
        (*_notes(case), *_without_pool(case), *credentials.notes, *hidden_notes(want.name, case.differences)),
        (
            *_doubles(want),
            *_of_others(case),
            *credentials.unsafe,
            *losses(want, task, change, case.record),
            *too_many(f"task {want.name}", (change and change.tags) or ()),
        ),
        (*_not_compared(want.name, case.differences), *credentials.not_compared),
    )


def _not_compared(task: str, found: Differences) -> Iterator[NotCompared]:
    return (NotCompared(task, path, unset.variable, unset.state) for path, unset in found.unset)


def _order(
    case: TaskCase,
    change: TaskChange | None,
    credentials: Part,
    enable: EnableTask | None,
    taking: tuple[tuple[RemoveCredential, ...], UpdateTask | None],
) -> Iterator[tuple[str, str]]:
    removed, last = taking
    first = [change.key] if change else []
    given = [*case.grants, *(one.key for one in credentials.changes)]
    for key in first:
        yield from ((credential.key, key) for credential in credentials.changes)
        # What could not be told to be ours is written down, in the task's tags, before it is added.
        yield from ((grant, key) for grant in case.written_first)
    if enable is not None:
        yield from ((enable.key, key) for key in (*first, *given))
    # What is there goes when what comes in its place is there: a credential before the grant that it needs.
    for one in removed:
        yield from ((one.key, key) for key in (*first, *given))
    for grant in case.losing.grants:
        yield from ((grant, key) for key in (*first, *given, *(one.key for one in removed)))
    if last is not None:
        earlier = (*first, *given, *case.losing.grants, *case.renaming, *(one.key for one in removed))
        yield from ((last.key, key) for key in (*earlier, *([enable.key] if enable else ())))


def _change(case: TaskCase, adopted: Tags) -> TaskChange | None:
    want, live, differences = case.want, case.live, case.differences
    if live is None:
        return _create(case)
    pauses = _pauses(case, live)
    tags = case.tags(adopted, WAITING if pauses else ())
    attached = tuple(_missing_identities(case, live))
    changes = (*differences.changes, *attached, *tag_changes(live.tags, tags))
    if not changes:
        return None
    enabled = False if pauses or "enabled" in differences.fields else None
    if not differences.by_patch:
        return _replace(case, live, tags, changes, enabled=enabled)
    states_settings = differences.fields - {"enabled"}
    patch = patch_of(want.settings, live.settings, differences) if states_settings else TaskSettings()
    return UpdateTask(
        id=live.id,
        settings=replace(patch, enabled=enabled),
        identities=_stated(case, live) if attached else None,
        source_identity=live.source_identity,
        tags=tags if tags != live.tags else None,
        fields=changes,
        reason=f"task {want.name} differs from the spec",
        remembers=() if tags == live.tags else case.remembers,
        source=case.source,
    )


def _create(case: TaskCase) -> CreateTask:
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
        tags=case.tags(OURS, WAITING if pauses else ()),
        reason=f"the spec has task {want.name}",
        remembers=case.remembers,
        source=case.source,
    )


def _pauses(case: TaskCase, live: LiveTask) -> bool:
    gains_triggers = bool(case.differences.fields & _TRIGGER_FIELDS)
    may_run = live.settings.enabled is not False and case.want.settings.enabled is not False
    return bool(case.grants) and gains_triggers and may_run


def _replace(
    case: TaskCase, live: LiveTask, tags: Tags, changes: tuple[FieldChange, ...], *, enabled: bool | None
) -> ReplaceTask:
    want = case.want
    return ReplaceTask(
        id=live.id,
        settings=replace(switched_on(want.settings, live.settings), enabled=enabled),
        identities=_stated(case, live),
        credentials=want.credentials,
        tags=tags,
        fields=changes,
        reason=f"task {want.name} differs from the spec in a way that only a new PUT can express",
        dropped=case.dropped,
        remembers=case.remembers,
        source=case.source,
    )


def _missing_identities(case: TaskCase, live: LiveTask) -> Iterator[FieldChange]:
    if case.want.system and live.attached.system_principal_id is None:
        yield FieldChange("identity", ABSENT, "SystemAssigned")
    for user in case.want.users:
        if user not in live.attached.users:
            yield FieldChange("identity", ABSENT, str(user))
        elif user in case.new_users:
            yield FieldChange("identity", f"{user} (deleted)", str(user))


def _stated(case: TaskCase, live: LiveTask) -> StatedIdentities:
    system = case.want.system or live.attached.system_principal_id is not None
    users = {*live.attached.users, *case.want.users} - set(case.losing.gone)
    return StatedIdentities(system, tuple(sorted(users)), case.losing.gone)


def _removed_credentials(case: TaskCase) -> Iterator[RemoveCredential]:
    reason = f"it was added to task {case.want.name}, and nothing wants it any more"
    yield from (RemoveCredential(case.want.id, server, reason) for server in case.losing.servers)


def _last(case: TaskCase, change: TaskChange | None, enable: EnableTask | None) -> UpdateTask | None:
    """Return the change that takes out what was needed until all else was done."""
    live, losing = case.live, case.losing
    if live is None or not (losing or case.renaming):
        return None
    before = (enable and enable.tags) or (change and change.tags) or live.tags
    waiting = () if enable or not waits(before) else WAITING
    adopted = OURS if is_ours(before) else ()
    tags = case.tags(adopted, waiting, finally_=True)
    tags = tags if waiting else without_tags(tags, (WAIT_TAG,))
    identities = _remaining(case, live)
    if identities is None and tags == before:
        return None
    return UpdateTask(
        id=live.id,
        settings=TaskSettings(),
        identities=identities,
        source_identity=live.source_identity,
        tags=tags if tags != before else None,
        fields=(*_lost_identities(case), *tag_changes(before, tags)),
        reason=(
            f"what task {case.want.name} was given is taken back" if losing else "all else says by now whose it is"
        ),
        is_last=True,
        remembers=() if tags == before else case.remembers,
    )


def _remaining(case: TaskCase, live: LiveTask) -> StatedIdentities | None:
    losing = case.losing
    if not losing.users and not losing.system:
        return None
    stated = _stated(case, live)
    users = tuple(user for user in stated.users if user not in losing.users)
    return StatedIdentities(stated.system and not losing.system, users, losing.users)


def _lost_identities(case: TaskCase) -> Iterator[FieldChange]:
    if case.losing.system:
        yield FieldChange("identity", "SystemAssigned", ABSENT)
    yield from (FieldChange("identity", str(user), ABSENT) for user in case.losing.users)


def _of_others(case: TaskCase) -> Iterator[str]:
    for name in sorted(case.record.others):
        whose = f"spec {name}" if name else "a spec without a name"
        yield f"task {case.want.name} carries the mark of {whose}: --adopt takes it over"


def _enable(case: TaskCase, change: TaskChange | None) -> EnableTask | None:
    if not _must_be_enabled(case, change):
        return None
    live_tags = case.live.tags if case.live else ()
    tags = (change.tags if change else None) or live_tags
    kept = case.when_enabled(without_tags(tags, (WAIT_TAG,)))
    reason = f"task {case.want.name} has all that it needs" if waits(tags) else _why_enabled(case)
    if kept == tags:
        return EnableTask(case.want.id, None, reason)
    return EnableTask(case.want.id, kept, reason, case.remembers)


def _why_enabled(case: TaskCase) -> str:
    # The spec may have disabled the task before, and say nothing of it now.
    was_ours = case.record.holds("enabled")
    return "the spec had disabled it, and does not any more" if was_ours else "the spec wants it enabled"


def _must_be_enabled(case: TaskCase, change: TaskChange | None) -> bool:
    wanted = case.want.settings.enabled
    if wanted is False:
        return False
    if change is not None and waits(change.tags or ()):
        return True
    live = case.live
    return live is not None and (waits(live.tags) or (wanted is True and live.settings.enabled is False))


def _notes(case: TaskCase) -> Iterator[str]:
    if case.live is not None and case.live.unseen_because:
        yield f"the secrets of task {case.want.name} were not read: {case.live.unseen_because}"


def _without_pool(case: TaskCase) -> Iterator[str]:
    if case.lacks_pool:
        where = (
            f"the agent pool {case.want.settings.pool}, and registry {case.want.id.parent.name} has none of that name"
        )
        fix = "create it (`az acr agentpool create`; it takes the tier Premium), or leave the pool out"
        yield f"task {case.want.name} is to run in {where}: {fix}"


def _doubles(want: WantedTask) -> Iterator[str]:
    servers = Counter(one.login_server.lower() for one in want.credentials)
    for server in sorted(server for server, times in servers.items() if times > 1):
        yield f"task {want.name} has two credentials for {server}: one of `pull`, one of `credentials`"
