"""What every change says of itself, once, in its own class: who orders, groups, makes or shows changes reads that."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.changes.values import FieldChange, Grantee
    from acr_identity.errors import AzureError
    from acr_identity.ids import ArmId
    from acr_identity.state import TaskIdentity

BUDGET_SECONDS = 180.0
"""For how long one change is tried again, in all."""
MISSING_RIGHT_SECONDS = 30.0
"""For how long, where the refusal is most probably for want of a right, and only perhaps because something is new."""


class Action(Enum):
    """What a change does to what is there: the value is the word for it."""

    CREATE = "create"
    CHANGE = "change"
    REMOVE = "remove"


class Topic(Enum):
    """What a change belongs with, in the order in which plans are shown."""

    IDENTITIES = "Identities"
    TASKS = "Tasks"
    ACCESS = "Access"
    CREDENTIALS = "Credentials"
    ENABLING = "Enabling"
    REMOVALS = "Removals"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is the same for all changes of one kind.

    Args:
        name: how JSON calls the kind.
        action: what its changes do.
        topic: what they belong with.
        rank: where they stand among changes that may be made at the same time: the lowest first.
    """

    name: str
    action: Action
    topic: Topic
    rank: int


@dataclass(frozen=True, slots=True)
class Patience:
    """Why the same request may succeed in a while, and for how many seconds it is worth trying again."""

    reason: str
    seconds: float = BUDGET_SECONDS


class AnyChange(ABC):
    """What each kind of change must say, and what most kinds answer alike."""

    __slots__ = ()

    reason: str

    @property
    @abstractmethod
    def kind(self) -> Kind:
        """Return what all changes of its kind have in common."""

    @property
    @abstractmethod
    def key(self) -> str:
        """Return the name of the change within a plan."""

    @property
    @abstractmethod
    def title(self) -> str:
        """Return what it does in one short line: `create identity myACRTasksId`."""

    @property
    @abstractmethod
    def target(self) -> str:
        """Return the id of the resource that it writes to."""

    @property
    def action(self) -> Action:
        """Return what it does to what is there."""
        return self.kind.action

    @property
    def request(self) -> tuple[str, ...]:
        """Return a sign of the request that makes it. Changes with the same sign are made by one request."""
        return (self.key,)

    @property
    def takes_out(self) -> tuple[str, ...]:
        """Return what it takes away from those who use it, in one short line each."""
        return (self.title,) if self.action is Action.REMOVE else ()

    @property
    def differences(self) -> tuple[FieldChange, ...]:
        """Return in which fields the resource changes; none for what is created or removed as a whole."""
        return ()

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        """Return to whom it gives something, or as whom a credential signs in."""
        return ()

    @property
    def attaches(self) -> tuple[ArmId, ...]:
        """Return the user-assigned identities that a task has after it."""
        return ()

    @property
    def looks_for(self) -> ArmId | None:
        """Return the task that it creates and that must not be there yet: it is looked at once more before."""
        return None

    @property
    def brings(self) -> TaskIdentity | None:
        """Return the identity whose principal exists after it, if that may be new."""
        return None

    def taken_back_from(self, principal_id: str) -> Change | None:  # noqa: ARG002 - most kinds give nothing
        """Return the change that takes back what it gave to its one principal, or `None` if it gives nothing."""
        return None

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:  # noqa: ARG002 - most kinds have none
        """Return why the same request may succeed in a while after this refusal, or `None` if it will not.

        Args:
            error: the refusal.
            identity_is_new: whether an identity that it attaches was made a moment ago.
        """
        return None
