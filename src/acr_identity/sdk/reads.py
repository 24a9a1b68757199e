"""Questions to Azure."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote

from acr_identity.errors import AzureError, ConflictError, NotAuthorisedError
from acr_identity.ids import ArmId
from acr_identity.sdk.advice import locked_scopes
from acr_identity.sdk.asker import Asker, Page, Service
from acr_identity.sdk.clients import Connected
from acr_identity.sdk.convert.bodies import (
    AssignmentBody,
    IdentityBody,
    RegistryBody,
    ResourceBody,
    RoleBody,
    VaultBody,
)
from acr_identity.sdk.convert.hidden import hidden_secrets
from acr_identity.sdk.convert.resources import (
    assignment_from_wire,
    identity_from_wire,
    registry_from_wire,
    role_from_wire,
    vault_from_wire,
)
from acr_identity.sdk.convert.task_bodies import TaskBody
from acr_identity.sdk.convert.task_from_wire import task_from_wire
from acr_identity.sdk.failures import Call, attempt_read
from acr_identity.state import Surroundings

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.state import LiveAssignment, LiveIdentity, LiveRegistry, LiveRole, LiveTask, LiveVault

_FORBIDDEN = 403
_OF_THESE_KINDS = "$filter=" + quote(
    "resourceType eq 'Microsoft.ContainerRegistry/registries' or resourceType eq 'Microsoft.KeyVault/vaults'"
)
# Here, since a class that is made at first use would be made by several threads.
_REGISTRIES, _IDENTITIES, _ASSIGNMENTS = Page[RegistryBody], Page[IdentityBody], Page[AssignmentBody]
_TASKS = Page[TaskBody]
_ROLES = Page[RoleBody]
_RESOURCES = Page[ResourceBody]


class AzureReader(Connected):
    """Reads through the SDK's pipeline. All of it may be called from several threads at once."""

    def registry(self, registry: ArmId) -> LiveRegistry | None:
        """Read one registry (Registries - Get)."""
        asker = Asker(self._connection, Service.REGISTRIES)
        return attempt_read(
            Call("read registry", str(registry)),
            lambda: registry_from_wire(asker.ask(RegistryBody, str(registry)), registry),
        )

    def registries(self, subscription: str) -> tuple[LiveRegistry, ...]:
        """Read all registries of a subscription (Registries - List)."""
        asker = Asker(self._connection, Service.REGISTRIES)
        path = f"/subscriptions/{subscription}/providers/Microsoft.ContainerRegistry/registries"
        found = attempt_read(
            Call("list the registries of subscription", f"/subscriptions/{subscription}"),
            lambda: tuple(map(registry_from_wire, asker.ask_for_list(_REGISTRIES, path))),
        )
        return found or ()

    def vault(self, vault: ArmId) -> LiveVault | None:
        """Read one key vault with its access policies (Vaults - Get)."""
        asker = Asker(self._connection, Service.VAULTS)
        return attempt_read(
            Call("read vault", str(vault)), lambda: vault_from_wire(vault, asker.ask(VaultBody, str(vault)))
        )

    def identity(self, identity: ArmId) -> LiveIdentity | None:
        """Read one user-assigned identity (User Assigned Identities - Get)."""
        asker = Asker(self._connection, Service.IDENTITIES)
        return attempt_read(
            Call("read identity", str(identity)),
            lambda: identity_from_wire(asker.ask(IdentityBody, str(identity)), identity),
        )

    def identities(self, group: ArmId) -> tuple[LiveIdentity, ...]:
        """Read all user-assigned identities of a resource group (User Assigned Identities - List By Resource Group)."""
        asker = Asker(self._connection, Service.IDENTITIES)
        path = f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
        found = attempt_read(
            Call("list the identities of resource group", str(group)),
            lambda: tuple(map(identity_from_wire, asker.ask_for_list(_IDENTITIES, path))),
        )
        return found or ()

    def task(self, task: ArmId) -> LiveTask | None:
        """Read one task with its secrets (Tasks - Get Details), or without where that is refused (Tasks - Get).

        It is a POST, which a read-only lock and a disabled subscription refuse as they refuse any change.
        """
        asker = Asker(self._connection, Service.TASKS)
        try:
            return self._task_with_details(task, asker)
        except (NotAuthorisedError, ConflictError) as error:
            reason = _why_unseen(error)
            if reason is None:
                raise
        found = self.task_without_secrets(task)
        return found and replace(found, unseen_because=reason)

    def task_without_secrets(self, task: ArmId) -> LiveTask | None:
        """Read one task (Tasks - Get)."""
        asker = Asker(self._connection, Service.TASKS)
        return attempt_read(
            Call("read task", str(task)),
            lambda: task_from_wire(task, asker.ask(TaskBody, str(task)), None),
        )

    def tasks_of(self, registry: ArmId) -> tuple[LiveTask, ...]:
        """Read all tasks of a registry, without their secrets (Tasks - List)."""
        asker = Asker(self._connection, Service.TASKS)

        def read() -> tuple[LiveTask, ...]:
            listed = asker.ask_for_list(_TASKS, f"{registry}/tasks")
            return tuple(task_from_wire(registry.child("tasks", body.name), body, None) for body in listed)

        return attempt_read(Call("list the tasks of registry", str(registry)), read) or ()

    def _task_with_details(self, task: ArmId, asker: Asker) -> LiveTask | None:
        def read() -> LiveTask:
            answer = asker.ask(TaskBody, str(task), "listDetails", method="POST")
            return task_from_wire(task, answer, hidden_secrets(answer))

        return attempt_read(Call("read the details of task", str(task)), read)

    def assignments(self, scope: ArmId) -> tuple[LiveAssignment, ...] | None:
        """Read the role assignments at a scope and above it (Role Assignments - List For Scope, `atScope()`).

        Of a vault it is also those on its secrets: then no filter is set.
        """
        asker = Asker(self._connection, Service.ROLES)
        path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
        query = "" if scope.kind == "vaults" else "$filter=atScope()"
        return attempt_read(
            Call("list the role assignments of", str(scope)),
            lambda: tuple(map(assignment_from_wire, asker.ask_for_list(_ASSIGNMENTS, path, query=query))),
        )

    def role(self, subscription: str, guid: str) -> LiveRole | None:
        """Read what a role allows (Role Definitions - Get)."""
        asker = Asker(self._connection, Service.ROLES)
        path = f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{guid}"
        return attempt_read(Call("read role definition", path), lambda: role_from_wire(asker.ask(RoleBody, path)))

    def roles_at(self, scope: ArmId, name: str = "") -> Mapping[str, LiveRole]:
        """Read the roles that can be assigned at a scope, of a name or all (Role Definitions - List)."""
        asker = Asker(self._connection, Service.ROLES)
        path = f"{scope}/providers/Microsoft.Authorization/roleDefinitions"
        of_name = name.replace("'", "''")
        query = "$filter=" + quote(f"roleName eq '{of_name}'") if name else ""

        def read() -> dict[str, LiveRole]:
            return {role.name.lower(): role_from_wire(role) for role in asker.ask_for_list(_ROLES, path, query=query)}

        return attempt_read(Call("list the roles at", str(scope)), read) or {}

    def has_pool(self, pool: ArmId) -> bool:
        """Say whether an agent pool of a registry is there (Agent Pools - Get)."""
        asker = Asker(self._connection, Service.TASKS)
        return attempt_read(Call("read agent pool", str(pool)), lambda: asker.ask(ResourceBody, str(pool))) is not None

    def has_group(self, group: ArmId) -> bool:
        """Say whether a resource group is there (Resource Groups - Get)."""
        asker = Asker(self._connection, Service.RESOURCES)
        call = Call("read resource group", str(group))
        return attempt_read(call, lambda: asker.ask(ResourceBody, str(group))) is not None

    def surroundings(self, subscription: str) -> Surroundings:
        """Read which resource groups, registries and vaults there are (Resource Groups - List, Resources - List)."""
        asker = Asker(self._connection, Service.RESOURCES)
        path = f"/subscriptions/{subscription}"
        groups = attempt_read(
            Call("list the resource groups of subscription", path),
            lambda: tuple(one.name for one in asker.ask_for_list(_RESOURCES, f"{path}/resourcegroups")),
        )
        resources = attempt_read(
            Call("list the resources of subscription", path),
            lambda: tuple(
                ArmId(one.id) for one in asker.ask_for_list(_RESOURCES, f"{path}/resources", query=_OF_THESE_KINDS)
            ),
        )
        return Surroundings(groups or (), resources or ())


def _why_unseen(error: AzureError) -> str | None:
    """Say why details are refused where the rest may be read: empty for want of the right, `None` for other reasons."""
    match error.code:
        case "ScopeLocked":
            return f"a read-only lock on {' and '.join(locked_scopes(error.message)) or 'a scope above it'} forbids it"
        case "ReadOnlyDisabledSubscription":
            return "the subscription is disabled"
        case _:
            return "" if error.status == _FORBIDDEN else None
