"""Changes of user-assigned identities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from acr_identity.changes.kind import Action, AnyChange, Kind, Topic
from acr_identity.changes.values import KnownAfterApply
from acr_identity.state import UserIdentity

if TYPE_CHECKING:
    from acr_identity.changes.values import FieldChange
    from acr_identity.ids import ArmId
    from acr_identity.state import Tags


@dataclass(frozen=True, slots=True)
class CreateIdentity(AnyChange):
    """Create a user-assigned identity."""

    kind: ClassVar = Kind("create_identity", Action.CREATE, Topic.IDENTITIES, rank=10)

    id: ArmId
    location: str
    tags: Tags
    reason: str

    @property
    def key(self) -> str:
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Return the key of the change that creates this identity."""
        return f"create identity {id_}"

    @property
    def title(self) -> str:
        return f"create identity {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)

    @property
    def brings(self) -> UserIdentity:
        return UserIdentity(self.id)


@dataclass(frozen=True, slots=True)
class UpdateIdentity(AnyChange):
    """Set the tags of a user-assigned identity: `tags` are all that it will have."""

    kind: ClassVar = Kind("update_identity", Action.CHANGE, Topic.IDENTITIES, rank=11)

    id: ArmId
    tags: Tags
    fields: tuple[FieldChange, ...]
    reason: str
    is_last: bool = False
    """Whether it comes when nothing that is remembered there is needed any more."""

    @property
    def key(self) -> str:
        return f"{self._verb} identity {self.id}"

    @property
    def title(self) -> str:
        return f"{self._verb} identity {self.id.name}"

    @property
    def _verb(self) -> str:
        return "finish" if self.is_last else "update"

    @property
    def target(self) -> str:
        return str(self.id)

    @property
    def differences(self) -> tuple[FieldChange, ...]:
        return self.fields


@dataclass(frozen=True, slots=True)
class DeleteIdentity(AnyChange):
    """Delete a user-assigned identity that we created."""

    kind: ClassVar = Kind("delete_identity", Action.REMOVE, Topic.REMOVALS, rank=61)

    id: ArmId
    reason: str
    principal_id: str = ""
    """The principal that goes with it."""

    @property
    def key(self) -> str:
        return f"delete identity {self.id}"

    @property
    def title(self) -> str:
        return f"delete identity {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)


def known_with_identity(id_: ArmId) -> KnownAfterApply:
    """Return what is known of the principal of an identity that is to be created."""
    return KnownAfterApply(CreateIdentity.key_of(id_))


IdentityChange: TypeAlias = CreateIdentity | UpdateIdentity | DeleteIdentity
