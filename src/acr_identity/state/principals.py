"""The identities of tasks, and the principals behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.ids import ArmId


@dataclass(frozen=True, slots=True)
class SystemIdentity:
    """The identity that belongs to a task itself, and comes and goes with it."""

    task: ArmId

    @property
    def key(self) -> str:
        """Name the identity: the id of what it belongs to."""
        return str(self.task)

    def __str__(self) -> str:
        return f"the system identity of {self.task.name}"


@dataclass(frozen=True, slots=True)
class UserIdentity:
    """A user-assigned identity."""

    id: ArmId

    @property
    def key(self) -> str:
        """Name the identity: its own id."""
        return str(self.id)

    def __str__(self) -> str:
        return self.id.name


TaskIdentity: TypeAlias = SystemIdentity | UserIdentity


@dataclass(frozen=True, slots=True)
class Known:
    """The ids of a principal that exists. A system identity is never named by its client id."""

    principal_id: str
    client_id: str = ""


Principals: TypeAlias = Mapping[TaskIdentity, Known]
"""The principals that are known at some moment, by identity."""
