"""What a change sets, as lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.render.words import (
    credential_words,
    field_lines,
    platform_words,
    principal_words,
    status_words,
    step_values,
    step_words,
    trigger_words,
    value_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acr_identity.changes import Change, FieldChange
    from acr_identity.render.titles import CredentialChange, IdentityChange, RoleChange, TaskChange, VaultChange
    from acr_identity.state import TaskSettings


def change_details(change: Change) -> tuple[str, ...]:
    """Return what a change sets, one line for each thing: `scope: /subscriptions/…`, `tags.env: a -> b`."""
    match change:
        case CreateIdentity() | UpdateIdentity() | DeleteIdentity():
            return f"id: {change.id}", *_identity_details(change)
        case CreateTask() | UpdateTask() | ReplaceTask() | EnableTask() | DeleteTask():
            return f"id: {change.id}", *_task_details(change)
        case SetCredential() | RemoveCredential():
            return _credential_details(change)
        case AssignRole() | RemoveRoleAssignment():
            return _role_details(change)
        case AddVaultAccess() | RemoveVaultAccess():
            return _vault_details(change)
        case _:
            assert_never(change)


def _identity_details(change: IdentityChange) -> tuple[str, ...]:
    match change:
        case CreateIdentity(_, location, tags):
            return f"location: {location}", *(f"tag: {name} = {text}" for name, text in tags)
        case UpdateIdentity(fields=fields):
            return _differences(fields)
        case DeleteIdentity():
            return ()
        case _:
            assert_never(change)


def _differences(fields: tuple[FieldChange, ...]) -> tuple[str, ...]:
    return tuple(line for field in fields for line in field_lines(field))


def _task_details(change: TaskChange) -> Iterator[str]:
    match change:
        case CreateTask():
            yield from _new_task(change)
        case UpdateTask(fields=fields):
            yield from _differences(fields)
        case ReplaceTask():
            yield from _differences(change.fields)
            yield "the whole task is read and written anew; what is not named here stays"
        case EnableTask() | DeleteTask():
            return
        case _:
            assert_never(change)


def _new_task(change: CreateTask) -> Iterator[str]:
    yield f"location: {change.location}"
    yield from settings_lines(change.settings)
    if change.system:
        yield "identity: system"
    yield from (f"identity: {user.name}" for user in change.users)
    for credential in change.credentials:
        yield f"credential: {credential.login_server}, {credential_words(credential)}"
    yield from (f"tag: {name} = {text}" for name, text in change.tags)


def settings_lines(settings: TaskSettings) -> Iterator[str]:
    """Yield a line for each setting that says something."""
    if settings.step:
        yield f"step: {step_words(settings.step)}"
        yield from (f"value: {value_words(value)}" for value in step_values(settings.step))
    if settings.platform:
        yield f"platform: {platform_words(settings.platform)}"
    yield from (f"trigger: {line}" for line in trigger_words(settings))
    if settings.enabled is not None:
        yield f"status: {status_words(settings)}"
    yield from (f"{name}: {value}" for name, value in plain_settings(settings))


def plain_settings(settings: TaskSettings) -> tuple[tuple[str, str], ...]:
    """Return the settings that are one number or word, as far as they are set."""
    named = (
        ("cores", settings.cpu),
        ("agent pool", settings.pool),
        ("timeout", f"{settings.timeout} s" if settings.timeout else None),
        ("log template", settings.log_template),
        ("login to the own registry", settings.source_login),
    )
    return tuple((name, str(value)) for name, value in named if value is not None)


def _credential_details(change: CredentialChange) -> tuple[str, ...]:
    match change:
        case SetCredential(task, credential):
            return f"task: {task}", f"signs in with: {credential_words(credential)}"
        case RemoveCredential(task):
            return (f"task: {task}",)
        case _:
            assert_never(change)


def _role_details(change: RoleChange) -> tuple[str, ...]:
    match change:
        case AssignRole(scope, grantee=grantee):
            return f"scope: {scope}", f"principal: {principal_words(grantee)}"
        case RemoveRoleAssignment(id_, scope):
            return f"scope: {scope}", f"role assignment: {id_}"
        case _:
            assert_never(change)


def _vault_details(change: VaultChange) -> tuple[str, ...]:
    match change:
        case AddVaultAccess(vault, grantee=grantee):
            return f"vault: {vault}", f"principal: {principal_words(grantee)}"
        case RemoveVaultAccess(vault, principal_id=principal_id):
            return f"vault: {vault}", f"principal: {principal_id}"
        case _:
            assert_never(change)
