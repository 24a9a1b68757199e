"""What must be done to a task: create it, change it, or write it anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeAlias

from acr_identity.access import task_identity
from acr_identity.changes import CreateTask, FieldChange, RegistryCredential, ReplaceTask, StatedIdentities, UpdateTask
from acr_identity.ids import ArmId, fingerprint, remember, remembered
from acr_identity.plan.compare import ABSENT, Differences, compare, patch_of, switched_on
from acr_identity.plan.desired import task_settings
from acr_identity.plan.tags import OURS, WAITING, is_ours, merge_tags, tag_changes
from acr_identity.spec import Spec
from acr_identity.state import LiveTask, SystemIdentity, Tags, TaskSettings

TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask

_TRIGGER_FIELDS = frozenset({"timers", "base_image", "sources"})


@dataclass(frozen=True, slots=True)
class DesiredTask:
    """What a spec wants of one task."""

    id: ArmId
    name: str
    location: str
    settings: TaskSettings
    system: bool
    users: tuple[ArmId, ...]
    tags: Tags
    credentials: tuple[RegistryCredential, ...]
    added: frozenset[str] = frozenset()
    """The fingerprints of what is to be remembered in its tags."""
    waits: bool = False
    """Whether the task must not run by itself before other changes of the plan are made."""
    new_users: frozenset[ArmId] = frozenset()
    """Those of its user-assigned identities that do not exist yet."""


def desired_task(spec: Spec, name: str, location: str, credentials: tuple[RegistryCredential, ...]) -> DesiredTask:
    """Return what the spec wants of this task; `location` is its registry's."""
    task = spec.tasks[name]
    users = tuple(sorted(spec.identity_id(user) for user in task.user_identities))
    tags = tuple(sorted(task.tags.items()))
    return DesiredTask(
        spec.task_id(name), name, location, task_settings(task), task.uses_system, users, tags, credentials
    )


def task_change(want: DesiredTask, live: LiveTask | None) -> TaskChange | None:
    """Return the one change that gives a task its settings, identities and tags, or `None`."""
    if live is None:
        return _create(want)
    differences = differences_of(want, live)
    pauses = _pauses(want, live, differences)
    tags = merge_tags(live.tags, want.tags, remember(remembered(live.tags) | want.added), WAITING if pauses else ())
    attached = tuple(_missing_identities(want, live))
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


def newly_added(spec: Spec, name: str, live: LiveTask | None, credentials: tuple[RegistryCredential, ...]) -> set[str]:
    """Return the fingerprints of what will be added to a task of others: identities and credentials."""
    if live is None or is_ours(live.tags):
        return set()
    present = {str(user).lower() for user in live.attached.users}
    if live.attached.system_principal_id:
        present.add(SystemIdentity(live.id).key.lower())
    wanted = [task_identity(spec, name, identity).key for identity in spec.tasks[name].identity]
    identities = {identity_sign(key) for key in wanted if key.lower() not in present}
    logins = {credential_sign(one.login_server) for one in credentials if one.login_server.lower() not in live.logins}
    return identities | logins


def identity_sign(key: str) -> str:
    """Return the fingerprint of an identity that was attached."""
    return fingerprint("identity", key)


def credential_sign(login_server: str) -> str:
    """Return the fingerprint of a credential that was added."""
    return fingerprint("credential", login_server)


def _create(want: DesiredTask) -> CreateTask:
    settings = switched_on(want.settings, TaskSettings())
    pauses = want.waits and settings.has_triggers and settings.enabled is not False
    return CreateTask(
        id=want.id,
        location=want.location,
        settings=replace(settings, enabled=settings.enabled is not False and not pauses),
        system=want.system,
        users=want.users,
        credentials=want.credentials,
        tags=merge_tags(want.tags, OURS, remember(want.added), WAITING if pauses else ()),
        reason=f"the spec has task {want.name}",
    )


def differences_of(want: DesiredTask, live: LiveTask) -> Differences:
    """Return in what the settings of a task that exists differ from the spec, its status included."""
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


def _pauses(want: DesiredTask, live: LiveTask, differences: Differences) -> bool:
    gains_triggers = bool(differences.fields & _TRIGGER_FIELDS)
    return want.waits and gains_triggers and live.settings.enabled is not False and want.settings.enabled is not False


def _replace(
    want: DesiredTask, live: LiveTask, tags: Tags, changes: tuple[FieldChange, ...], *, enabled: bool | None
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


def _missing_identities(want: DesiredTask, live: LiveTask) -> Iterator[FieldChange]:
    if want.system and live.attached.system_principal_id is None:
        yield FieldChange("identity", ABSENT, "SystemAssigned")
    for user in want.users:
        if user not in live.attached.users:
            yield FieldChange("identity", ABSENT, str(user))
        elif user in want.new_users:
            yield FieldChange("identity", f"{user} (deleted)", str(user))


def _stated(want: DesiredTask, live: LiveTask) -> StatedIdentities:
    system = want.system or live.attached.system_principal_id is not None
    return StatedIdentities(system, tuple(sorted({*live.attached.users, *want.users})))
