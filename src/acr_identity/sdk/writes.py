"""Changes to Azure. Each may be repeated, and none is a long-running operation."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, TypeVar, assert_never

from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters
from azure.mgmt.containerregistrytasks.models import Task, TaskPropertiesUpdateParameters, TaskUpdateParameters
from azure.mgmt.keyvault.models import (
    AccessPolicyEntry,
    Permissions,
    VaultAccessPolicyParameters,
    VaultAccessPolicyProperties,
    VaultPatchParameters,
)

from acr_identity.changes import (
    VAULT_PERMISSION,
    AddVaultAccess,
    AnyChange,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    CredentialChange,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    GrantChange,
    IdentityChange,
    MarkRoleAssignment,
    MarkVault,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    TaskChange,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import ConflictError, UnsafePlanError
from acr_identity.gateway import Learned
from acr_identity.ids import ArmId, access_tag, assignment_name
from acr_identity.sdk.asker import Asker
from acr_identity.sdk.clients import answered
from acr_identity.sdk.convert import (
    TaskBody,
    credential_patch,
    credential_removal,
    credential_secrets,
    lost_by_writing,
    principal_id_of,
    secrets_of,
    task_from_wire,
    task_patch,
    task_to_create,
    task_to_replace,
)
from acr_identity.sdk.failures import Call, attempt, attempt_delete
from acr_identity.sdk.identities import IdentityWriter
from acr_identity.state import Known, SystemIdentity

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from azure.mgmt.containerregistrytasks.operations import TasksOperations

    from acr_identity.changes import RegistryCredential
    from acr_identity.state import LiveAssignment, LiveTask, Principals

_ChangeT = TypeVar("_ChangeT", bound=AnyChange)


class AzureWriter(IdentityWriter):
    """Writes through the SDK. All of it may be called from several threads at once."""

    def make(self, changes: Sequence[Change], principals: Principals) -> Learned:
        """Make changes that share a request, with that request.

        Raises:
            AzureError: it was refused.
        """
        first = changes[0]
        if isinstance(first, IdentityChange):
            return self._make_identity_change(first)
        if isinstance(first, TaskChange):
            return self._make_task_change(first, principals)
        if isinstance(first, CredentialChange):
            return self._make_credential_changes(first, changes, principals)
        return self._make_grant_changes(first, changes, principals)

    def _make_identity_change(self, change: IdentityChange) -> Learned:
        match change:
            case CreateIdentity():
                return self.create_identity(change)
            case UpdateIdentity():
                self.update_identity(change)
            case DeleteIdentity():
                self.delete_identity(change.id)
            case _:
                assert_never(change)
        return Learned()

    def _make_task_change(self, change: TaskChange, principals: Principals) -> Learned:
        match change:
            case CreateTask():
                return _learned(self.create_task(change, principals))
            case UpdateTask():
                return _learned(self.update_task(change))
            case ReplaceTask():
                return _learned(self.replace_task(change, principals))
            case EnableTask():
                self.enable_task(change)
            case DeleteTask():
                self.delete_task(change.id)
            case _:
                assert_never(change)
        return Learned()

    def _make_credential_changes(
        self, first: CredentialChange, changes: Sequence[Change], principals: Principals
    ) -> Learned:
        match first:
            case SetCredential(task):
                credentials = [one.credential for one in _those(SetCredential, changes)]
                self.set_credentials(task, credentials, principals)
            case RemoveCredential(task):
                self.remove_credentials(task, [one.login_server for one in _those(RemoveCredential, changes)])
            case _:
                assert_never(first)
        return Learned()

    def _make_grant_changes(self, first: GrantChange, changes: Sequence[Change], principals: Principals) -> Learned:
        match first:
            case AssignRole():
                return self._assign(first, principals)
            case RemoveRoleAssignment(assignment):
                self.remove_role_assignment(assignment)
            case AddVaultAccess(vault, tenant):
                ids = [principal_id_of(one.grantee, principals) for one in _those(AddVaultAccess, changes)]
                self.add_vault_access(vault, tenant, ids)
            case MarkRoleAssignment():
                self.mark_role_assignment(first, principals)
            case MarkVault():
                self.mark_vault(first, principals)
            case RemoveVaultAccess(vault, tenant):
                gone = [one.principal_id for one in _those(RemoveVaultAccess, changes)]
                self.remove_vault_access(vault, tenant, gone)
            case _:
                assert_never(first)
        return Learned()

    def _assign(self, change: AssignRole, principals: Principals) -> Learned:
        try:
            self.assign_role(change, principals)
        except ConflictError as error:
            if error.code != "RoleAssignmentExists":
                raise
            principal = principal_id_of(change.grantee, principals)
            equal = [one for one in self.assignments(change.scope) if one.assigns(change.role, change.scope, principal)]
            if all(one.condition for one in equal):
                raise _conditional(error, equal) from error
            return Learned(found=True)
        return Learned()

    def create_task(self, change: CreateTask, principals: Principals) -> LiveTask:
        """Create a task with its credentials in one request (Tasks - Create). What exists is overwritten."""
        return self._put(Call("create task", str(change.id), secrets_of(change)), task_to_create(change, principals))

    def replace_task(self, change: ReplaceTask, principals: Principals) -> LiveTask:
        """Write a whole task anew (Tasks - Get Details, Tasks - Create): what the change does not name is kept.

        Raises:
            UnsafePlanError: the details hold secrets back, which would be lost; nothing is written.
        """
        id_ = change.id
        call = Call("replace task", str(id_), secrets_of(change))
        asker = Asker(self._connection, self._connection.clients(id_.subscription).tasks)
        details = attempt(call, lambda: Task(json.loads(asker.ask_raw(str(id_), "listDetails", method="POST"))))
        body, lost = attempt(call, lambda: _written_anew(details, change, principals))
        if lost:
            raise UnsafePlanError(
                [f"writing task {id_.name} anew would lose what Azure does not show: {', '.join(lost)}"],
                advice="Nothing was written. Make this change by hand, or as somebody to whom Azure shows it.",
            )
        return self._put(call, body)

    def update_task(self, change: UpdateTask) -> LiveTask:
        """Change parts of a task (Tasks - Update)."""
        return self._patch(Call("update task", str(change.id), secrets_of(change)), task_patch(change))

    def enable_task(self, change: EnableTask) -> None:
        """Set a task's status to enabled (Tasks - Update)."""
        body = TaskUpdateParameters(
            properties=TaskPropertiesUpdateParameters(status="Enabled"),
            tags=None if change.tags is None else dict(change.tags),
        )
        self._patch(Call("enable task", str(change.id)), body)

    def set_credentials(self, task: ArmId, credentials: Sequence[RegistryCredential], principals: Principals) -> None:
        """Add or replace credentials of a task in one request (Tasks - Update): others are left alone."""
        call = Call("set credentials of task", str(task), credential_secrets(credentials))
        self._patch(call, credential_patch(credentials, principals))

    def remove_credentials(self, task: ArmId, login_servers: Sequence[str]) -> None:
        """Remove credentials of a task in one request (Tasks - Update): others are left alone."""
        self._patch(Call("remove credentials of task", str(task)), credential_removal(login_servers))

    def assign_role(self, change: AssignRole, principals: Principals) -> None:
        """Create a role assignment (Role Assignments - Create).

        The name follows from the content, so that a repeated request does no harm. The principal is always a service
        principal: then the service does not look it up first, and so takes one that was made a second ago.

        Raises:
            ConflictError: with code `RoleAssignmentExists`: an equal one is there under another name.
        """
        operations = self._connection.clients(change.scope.subscription).roles.role_assignments
        principal = principal_id_of(change.grantee, principals)
        body = RoleAssignmentCreateParameters(
            role_definition_id=change.role.definition_id(change.scope.subscription),
            principal_id=principal,
            principal_type="ServicePrincipal",
            description=change.description,
        )
        name = assignment_name(change.scope, principal, change.role)
        attempt(
            Call(f"assign {change.role.value}", str(change.scope)),
            lambda: operations.create(str(change.scope).strip("/"), name, body),
        )

    def mark_role_assignment(self, change: MarkRoleAssignment, principals: Principals) -> None:
        """Set the description of a role assignment that exists (Role Assignments - Create, under its own name)."""
        operations = self._connection.clients(change.scope.subscription).roles.role_assignments
        body = RoleAssignmentCreateParameters(
            role_definition_id=change.role.definition_id(change.scope.subscription),
            principal_id=principal_id_of(change.grantee, principals),
            principal_type="ServicePrincipal",
            description=change.description,
            condition=change.condition or None,
            condition_version="2.0" if change.condition else None,
        )
        name = change.id.rpartition("/")[2]
        attempt(
            Call("describe role assignment", change.id),
            lambda: operations.create(str(change.scope).strip("/"), name, body),
        )

    def mark_vault(self, change: MarkVault, principals: Principals) -> None:
        """Set the tags of a vault (Vaults - Update)."""
        operations = self._connection.clients(change.vault.subscription).vaults.vaults
        added = (access_tag(principal_id_of(one.grantee, principals), one.mark) for one in change.marks)
        body = VaultPatchParameters(tags={**dict(change.tags), **dict(added)})
        attempt(
            Call("mark vault", str(change.vault)),
            lambda: operations.update(change.vault.resource_group, change.vault.name, body),
        )

    def remove_role_assignment(self, assignment: str) -> None:
        """Delete a role assignment by its id (Role Assignments - Delete By Id); one that is gone is no error."""
        subscription = ArmId(assignment).subscription
        operations = self._connection.clients(subscription).roles.role_assignments
        attempt_delete(
            Call("delete role assignment", assignment), lambda: operations.delete_by_id(assignment.strip("/"))
        )

    def add_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Let principals get secrets (Vaults - Update Access Policy, `add`): other entries and rights stay."""
        self._change_access(vault, "add", tenant, principal_ids)

    def remove_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Take that permission back (Vaults - Update Access Policy, `remove`): other rights of theirs stay."""
        self._change_access(vault, "remove", tenant, principal_ids)

    def delete_task(self, task: ArmId) -> None:
        """Delete a task (Tasks - Delete); one that is gone is no error."""
        operations = self._tasks(task)
        attempt_delete(
            Call("delete task", str(task)),
            lambda: operations.delete(task.resource_group, task.parent.name, task.name),
        )

    def _tasks(self, task: ArmId) -> TasksOperations:
        return self._connection.clients(task.subscription).tasks.tasks

    def _put(self, call: Call, body: Task) -> LiveTask:
        task = ArmId(call.resource)
        send = partial(self._tasks(task).create, task.resource_group, task.parent.name, task.name, body)
        return attempt(call, lambda: task_from_wire(task, answered(send, TaskBody), None))

    def _patch(self, call: Call, body: TaskUpdateParameters) -> LiveTask:
        task = ArmId(call.resource)
        place = (task.resource_group, task.parent.name, task.name)
        send = partial(self._tasks(task).update, *place, body, repeatable=True)
        return attempt(call, lambda: task_from_wire(task, answered(send, TaskBody), None))

    def _change_access(
        self, vault: ArmId, kind: Literal["add", "remove"], tenant: str, principal_ids: Sequence[str]
    ) -> None:
        operations = self._connection.clients(vault.subscription).vaults.vaults
        entries = [
            AccessPolicyEntry(tenant_id=tenant, object_id=each, permissions=Permissions(secrets=[VAULT_PERMISSION]))
            for each in principal_ids
        ]
        body = VaultAccessPolicyParameters(properties=VaultAccessPolicyProperties(access_policies=entries))
        attempt(
            Call(f"{kind} access to vault", str(vault)),
            lambda: operations.update_access_policy(vault.resource_group, vault.name, kind, body),
        )


def _those(kind: type[_ChangeT], changes: Sequence[Change]) -> list[_ChangeT]:
    return [change for change in changes if isinstance(change, kind)]


def _learned(task: LiveTask) -> Learned:
    principal = task.attached.system_principal_id
    return Learned({SystemIdentity(task.id): Known(principal)} if principal else {})


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


def _written_anew(details: Task, change: ReplaceTask, principals: Principals) -> tuple[Task, tuple[str, ...]]:
    read = details.as_dict()
    body = task_to_replace(details, change, principals)
    return body, lost_by_writing(read, body.as_dict())
