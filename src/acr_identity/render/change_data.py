"""Changes as data for JSON: all that they say, with secrets as `(secret)`.

Every change has the keys `kind`, `key`, `action`, `title`, `target`, `reason`, `fields` and `details`, in this order.
`kind` is one of the values of `KINDS`; which keys `details` has depends on it. A principal is
`{"principal_id": …, "client_id": …}`, or `{"known_after_apply": KEY}` with the key of the change that brings it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    FieldChange,
    KnownAfterApply,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.render.state_data import settings_data, source_data, tags_data
from acr_identity.render.titles import action_of, change_title
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.changes import Grantee, RegistryCredential, StatedIdentities
    from acr_identity.ids import ArmId
    from acr_identity.render.titles import CredentialChange, IdentityChange, RoleChange, TaskChange, VaultChange
    from acr_identity.render.to_json import Json
    from acr_identity.state import Identity

KINDS: Mapping[type[Change], str] = {
    CreateIdentity: "create_identity",
    UpdateIdentity: "update_identity",
    CreateTask: "create_task",
    UpdateTask: "update_task",
    ReplaceTask: "replace_task",
    SetCredential: "set_credential",
    EnableTask: "enable_task",
    AssignRole: "assign_role",
    AddVaultAccess: "add_vault_access",
    RemoveVaultAccess: "remove_vault_access",
    RemoveRoleAssignment: "remove_role_assignment",
    RemoveCredential: "remove_credential",
    DeleteTask: "delete_task",
    DeleteIdentity: "delete_identity",
}
"""What each change is called in JSON."""


def change_data(change: Change) -> dict[str, Json]:
    """Return a change as data; `target` is the id of the resource that it writes to."""
    return {
        "kind": KINDS[type(change)],
        "key": change.key,
        "action": action_of(change).value,
        "title": change_title(change),
        "target": str(_target(change)),
        "reason": change.reason,
        "fields": [_field(field) for field in _fields(change)],
        "details": _details(change),
    }


def identity_data(identity: Identity) -> Json:
    """Return which identity is meant: by the task that has it, or by its own id."""
    match identity:
        case SystemIdentity(task):
            return {"kind": "system", "task": str(task)}
        case UserIdentity(id_):
            return {"kind": "user", "id": str(id_)}
        case _:
            assert_never(identity)


def _field(field: FieldChange) -> Json:
    return {"path": field.path, "before": field.before, "after": field.after}


def _fields(change: Change) -> tuple[FieldChange, ...]:
    match change:
        case UpdateIdentity(fields=fields) | UpdateTask(fields=fields) | ReplaceTask(fields=fields):
            return fields
        case _:
            return ()


def _target(change: Change) -> ArmId | str:
    match change:
        case SetCredential(task=target) | RemoveCredential(task=target):
            return target
        case AssignRole(scope=scope):
            return scope
        case RemoveRoleAssignment(scope=place):
            return place
        case AddVaultAccess(vault=target) | RemoveVaultAccess(vault=target):
            return target
        case _:
            return change.id


def _details(change: Change) -> Json:
    match change:
        case CreateIdentity() | UpdateIdentity() | DeleteIdentity():
            return _identity_details(change)
        case CreateTask() | UpdateTask() | ReplaceTask() | EnableTask() | DeleteTask():
            return _task_details(change)
        case SetCredential() | RemoveCredential():
            return _credential_details(change)
        case AssignRole() | RemoveRoleAssignment():
            return _role_details(change)
        case AddVaultAccess() | RemoveVaultAccess():
            return _vault_details(change)
        case _:
            assert_never(change)


def _identity_details(change: IdentityChange) -> Json:
    match change:
        case CreateIdentity():
            return {"location": change.location, "tags": tags_data(change.tags)}
        case UpdateIdentity():
            return {"tags": tags_data(change.tags)}
        case DeleteIdentity():
            return {}
        case _:
            assert_never(change)


def _task_details(change: TaskChange) -> Json:
    match change:
        case CreateTask():
            return {
                "location": change.location,
                "settings": settings_data(change.settings),
                "system_identity": change.system,
                "user_identities": [str(user) for user in change.users],
                "credentials": [_credential(credential) for credential in change.credentials],
                "tags": tags_data(change.tags),
            }
        case ReplaceTask():
            return {
                "settings": settings_data(change.settings),
                **_stated(change.identities),
                "credentials": [_credential(credential) for credential in change.credentials],
                "tags": tags_data(change.tags),
            }
        case UpdateTask():
            return {
                "settings": settings_data(change.settings),
                **_stated(change.identities),
                "source_identity": change.source_identity or None,
                "tags": None if change.tags is None else tags_data(change.tags),
            }
        case EnableTask(tags=tags):
            return {"tags": None if tags is None else tags_data(tags)}
        case DeleteTask():
            return {}
        case _:
            assert_never(change)


def _stated(identities: StatedIdentities | None) -> dict[str, Json]:
    return {
        "system_identity": identities.system if identities else None,
        "user_identities": [str(user) for user in identities.users] if identities else None,
        "detached_identities": [str(user) for user in identities.detached] if identities else None,
    }


def _credential_details(change: CredentialChange) -> Json:
    match change:
        case SetCredential():
            return {"credential": _credential(change.credential), "replaces": change.replaces}
        case RemoveCredential():
            return {"login_server": change.login_server}
        case _:
            assert_never(change)


def _role_details(change: RoleChange) -> Json:
    match change:
        case AssignRole():
            return {"role": change.role.value, **_grantee(change.grantee), "description": change.description}
        case RemoveRoleAssignment():
            return {
                "role": change.role_name,
                "identity": identity_data(change.identity),
                "role_assignment": change.id,
            }
        case _:
            assert_never(change)


def _vault_details(change: VaultChange) -> Json:
    match change:
        case AddVaultAccess():
            return {"tenant_id": change.tenant_id, **_grantee(change.grantee)}
        case RemoveVaultAccess():
            return {
                "tenant_id": change.tenant_id,
                "identity": identity_data(change.identity),
                "principal": {"principal_id": change.principal_id, "client_id": None},
            }
        case _:
            assert_never(change)


def _credential(credential: RegistryCredential) -> Json:
    by = _grantee(credential.identity) if credential.identity else {"identity": None, "principal": None}
    return {
        "login_server": credential.login_server,
        **by,
        "user_name": source_data(credential.user_name),
        "password": source_data(credential.password),
    }


def _grantee(grantee: Grantee) -> dict[str, Json]:
    return {"identity": identity_data(grantee.identity), "principal": _principal(grantee.ids)}


def _principal(ids: Known | KnownAfterApply) -> Json:
    match ids:
        case Known(principal_id, client_id):
            return {"principal_id": principal_id, "client_id": client_id or None}
        case KnownAfterApply(change):
            return {"known_after_apply": change}
        case _:
            assert_never(ids)
