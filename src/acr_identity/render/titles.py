"""What a change is called, what it does to Azure, and what it belongs with."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, assert_never

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
from acr_identity.render.document import Mark, Tone
from acr_identity.render.escape import visible

if TYPE_CHECKING:
    from acr_identity.changes import Change

IdentityChange: TypeAlias = CreateIdentity | UpdateIdentity | DeleteIdentity
TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask | EnableTask | DeleteTask
CredentialChange: TypeAlias = SetCredential | RemoveCredential
RoleChange: TypeAlias = AssignRole | RemoveRoleAssignment
VaultChange: TypeAlias = AddVaultAccess | RemoveVaultAccess


class Action(Enum):
    """What a change does to what is there: the value is the word for it."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"


MARKS = {
    Action.CREATE: Mark("+", Tone.GOOD),
    Action.CHANGE: Mark("~", Tone.CHANGED),
    Action.REMOVE: Mark("-", Tone.BAD),
}
"""The sign of each action."""


class Topic(Enum):
    """What a change belongs with, in the order in which plans are made and shown."""

    IDENTITIES = "Identities"
    TASKS = "Tasks"
    ACCESS = "Access"
    CREDENTIALS = "Credentials"
    ENABLING = "Enabling"
    REMOVALS = "Removals"


def action_of(change: Change) -> Action:
    """Say what a change does. Writing a task anew and enabling it are changes of what is there."""
    match change:
        case CreateIdentity() | CreateTask() | AssignRole() | AddVaultAccess():
            return Action.CREATE
        case SetCredential(replaces=replaces):
            return Action.CHANGE if replaces else Action.CREATE
        case UpdateIdentity() | UpdateTask() | ReplaceTask() | EnableTask():
            return Action.CHANGE
        case RemoveVaultAccess() | RemoveRoleAssignment() | RemoveCredential() | DeleteTask() | DeleteIdentity():
            return Action.REMOVE
        case _:
            assert_never(change)


def topic_of(change: Change) -> Topic:
    """Say what a change belongs with."""
    match change:
        case CreateIdentity() | UpdateIdentity():
            return Topic.IDENTITIES
        case CreateTask() | UpdateTask() | ReplaceTask():
            return Topic.TASKS
        case AssignRole() | AddVaultAccess():
            return Topic.ACCESS
        case SetCredential():
            return Topic.CREDENTIALS
        case EnableTask():
            return Topic.ENABLING
        case RemoveVaultAccess() | RemoveRoleAssignment() | RemoveCredential() | DeleteTask() | DeleteIdentity():
            return Topic.REMOVALS
        case _:
            assert_never(change)


def change_title(change: Change) -> str:
    """Return what a change does in one short line, safe to print: `create identity myACRTasksId`."""
    match change:
        case CreateIdentity() | UpdateIdentity() | DeleteIdentity():
            title = f"{_identity_verb(change)} identity {change.id.name}"
        case CreateTask() | UpdateTask() | ReplaceTask() | EnableTask() | DeleteTask():
            title = f"{_task_verb(change)} task {change.id.name}"
        case SetCredential() | RemoveCredential():
            title = _credential_title(change)
        case AssignRole() | RemoveRoleAssignment():
            title = _role_title(change)
        case AddVaultAccess(vault, grantee=grantee):
            title = f"let {grantee.identity} read secrets of {vault.name}"
        case RemoveVaultAccess(vault, identity=identity):
            title = f"stop {identity} from reading secrets of {vault.name}"
        case _:
            assert_never(change)
    return visible(title)


def _identity_verb(change: IdentityChange) -> str:
    match change:
        case CreateIdentity():
            return "create"
        case UpdateIdentity():
            return "update"
        case DeleteIdentity():
            return "delete"
        case _:
            assert_never(change)


def _task_verb(change: TaskChange) -> str:
    match change:
        case CreateTask():
            return "create"
        case UpdateTask():
            return "update"
        case ReplaceTask():
            return "replace"
        case EnableTask():
            return "enable"
        case DeleteTask():
            return "delete"
        case _:
            assert_never(change)


def _credential_title(change: CredentialChange) -> str:
    match change:
        case SetCredential(task, credential, replaces):
            verb, word = ("change", "of") if replaces else ("add", "to")
            return f"{verb} the credential for {credential.login_server} {word} {task.name}"
        case RemoveCredential(task, login_server):
            return f"remove the credential for {login_server} from {task.name}"
        case _:
            assert_never(change)


def _role_title(change: RoleChange) -> str:
    match change:
        case AssignRole(scope, role, grantee):
            return f"assign {role.value} on {scope.name} to {grantee.identity}"
        case RemoveRoleAssignment(_, scope, role_name, identity):
            name = scope.rstrip("/").rpartition("/")[2] or scope
            return f"remove {role_name} on {name} from {identity}"
        case _:
            assert_never(change)
