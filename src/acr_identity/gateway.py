"""The port to Azure: the verbs that this package needs, in its own types.

An implementation raises nothing but errors of `acr_identity.errors`; a read of something that does not exist gives
`None` or an empty tuple. Each write may be repeated. Methods may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from acr_identity.changes import (
        AssignRole,
        CreateIdentity,
        CreateTask,
        EnableTask,
        RegistryCredential,
        ReplaceTask,
        UpdateIdentity,
        UpdateTask,
    )
    from acr_identity.ids import ArmId
    from acr_identity.state import (
        LiveAssignment,
        LiveIdentity,
        LiveRegistry,
        LiveRun,
        LiveTask,
        LiveVault,
        LogChunk,
        Principals,
        Value,
    )


DEFAULT_CONCURRENCY = 16
"""How many requests are under way at once, at most, if nothing else is said."""
PULSE_SECONDS = 0.5
"""How long the main thread waits in one go: Ctrl-C that comes just as a wait begins is not seen before it ends."""


class Reader(Protocol):
    """Questions. None of them changes anything."""

    def registry(self, registry: ArmId) -> LiveRegistry | None:
        """Read one registry."""

    def registries(self, subscription: str) -> Sequence[LiveRegistry]:
        """Read all registries of a subscription."""

    def vault(self, vault: ArmId) -> LiveVault | None:
        """Read one key vault with its access policies."""

    def identity(self, identity: ArmId) -> LiveIdentity | None:
        """Read one user-assigned identity."""

    def identities(self, group: ArmId) -> Sequence[LiveIdentity]:
        """Read all user-assigned identities of a resource group."""

    def task(self, task: ArmId) -> LiveTask | None:
        """Read one task with its secrets, or without them where the caller may not see those."""

    def assignments(self, scope: ArmId) -> Sequence[LiveAssignment]:
        """Read the role assignments that hold at a scope, also those made above it."""


class Writer(Protocol):
    """Changes. What a change names as "known after apply" is looked up in `principals`."""

    def create_identity(self, change: CreateIdentity) -> LiveIdentity:
        """Create a user-assigned identity and return it with its principal."""

    def update_identity(self, change: UpdateIdentity) -> None:
        """Set the tags of a user-assigned identity."""

    def create_task(self, change: CreateTask, principals: Principals) -> LiveTask:
        """Create a task and return it with the principal of its system identity, if it has one."""

    def update_task(self, change: UpdateTask) -> LiveTask:
        """Change parts of a task, leaving alone what the change does not name."""

    def replace_task(self, change: ReplaceTask, principals: Principals) -> LiveTask:
        """Write a whole task anew."""

    def enable_task(self, change: EnableTask) -> None:
        """Set a task's status to enabled."""

    def set_credentials(self, task: ArmId, credentials: Sequence[RegistryCredential], principals: Principals) -> None:
        """Add or replace credentials of a task in one request, leaving the others alone."""

    def remove_credentials(self, task: ArmId, login_servers: Sequence[str]) -> None:
        """Remove credentials of a task in one request, leaving the others alone."""

    def assign_role(self, change: AssignRole, principals: Principals) -> None:
        """Create a role assignment.

        Raises:
            ConflictError: with code `RoleAssignmentExists`: an equal one is there under another name.
        """

    def remove_role_assignment(self, assignment: str) -> None:
        """Delete a role assignment by its id, if it is there."""

    def add_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Add the permission to get secrets for these principals, in one request, leaving all others alone."""

    def remove_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        """Take that permission back."""

    def delete_task(self, task: ArmId) -> None:
        """Delete a task, if it is there."""

    def delete_identity(self, identity: ArmId) -> None:
        """Delete a user-assigned identity, if it is there."""


class Runner(Protocol):
    """Runs of tasks and their logs."""

    def schedule(self, task: ArmId, values: Sequence[Value]) -> LiveRun:
        """Queue a run of a task; `values` override the task's own by name."""

    def run(self, registry: ArmId, run_id: str) -> LiveRun | None:
        """Read one run."""

    def latest_run(self, task: ArmId) -> LiveRun | None:
        """Read the newest run of a task."""

    def cancel(self, registry: ArmId, run_id: str) -> None:
        """Ask a run to end. It may have ended already."""

    def log_address(self, registry: ArmId, run_id: str) -> str:
        """Return the signed address of a run's log. It is a secret, and valid for about an hour."""

    def read_log(self, address: str, offset: int) -> LogChunk:
        """Read what a log has behind an offset in bytes. A log that has not begun is an empty chunk."""


class Gateway(Reader, Writer, Runner, Protocol):
    """All verbs together."""
