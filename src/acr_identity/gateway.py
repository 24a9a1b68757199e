"""The port to Azure: the verbs that this package needs, in its own types.

An implementation raises nothing but errors of `acr_identity.errors`; a read of something that does not exist gives
`None` or an empty tuple. Each write may be repeated. Methods may be called from several threads at once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.ids import ArmId
    from acr_identity.state import (
        LiveAssignment,
        LiveIdentity,
        LiveRegistry,
        LiveRole,
        LiveRun,
        LiveTask,
        LiveVault,
        LogChunk,
        Principals,
        Surroundings,
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

    def task_without_secrets(self, task: ArmId) -> LiveTask | None:
        """Read one task as anybody may who can see it."""

    def tasks_of(self, registry: ArmId) -> Sequence[LiveTask]:
        """Read all tasks of a registry, without their secrets and credentials."""

    def assignments(self, scope: ArmId) -> Sequence[LiveAssignment] | None:
        """Read the role assignments that hold at a scope, also those made above it; of a vault those of secrets too.

        `None` says that nothing is at this scope.
        """

    def role(self, subscription: str, guid: str) -> LiveRole | None:
        """Read what a role allows, by its GUID."""

    def roles_at(self, scope: ArmId, name: str = "") -> Mapping[str, LiveRole]:
        """Read the roles that can be assigned at a scope, by their GUIDs: those of a name, else all."""

    def has_pool(self, pool: ArmId) -> bool:
        """Say whether an agent pool of a registry is there."""

    def has_group(self, group: ArmId) -> bool:
        """Say whether a resource group is there."""

    def surroundings(self, subscription: str) -> Surroundings:
        """Read which resource groups, registries and vaults a subscription has; none if it cannot be seen."""

    def stop_waiting(self) -> None:
        """End the waits of all requests that are under way: each ends with the refusal that it has met."""


@dataclass(frozen=True, slots=True)
class Learned:
    """What an answer told: principals that exist now, and whether what was asked for was there already."""

    principals: Principals = field(default_factory=dict)
    found: bool = False


class Writer(Protocol):
    """Changes."""

    def prepare(self, changes: Sequence[Change]) -> None:
        """Load what these changes need, in one thread, before several make them."""

    def make(self, changes: Sequence[Change], principals: Principals) -> Learned:
        """Make changes that share a request, with that request.

        Each may be made again and does no harm then. What a change names as "known after apply" is looked up in
        `principals`.
        """


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
