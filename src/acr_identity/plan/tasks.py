"""What must be done to a task: create it, change it, or write it anew."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TypeAlias

from acr_identity.access import task_identity
from acr_identity.changes import (
    CreateTask,
    FieldChange,
    RegistryCredential,
    RegistryCredentialAsRead,
    ReplaceTask,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import CREATED, MARK_TAG, ArmId, fingerprint, remember, remembered
from acr_identity.plan.compare import ABSENT, Differences, compare, only_fields, overlay
from acr_identity.plan.desired import task_settings
from acr_identity.spec import Spec
from acr_identity.state import (
    Attached,
    CustomLogin,
    IdentityLogin,
    LiveTask,
    Login,
    MaskedLogin,
    SystemIdentity,
    Tags,
    TaskSettings,
)

TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask


@dataclass(frozen=True, slots=True)
class DesiredTask:
    """What a spec wants of one task. `added` are the fingerprints of what is to be remembered in its tags."""

    id: ArmId
    name: str
    location: str
    settings: TaskSettings
    system: bool
    users: tuple[ArmId, ...]
    tags: Tags
    credentials: tuple[RegistryCredential, ...]
    added: frozenset[str] = frozenset()
    waits: bool = False
    """Whether the task must not run by itself before other changes of the plan are made."""


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
    differences = compare(want.settings, live.settings, details_seen=live.details_seen)
    attached = _missing_identities(want, live.attached)
    tags = merge_tags(live.tags, want.tags, remember(remembered(live.tags) | want.added))
    if want.settings.enabled is False and live.settings.enabled:
        differences = _with_status(differences)
    changes = (*differences.changes, *attached, *_tag_changes(live.tags, tags))
    if not changes:
        return None
    if not differences.by_patch:
        return _replace(want, live, tags, changes)
    return _update(want, live, tags, changes, differences)


def merge_tags(live: Tags, *wanted: Tags) -> Tags:
    """Return the live tags, overruled and completed by the wanted ones."""
    merged = dict(live)
    for tags in wanted:
        merged.update(tags)
    return tuple(sorted(merged.items()))


def is_ours(tags: Tags) -> bool:
    """Say whether these are the tags of something that we created."""
    return (MARK_TAG, CREATED) in tags


def newly_added(spec: Spec, name: str, live: LiveTask | None, credentials: tuple[RegistryCredential, ...]) -> set[str]:
    """Return the fingerprints of what will be added to a task of others: identities and credentials."""
    if live is None or is_ours(live.tags):
        return set()
    task = spec.tasks[name]
    present = {str(user).lower() for user in live.attached.users}
    if live.attached.system_principal_id:
        present.add(str(live.id).lower())
    wanted = [task_identity(spec, name, identity) for identity in task.identity]
    keys = [str(identity.task if isinstance(identity, SystemIdentity) else identity.id) for identity in wanted]
    identities = {identity_sign(key) for key in keys if key.lower() not in present}
    logins = {credential_sign(one.login_server) for one in credentials if one.login_server.lower() not in live.logins}
    return identities | logins


def identity_sign(key: str) -> str:
    """Return the fingerprint of an identity that was attached; a system identity's key is its task's id."""
    return fingerprint("identity", key)


def credential_sign(login_server: str) -> str:
    """Return the fingerprint of a credential that was added."""
    return fingerprint("credential", login_server)


def _create(want: DesiredTask) -> CreateTask:
    settings = want.settings
    starts_enabled = settings.enabled is not False and not (want.waits and settings.has_triggers)
    return CreateTask(
        id=want.id,
        location=want.location,
        settings=replace(settings, enabled=starts_enabled),
        system=want.system,
        users=want.users,
        credentials=want.credentials,
        tags=merge_tags(want.tags, ((MARK_TAG, CREATED),), remember(want.added)),
        reason=f"the spec has task {want.name}",
    )


def _update(
    want: DesiredTask, live: LiveTask, tags: Tags, changes: tuple[FieldChange, ...], differences: Differences
) -> UpdateTask:
    # The service wants the step restated when other properties of a task without a context change.
    names = differences.fields | {"step"} if differences.fields - {"enabled"} else differences.fields
    attaches = bool(_missing_identities(want, live.attached))
    return UpdateTask(
        id=live.id,
        settings=only_fields(overlay(want.settings, live.settings), names),
        identities=StatedIdentities(_has_system(want, live), _all_users(want, live)) if attaches else None,
        source_identity=live.source_identity,
        tags=tags if tags != live.tags else None,
        fields=changes,
        reason=f"task {want.name} differs from the spec",
    )


def _replace(want: DesiredTask, live: LiveTask, tags: Tags, changes: tuple[FieldChange, ...]) -> ReplaceTask:
    ours = {credential.login_server.lower() for credential in want.credentials}
    kept = ((server, _as_read(login)) for server, login in sorted(live.logins.items()) if server not in ours)
    return ReplaceTask(
        id=live.id,
        location=live.location,
        settings=replace(overlay(want.settings, live.settings), enabled=_enabled_after(want, live)),
        system=_has_system(want, live),
        users=_all_users(want, live),
        credentials=want.credentials,
        kept_logins=tuple((server, login) for server, login in kept if login is not None),
        source_identity=live.source_identity,
        tags=tags,
        fields=changes,
        reason=f"task {want.name} differs from the spec in a way that only a new PUT can express",
    )


def _enabled_after(want: DesiredTask, live: LiveTask) -> bool:
    return want.settings.enabled is not False and bool(live.settings.enabled)


def _with_status(differences: Differences) -> Differences:
    status = FieldChange("enabled", "true", "false")
    return replace(differences, changes=(*differences.changes, status), fields=differences.fields | {"enabled"})


def _missing_identities(want: DesiredTask, attached: Attached) -> tuple[FieldChange, ...]:
    missing = [str(user) for user in want.users if user not in attached.users]
    if want.system and attached.system_principal_id is None:
        missing.insert(0, "SystemAssigned")
    return tuple(FieldChange("identity", ABSENT, identity) for identity in missing)


def _tag_changes(live: Tags, wanted: Tags) -> tuple[FieldChange, ...]:
    have = dict(live)
    return tuple(
        FieldChange(f"tags.{name}", have.get(name, "(none)"), value)
        for name, value in wanted
        if have.get(name) != value
    )


def _has_system(want: DesiredTask, live: LiveTask) -> bool:
    return want.system or live.attached.system_principal_id is not None


def _all_users(want: DesiredTask, live: LiveTask) -> tuple[ArmId, ...]:
    return tuple(sorted({*live.attached.users, *want.users}))


def _as_read(login: Login) -> RegistryCredentialAsRead | None:
    match login:
        case IdentityLogin(identity):
            return RegistryCredentialAsRead(identity)
        case CustomLogin(user_name, password, identity):
            return RegistryCredentialAsRead(identity, user_name, password)
        case MaskedLogin():
            return None
