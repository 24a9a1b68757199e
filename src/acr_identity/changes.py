"""What may be done to Azure: a closed union of frozen changes.

A change is a value. It can be shown, compared and stored, and other programs can render it; only `execute` acts on it.
Each says why it is there. `key` names it within a plan.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.secrecy import WithSecrets

if TYPE_CHECKING:
    from pydantic import SecretStr

    from acr_identity.ids import ArmId, Role
    from acr_identity.state import Identity, Known, Tags, TaskSettings, VaultSecretAddress

VAULT_PERMISSION = "get"
"""The one permission that a run needs in a vault with access policies."""


@dataclass(frozen=True, slots=True)
class KnownAfterApply:
    """The ids of a principal that another change will bring: `change` is its key."""

    change: str


@dataclass(frozen=True, slots=True)
class Grantee:
    """An identity and, as far as they are known, the ids of its principal."""

    identity: Identity
    ids: Known | KnownAfterApply


@dataclass(frozen=True, slots=True)
class FieldChange(WithSecrets):
    """One difference: the path of the field and its values as text, secrets already masked."""

    path: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RegistryCredential(WithSecrets):
    """A credential entry of a task. Without user name and password it is the identity's own login."""

    login_server: str
    identity: Grantee | None
    user_name: SecretStr | VaultSecretAddress | None = None
    password: SecretStr | VaultSecretAddress | None = None


@dataclass(frozen=True, slots=True)
class CreateIdentity:
    """Create a user-assigned identity."""

    id: ArmId
    location: str
    tags: Tags
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Name such a change."""
        return f"create identity {id_}"


@dataclass(frozen=True, slots=True)
class UpdateIdentity:
    """Set the tags of a user-assigned identity: `tags` are all that it will have."""

    id: ArmId
    tags: Tags
    fields: tuple[FieldChange, ...]
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"update identity {self.id}"


@dataclass(frozen=True, slots=True)
class CreateTask:
    """Create a task with its identities and credentials, in one request."""

    id: ArmId
    location: str
    settings: TaskSettings
    system: bool
    users: tuple[ArmId, ...]
    credentials: tuple[RegistryCredential, ...]
    tags: Tags
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Name such a change."""
        return f"create task {id_}"


@dataclass(frozen=True, slots=True)
class StatedIdentities:
    """All identities that a task will have. `detached` are those that it has and will lose."""

    system: bool
    users: tuple[ArmId, ...] = ()
    detached: tuple[ArmId, ...] = ()


@dataclass(frozen=True, slots=True)
class UpdateTask:
    """Change parts of a task (PATCH). What is `None` stays; `tags` are all that the task will have.

    The service clears the identity of the source registry where a PATCH names that registry without it; so
    `source_identity` restates it.
    """

    id: ArmId
    settings: TaskSettings
    identities: StatedIdentities | None
    source_identity: str
    tags: Tags | None
    fields: tuple[FieldChange, ...]
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Name such a change."""
        return f"update task {id_}"


@dataclass(frozen=True, slots=True)
class ReplaceTask:
    """Write a whole task anew (PUT), because a PATCH cannot say what is wanted.

    The task is read with all its secrets first, and written with these parts changed: what others have set is kept.
    """

    id: ArmId
    settings: TaskSettings
    identities: StatedIdentities
    credentials: tuple[RegistryCredential, ...]
    tags: Tags
    fields: tuple[FieldChange, ...]
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return self.key_of(self.id)

    @staticmethod
    def key_of(id_: ArmId) -> str:
        """Name such a change."""
        return f"replace task {id_}"


@dataclass(frozen=True, slots=True)
class SetCredential:
    """Add or update one credential of a task that exists; `replaces` says that there is one for this login server."""

    task: ArmId
    credential: RegistryCredential
    replaces: bool
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"set credential {self.credential.login_server.lower()} of {self.task}"


@dataclass(frozen=True, slots=True)
class EnableTask:
    """Let a task run by itself. `tags` are all that it will have; `None` leaves them."""

    id: ArmId
    tags: Tags | None
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"enable task {self.id}"


@dataclass(frozen=True, slots=True)
class AssignRole:
    """Assign a built-in role at a scope."""

    scope: ArmId
    role: Role
    grantee: Grantee
    description: str
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"assign {self.role.name} at {self.scope} to {self.grantee.identity.key}"


@dataclass(frozen=True, slots=True)
class AddVaultAccess:
    """Let a principal read the secrets of a vault by an access policy."""

    vault: ArmId
    tenant_id: str
    grantee: Grantee
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return self.key_of(self.vault, self.grantee.identity)

    @staticmethod
    def key_of(vault: ArmId, identity: Identity) -> str:
        """Name such a change."""
        return f"add access to {vault} for {identity.key}"


@dataclass(frozen=True, slots=True)
class RemoveVaultAccess:
    """Take back a principal's permission to read secrets of a vault."""

    vault: ArmId
    tenant_id: str
    principal_id: str
    identity: Identity
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"remove access to {self.vault} of {self.identity.key}"


@dataclass(frozen=True, slots=True)
class RemoveRoleAssignment:
    """Delete a role assignment that carries our mark."""

    id: str
    scope: str
    role_name: str
    identity: Identity
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"remove role assignment {self.id.lower()}"


@dataclass(frozen=True, slots=True)
class RemoveCredential:
    """Remove a credential that we added to a task of others."""

    task: ArmId
    login_server: str
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"remove credential {self.login_server.lower()} of {self.task}"


@dataclass(frozen=True, slots=True)
class DeleteTask:
    """Delete a task that we created."""

    id: ArmId
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"delete task {self.id}"


@dataclass(frozen=True, slots=True)
class DeleteIdentity:
    """Delete a user-assigned identity that we created."""

    id: ArmId
    reason: str

    @property
    def key(self) -> str:
        """Name the change."""
        return f"delete identity {self.id}"


Change: TypeAlias = (
    CreateIdentity
    | UpdateIdentity
    | CreateTask
    | UpdateTask
    | ReplaceTask
    | SetCredential
    | EnableTask
    | AssignRole
    | AddVaultAccess
    | RemoveVaultAccess
    | RemoveRoleAssignment
    | RemoveCredential
    | DeleteTask
    | DeleteIdentity
)
