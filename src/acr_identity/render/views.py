"""What is shown of a task as it is, and of a run: values that the caller gathers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.state import LiveRun, LiveTask


@dataclass(frozen=True, slots=True)
class IdentityView:
    """An identity of a task. `id` is `None` for the system identity, which has no resource of its own."""

    id: ArmId | None
    principal_id: str = ""
    client_id: str = ""

    @property
    def name(self) -> str:
        """Return the resource's name, or `system`."""
        return self.id.name if self.id else "system"

    @property
    def kind(self) -> str:
        """Return `system` or `user`."""
        return "user" if self.id else "system"


@dataclass(frozen=True, slots=True)
class GrantView:
    """What a principal may do.

    Args:
        right: the role's name, or the permission of a vault's access policy, such as `get secrets (access policy)`.
        resource: what the right is for: a registry, a vault, or a secret of a vault.
        principal_id: who holds it.
        scope: where it was given, as Azure has it: the resource itself, or something above it.
    """

    right: str
    resource: ArmId
    principal_id: str
    scope: str

    @property
    def is_inherited(self) -> bool:
        """Say whether the right was given above the resource."""
        return self.scope.rstrip("/").lower() != str(self.resource).rstrip("/").lower()


@dataclass(frozen=True, slots=True)
class TaskView:
    """A task as it is: its settings and credentials, its identities, what their principals may do, its latest run."""

    task: LiveTask
    identities: tuple[IdentityView, ...] = ()
    grants: tuple[GrantView, ...] = ()
    latest_run: LiveRun | None = None

    def __str__(self) -> str:
        from acr_identity.render.show import task_text  # noqa: PLC0415 - it knows this class

        return task_text(self)

    def _repr_html_(self) -> str:
        from acr_identity.render.show import task_html  # noqa: PLC0415 - it knows this class

        return task_html(self)


@dataclass(frozen=True, slots=True)
class RunView:
    """A run and what was learnt of it: how long it took, and the line of its log that says why it failed."""

    run: LiveRun
    seconds: float = 0.0
    reason: str = ""

    @property
    def has_succeeded(self) -> bool:
        """Say whether the run ended well."""
        return self.run.status == "Succeeded"
