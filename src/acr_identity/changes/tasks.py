"""Changes of tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from acr_identity.changes.kind import MISSING_RIGHT_SECONDS, Action, AnyChange, Kind, Patience, Topic
from acr_identity.changes.values import KnownAfterApply
from acr_identity.state import SystemIdentity

if TYPE_CHECKING:
    from acr_identity.changes.values import FieldChange, Grantee, RegistryCredential, SourceLogin, StatedIdentities
    from acr_identity.errors import AzureError
    from acr_identity.ids import ArmId
    from acr_identity.state import Tags, TaskSettings


@dataclass(frozen=True, slots=True)
class CreateTask(AnyChange):
    """Create a task with its identities and credentials, in one request."""

    kind: ClassVar = Kind("create_task", Action.CREATE, Topic.TASKS, rank=20)

    id: ArmId
    location: str
    settings: TaskSettings
    system: bool
    users: tuple[ArmId, ...]
    credentials: tuple[RegistryCredential, ...]
    tags: Tags
    reason: str
    remembers: tuple[Grantee, ...] = ()
    """Identities whose principals its tags remember as well: only after apply are they known."""
    source: SourceLogin | None = None
    """As whom a run logs in to the task's own registry, if that is said."""

    @property
    def key(self) -> str:
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Return the key of the change that creates this task."""
        return f"create task {id_}"

    @property
    def title(self) -> str:
        return f"create task {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)

    @property
    def looks_for(self) -> ArmId:
        return self.id

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (*_signing_in(self.credentials), *_source_of(self.source), *self.remembers)

    @property
    def attaches(self) -> tuple[ArmId, ...]:
        return self.users

    @property
    def brings(self) -> SystemIdentity | None:
        return SystemIdentity(self.id) if self.system else None

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        return _patience_with_identity(error.code) if identity_is_new else None


@dataclass(frozen=True, slots=True)
class UpdateTask(AnyChange):
    """Change parts of a task (PATCH). What is `None` stays; `tags` are all that the task will have.

    The service clears the identity of the source registry where a PATCH names that registry without it; so
    `source_identity` restates it.
    """

    kind: ClassVar = Kind("update_task", Action.CHANGE, Topic.TASKS, rank=21)

    id: ArmId
    settings: TaskSettings
    identities: StatedIdentities | None
    source_identity: str
    tags: Tags | None
    fields: tuple[FieldChange, ...]
    reason: str
    is_last: bool = False
    """Whether it comes when all else is done for the task: then it takes out what is needed until then."""
    remembers: tuple[Grantee, ...] = ()
    """Identities whose principals its tags remember as well: only after apply are they known."""
    source: SourceLogin | None = None
    """As whom a run logs in to the task's own registry, if that is said."""

    @property
    def key(self) -> str:
        return self.last_key_of(self.id) if self.is_last else self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Return the key of the change that updates this task."""
        return f"update task {id_}"

    @staticmethod
    def last_key_of(id_: ArmId) -> str:
        """Return the key of the change that takes out of this task what is needed until all else is done."""
        return f"finish task {id_}"

    @property
    def title(self) -> str:
        return f"{'finish' if self.is_last else 'update'} task {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)

    @property
    def differences(self) -> tuple[FieldChange, ...]:
        return self.fields

    @property
    def takes_out(self) -> tuple[str, ...]:
        lost = (each.before for each in self.fields if self.is_last and each.path == "identity")
        return tuple(f"take {str(one).rpartition('/')[2]} out of task {self.id.name}" for one in lost)

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (*_source_of(self.source), *self.remembers)

    @property
    def attaches(self) -> tuple[ArmId, ...]:
        # Whose client id it says must be there, even if the task has it already.
        return (*(self.identities.users if self.identities else ()), *self.settings.unknown_clients)

    @property
    def brings(self) -> SystemIdentity | None:
        is_stated = self.identities is not None and self.identities.system and not self.is_last
        return SystemIdentity(self.id) if is_stated else None

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        return _patience_with_identity(error.code) if identity_is_new else None


@dataclass(frozen=True, slots=True)
class ReplaceTask(AnyChange):
    """Write a whole task anew (PUT), because a PATCH cannot say what is wanted.

    The task is read with all its secrets first, and written with these parts changed: what others have set is kept.
    `dropped` are the paths of what we had set and has no default that could be said: it is left out.
    """

    kind: ClassVar = Kind("replace_task", Action.CHANGE, Topic.TASKS, rank=22)

    id: ArmId
    settings: TaskSettings
    identities: StatedIdentities
    credentials: tuple[RegistryCredential, ...]
    tags: Tags
    fields: tuple[FieldChange, ...]
    reason: str
    dropped: tuple[str, ...] = ()
    remembers: tuple[Grantee, ...] = ()
    source: SourceLogin | None = None

    @property
    def key(self) -> str:
        return f"replace task {self.id}"

    @property
    def title(self) -> str:
        return f"replace task {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)

    @property
    def differences(self) -> tuple[FieldChange, ...]:
        return self.fields

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (*_signing_in(self.credentials), *_source_of(self.source), *self.remembers)

    @property
    def attaches(self) -> tuple[ArmId, ...]:
        return self.identities.users

    @property
    def brings(self) -> SystemIdentity | None:
        return SystemIdentity(self.id) if self.identities.system else None

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        return _patience_with_identity(error.code) if identity_is_new else None


@dataclass(frozen=True, slots=True)
class EnableTask(AnyChange):
    """Let a task run by itself. `tags` are all that it will have; `None` leaves them."""

    kind: ClassVar = Kind("enable_task", Action.CHANGE, Topic.ENABLING, rank=50)

    id: ArmId
    tags: Tags | None
    reason: str
    remembers: tuple[Grantee, ...] = ()

    @property
    def key(self) -> str:
        return f"enable task {self.id}"

    @property
    def title(self) -> str:
        return f"enable task {self.id.name}"

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return self.remembers

    @property
    def target(self) -> str:
        return str(self.id)


@dataclass(frozen=True, slots=True)
class DeleteTask(AnyChange):
    """Delete a task that we created."""

    kind: ClassVar = Kind("delete_task", Action.REMOVE, Topic.REMOVALS, rank=60)

    id: ArmId
    reason: str
    principal_id: str = ""
    """The principal of its own identity, which goes with it."""

    @property
    def key(self) -> str:
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Return the key of the change that deletes this task."""
        return f"delete task {id_}"

    @property
    def title(self) -> str:
        return f"delete task {self.id.name}"

    @property
    def target(self) -> str:
        return str(self.id)


def known_with_task(id_: ArmId, *, exists: bool) -> KnownAfterApply:
    """Return what is known of the principal of a task that is to get an identity of its own."""
    return KnownAfterApply(UpdateTask.key_of(id_) if exists else CreateTask.key_of(id_))


TaskChange: TypeAlias = CreateTask | UpdateTask | ReplaceTask | EnableTask | DeleteTask


def _signing_in(credentials: tuple[RegistryCredential, ...]) -> tuple[Grantee, ...]:
    return tuple(one.identity for one in credentials if one.identity)


def _source_of(source: SourceLogin | None) -> tuple[Grantee, ...]:
    return (source.identity,) if source is not None and source.identity is not None else ()


def _patience_with_identity(code: str) -> Patience | None:
    match code:
        case "FailedIdentityOperation" | "IdentityNotFound":
            return Patience("the new identity cannot be used yet")
        case "LinkedAuthorizationFailed":
            reason = "the new identity cannot be used yet, or you lack the role Managed Identity Operator on it"
            return Patience(reason, MISSING_RIGHT_SECONDS)
        case _:
            return None
