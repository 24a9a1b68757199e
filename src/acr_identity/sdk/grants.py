"""Changes of who may do what: role assignments and access to vaults."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, assert_never

from azure.mgmt.authorization.v2022_04_01 import AuthorizationManagementClient
from azure.mgmt.authorization.v2022_04_01.models import RoleAssignmentCreateParameters

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    MarkRoleAssignment,
    MarkVault,
    RemoveRoleAssignment,
    RemoveVaultAccess,
)
from acr_identity.errors import ConflictError
from acr_identity.gateway import Learned
from acr_identity.ids import ArmId, access_tag, assignment_name, definition_id
from acr_identity.loading import LOADING
from acr_identity.sdk.convert.principals import principal_id_of
from acr_identity.sdk.failures import Call, attempt, attempt_delete
from acr_identity.sdk.reads import AzureReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from azure.mgmt.authorization.v2022_04_01.operations import RoleAssignmentsOperations

    from acr_identity.changes import Change, GrantChange
    from acr_identity.state import LiveAssignment, Principals

CONDITION_VERSION = "2.0"
"""The one version that the service takes (Role Assignments - Create)."""


class GrantWriter(AzureReader):
    """Writes grants through the SDK. All of it may be called from several threads at once."""

    def prepare(self, changes: Sequence[Change]) -> None:
        """Load what these changes need and others do not: threads that make them load nothing."""
        if any(isinstance(change, AddVaultAccess | MarkVault | RemoveVaultAccess) for change in changes):
            with LOADING:
                importlib.import_module("acr_identity.sdk.vault_access")

    def make_grant_changes(self, first: GrantChange, changes: Sequence[Change], principals: Principals) -> Learned:
        """Make changes that share a request, with that request."""
        match first:
            case AssignRole():
                return self._assign(first, principals)
            case RemoveRoleAssignment(assignment):
                self.remove_role_assignment(assignment)
            case AddVaultAccess(vault, tenant):
                ids = [principal_id_of(one.grantee, principals) for one in changes if isinstance(one, AddVaultAccess)]
                self.add_vault_access(vault, tenant, ids)
            case MarkRoleAssignment():
                self.mark_role_assignment(first, principals)
            case MarkVault():
                self.mark_vault(first, principals)
            case RemoveVaultAccess(vault, tenant):
                gone = [one.principal_id for one in changes if isinstance(one, RemoveVaultAccess)]
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
            equal = [
                one for one in self.assignments(change.scope) or () if one.assigns(change.role, change.scope, principal)
            ]
            if all(one.condition not in {"", change.condition} for one in equal):
                raise _conditional(error, equal) from error
            return Learned(found=True)
        return Learned()

    def assign_role(self, change: AssignRole, principals: Principals) -> None:
        """Create a role assignment (Role Assignments - Create).

        The name follows from the content, so that a repeated request does no harm. The principal is always a service
        principal: then the service does not look it up first, and so takes one that was made a second ago.

        Raises:
            ConflictError: with code `RoleAssignmentExists`: an equal one is there under another name.
        """
        operations = self._assignments(change.scope)
        principal = principal_id_of(change.grantee, principals)
        body = RoleAssignmentCreateParameters(
            role_definition_id=definition_id(change.role, change.scope.subscription),
            principal_id=principal,
            principal_type="ServicePrincipal",
            description=change.description,
            condition=change.condition or None,
            condition_version=CONDITION_VERSION if change.condition else None,
        )
        name = assignment_name(change.scope, principal, change.role)
        attempt(
            Call(f"assign {change.role.title}", str(change.scope)),
            lambda: operations.create(str(change.scope).strip("/"), name, body),
        )

    def mark_role_assignment(self, change: MarkRoleAssignment, principals: Principals) -> None:
        """Set the description of a role assignment that exists (Role Assignments - Create, under its own name)."""
        operations = self._assignments(change.scope)
        body = RoleAssignmentCreateParameters(
            role_definition_id=definition_id(change.role, change.scope.subscription),
            principal_id=principal_id_of(change.grantee, principals),
            principal_type="ServicePrincipal",
            description=change.description,
            condition=change.condition or None,
            condition_version=CONDITION_VERSION if change.condition else None,
        )
        name = change.id.rpartition("/")[2]
        attempt(
            Call("describe role assignment", change.id),
            lambda: operations.create(str(change.scope).strip("/"), name, body),
        )

    def mark_vault(self, change: MarkVault, principals: Principals) -> None:
        """Set the tags of a vault (Vaults - Update)."""
        added = (access_tag(principal_id_of(one.grantee, principals), one.mark) for one in change.marks)
        with LOADING:
            from acr_identity.sdk.vault_access import set_tags  # noqa: PLC0415 - loads a client that few need

        set_tags(self._connection, change.vault, {**dict(change.tags), **dict(added)})

    def remove_role_assignment(self, assignment: str) -> None:
        """Delete a role assignment by its id (Role Assignments - Delete By Id); one that is gone is no error."""
        operations = self._assignments(ArmId(assignment))
        attempt_delete(
            Call("delete role assignment", assignment), lambda: operations.delete_by_id(assignment.strip("/"))
        )

    def add_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Let principals get secrets (Vaults - Update Access Policy, `add`): other entries and rights stay."""
        with LOADING:
            from acr_identity.sdk.vault_access import change_access  # noqa: PLC0415 - loads a client that few need

        change_access(self._connection, vault, "add", tenant, principal_ids)

    def remove_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Take that permission back (Vaults - Update Access Policy, `remove`): other rights of theirs stay."""
        with LOADING:
            from acr_identity.sdk.vault_access import change_access  # noqa: PLC0415 - loads a client that few need

        change_access(self._connection, vault, "remove", tenant, principal_ids)

    def _assignments(self, resource: ArmId) -> RoleAssignmentsOperations:
        return self._connection.client(AuthorizationManagementClient, resource.subscription).role_assignments


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
