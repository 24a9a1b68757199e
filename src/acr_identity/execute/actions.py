"""One request for one unit of changes, and what is learned from its answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    Grantee,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import AzureError, ConflictError
from acr_identity.gateway import Gateway
from acr_identity.state import Known, LiveAssignment, LiveTask, Principals, SystemIdentity, UserIdentity


@dataclass(frozen=True, slots=True)
class Learned:
    """What an answer told: principals that exist now, and whether the thing was there already."""

    principals: Principals = field(default_factory=dict)
    found: bool = False


def act(changes: Sequence[Change], gateway: Gateway, principals: Principals) -> Learned:
    """Make the changes of one unit with one request.

    Raises:
        AzureError: it was refused.
    """
    match changes[0]:
        case CreateIdentity() as change:
            created = gateway.create_identity(change)
            return Learned({UserIdentity(change.id): Known(created.principal_id, created.client_id)})
        case CreateTask() as change:
            return _learn(gateway.create_task(change, principals))
        case UpdateTask() as change:
            return _learn(gateway.update_task(change))
        case ReplaceTask() as change:
            return _learn(gateway.replace_task(change, principals))
        case AssignRole() as change:
            return _assign(change, gateway, principals)
        case AddVaultAccess() | RemoveVaultAccess() | SetCredential() | RemoveCredential():
            _act_together(changes, gateway, principals)
        case UpdateIdentity() | EnableTask() | RemoveRoleAssignment() | DeleteTask() | DeleteIdentity() as change:
            _finish(change, gateway)
        case never:
            assert_never(never)
    return Learned()


def _act_together(changes: Sequence[Change], gateway: Gateway, principals: Principals) -> None:
    match changes[0]:
        case AddVaultAccess(vault, tenant):
            ids = [_principal(one.grantee, principals) for one in changes if isinstance(one, AddVaultAccess)]
            gateway.add_vault_access(vault, tenant, ids)
        case RemoveVaultAccess(vault, tenant):
            gone = [one.principal_id for one in changes if isinstance(one, RemoveVaultAccess)]
            gateway.remove_vault_access(vault, tenant, gone)
        case SetCredential(task):
            credentials = [one.credential for one in changes if isinstance(one, SetCredential)]
            gateway.set_credentials(task, credentials, principals)
        case RemoveCredential(task):
            servers = [one.login_server for one in changes if isinstance(one, RemoveCredential)]
            gateway.remove_credentials(task, servers)
        case _:
            raise TypeError(f"{type(changes[0]).__name__} has a request of its own")


def _finish(
    change: UpdateIdentity | EnableTask | RemoveRoleAssignment | DeleteTask | DeleteIdentity, gateway: Gateway
) -> None:
    match change:
        case UpdateIdentity():
            gateway.update_identity(change)
        case EnableTask():
            gateway.enable_task(change)
        case RemoveRoleAssignment(assignment):
            gateway.remove_role_assignment(assignment)
        case DeleteTask(task):
            gateway.delete_task(task)
        case DeleteIdentity(identity):
            gateway.delete_identity(identity)
        case never:
            assert_never(never)


def _learn(task: LiveTask) -> Learned:
    principal = task.attached.system_principal_id
    return Learned({SystemIdentity(task.id): Known(principal)} if principal else {})


def _assign(change: AssignRole, gateway: Gateway, principals: Principals) -> Learned:
    try:
        gateway.assign_role(change, principals)
    except ConflictError as error:
        if error.code != "RoleAssignmentExists":
            raise
        principal = _principal(change.grantee, principals)
        equal = [one for one in gateway.assignments(change.scope) if one.assigns(change.role, change.scope, principal)]
        if all(one.condition for one in equal):
            raise _conditional(error, equal) from error
        return Learned(found=True)
    return Learned()


def _conditional(error: ConflictError, assignments: Sequence[LiveAssignment]) -> ConflictError:
    if not assignments:
        return error
    return ConflictError(
        f"the role is assigned already, under a condition: {assignments[0].id}",
        operation=error.operation,
        resource=error.resource,
        status=error.status,
        code=error.code,
        request_id=error.request_id,
        advice="Remove that assignment, or its condition, if the task shall have the role without it.",
    )


def _principal(grantee: Grantee, principals: Principals) -> str:
    if grantee.identity not in principals:
        raise AzureError(
            f"Azure did not tell the principal of {grantee.identity}", advice="Run the same command again."
        )
    return principals[grantee.identity].principal_id
