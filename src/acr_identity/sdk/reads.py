"""Questions to Azure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.errors import NotAuthorisedError
from acr_identity.ids import ArmId
from acr_identity.sdk.clients import Connected
from acr_identity.sdk.convert import (
    AssignmentBody,
    IdentityBody,
    RegistryBody,
    assignment_from_wire,
    identity_from_body,
    identity_from_wire,
    registry_from_body,
    registry_from_wire,
    task_from_wire,
    vault_from_wire,
)
from acr_identity.sdk.failures import Call, attempt_read
from acr_identity.sdk.listing import Page, read_list

if TYPE_CHECKING:
    from acr_identity.state import LiveAssignment, LiveIdentity, LiveRegistry, LiveTask, LiveVault

_FORBIDDEN = 403


class AzureReader(Connected):
    """Reads through the SDK. All of it may be called from several threads at once."""

    def registry(self, registry: ArmId) -> LiveRegistry | None:
        """Read one registry (Registries - Get)."""
        operations = self._connection.clients(registry.subscription).registries.registries
        return attempt_read(
            Call("read registry", str(registry)),
            lambda: registry_from_wire(registry, operations.get(registry.resource_group, registry.name)),
        )

    def registries(self, subscription: str) -> tuple[LiveRegistry, ...]:
        """Read all registries of a subscription (Registries - List)."""
        client = self._connection.clients(subscription).registries
        path = f"/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/registries"
        found = attempt_read(
            Call("list the registries of subscription", f"/subscriptions/{subscription}"),
            lambda: tuple(map(registry_from_body, read_list(self._connection, client, path, Page[RegistryBody]))),
        )
        return found or ()

    def vault(self, vault: ArmId) -> LiveVault | None:
        """Read one key vault with its access policies (Vaults - Get)."""
        operations = self._connection.clients(vault.subscription).vaults.vaults
        return attempt_read(
            Call("read vault", str(vault)),
            lambda: vault_from_wire(vault, operations.get(vault.resource_group, vault.name)),
        )

    def identity(self, identity: ArmId) -> LiveIdentity | None:
        """Read one user-assigned identity (User Assigned Identities - Get)."""
        operations = self._connection.clients(identity.subscription).identities.user_assigned_identities
        return attempt_read(
            Call("read identity", str(identity)),
            lambda: identity_from_wire(identity, operations.get(identity.resource_group, identity.name)),
        )

    def identities(self, group: ArmId) -> tuple[LiveIdentity, ...]:
        """Read all user-assigned identities of a resource group (User Assigned Identities - List By Resource Group)."""
        client = self._connection.clients(group.subscription).identities
        path = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
        found = attempt_read(
            Call("list the identities of resource group", str(group)),
            lambda: tuple(map(identity_from_body, read_list(self._connection, client, path, Page[IdentityBody]))),
        )
        return found or ()

    def task(self, task: ArmId) -> LiveTask | None:
        """Read one task with its secrets (Tasks - Get Details), or without where that is forbidden (Tasks - Get)."""
        try:
            return self._task_with_details(task)
        except NotAuthorisedError as error:
            if error.status != _FORBIDDEN:
                raise
        return self._task_without_details(task)

    def _task_with_details(self, task: ArmId) -> LiveTask | None:
        operations = self._connection.clients(task.subscription).tasks.tasks
        place = (task.resource_group, task.parent.name, task.name)
        return attempt_read(
            Call("read the details of task", str(task)),
            lambda: task_from_wire(task, operations.get_details(*place, repeatable=True), details=True),
        )

    def _task_without_details(self, task: ArmId) -> LiveTask | None:
        operations = self._connection.clients(task.subscription).tasks.tasks
        return attempt_read(
            Call("read task", str(task)),
            lambda: task_from_wire(
                task, operations.get(task.resource_group, task.parent.name, task.name), details=False
            ),
        )

    def assignments(self, scope: ArmId) -> tuple[LiveAssignment, ...]:
        """Read the role assignments at a scope and above it (Role Assignments - List For Scope, `atScope()`)."""
        client = self._connection.clients(scope.subscription).roles
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        pages = Page[AssignmentBody]
        found = attempt_read(
            Call("list the role assignments of", str(scope)),
            lambda: tuple(
                map(assignment_from_wire, read_list(self._connection, client, path, pages, "$filter=atScope()"))
            ),
        )
        return found or ()
