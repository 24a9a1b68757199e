"""Changes of who may do what: role assignments and the access policies of vaults."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from acr_identity.changes.kind import Action, AnyChange, Kind, Patience, Topic
from acr_identity.errors import ConflictError
from acr_identity.ids import assignment_name, scope_words
from acr_identity.state.comparison import ANY_CASE

if TYPE_CHECKING:
    from acr_identity.changes.values import FieldChange, Grantee
    from acr_identity.errors import AzureError
    from acr_identity.ids import AnyRole, ArmId, GrantMark
    from acr_identity.state import Tags, TaskIdentity

VAULT_PERMISSION = "get"
"""The one permission that a run needs in a vault with access policies."""
_GONE = "who had it is gone"


@dataclass(frozen=True, slots=True)
class AssignRole(AnyChange):
    """Assign a role at a scope."""

    kind: ClassVar = Kind("assign_role", Action.CREATE, Topic.ACCESS, rank=30)

    scope: ArmId
    role: AnyRole
    grantee: Grantee
    description: str
    reason: str
    condition: str = ""
    """Under which condition of version 2.0 it counts, such as in which repositories; empty for always."""

    @property
    def key(self) -> str:
        return f"assign {self.role.key} at {self.scope} to {self.grantee.identity.key}"

    @property
    def title(self) -> str:
        return f"assign {self.role.title} on {self.scope.words} to {self.grantee.identity}"

    @property
    def target(self) -> str:
        return str(self.scope)

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (self.grantee,)

    def taken_back_from(self, principal_id: str) -> RemoveRoleAssignment:
        name = assignment_name(self.scope, principal_id, self.role)
        id_ = f"{self.scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
        return RemoveRoleAssignment(id_, str(self.scope), self.role.title, self.grantee.identity, _GONE)

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        del identity_is_new
        unknown = error.code == "PrincipalNotFound"
        return Patience("the principal is not known to role assignments yet") if unknown else None


@dataclass(frozen=True, slots=True)
class RemoveRoleAssignment(AnyChange):
    """Delete a role assignment that carries our mark."""

    kind: ClassVar = Kind("remove_role_assignment", Action.REMOVE, Topic.REMOVALS, rank=52)

    id: str = field(metadata=ANY_CASE)
    scope: str = field(metadata=ANY_CASE)
    role_name: str
    identity: TaskIdentity
    reason: str

    @property
    def key(self) -> str:
        return f"remove role assignment {self.id.lower()}"

    @property
    def title(self) -> str:
        return f"remove {self.role_name} on {scope_words(self.scope)} from {self.identity}"

    @property
    def target(self) -> str:
        return self.scope


@dataclass(frozen=True, slots=True)
class AddVaultAccess(AnyChange):
    """Let a principal read the secrets of a vault by an access policy."""

    kind: ClassVar = Kind("add_vault_access", Action.CREATE, Topic.ACCESS, rank=31)

    vault: ArmId
    tenant_id: str
    grantee: Grantee
    reason: str

    @property
    def key(self) -> str:
        return self.key_of(self.vault, self.grantee.identity)

    @staticmethod
    def key_of(vault: ArmId, identity: TaskIdentity) -> str:
        """Return the key of the change that gives this identity access to this vault."""
        return f"add access to {vault} for {identity.key}"

    @property
    def title(self) -> str:
        return f"let {self.grantee.identity} read secrets of {self.vault.name}"

    @property
    def target(self) -> str:
        return str(self.vault)

    @property
    def request(self) -> tuple[str, ...]:
        return (self.kind.name, str(self.vault).lower(), self.tenant_id)

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return (self.grantee,)

    def taken_back_from(self, principal_id: str) -> RemoveVaultAccess:
        return RemoveVaultAccess(self.vault, self.tenant_id, principal_id, self.grantee.identity, _GONE)

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        del identity_is_new
        return _patience_with_vault(error)


@dataclass(frozen=True, slots=True)
class RemoveVaultAccess(AnyChange):
    """Take back a principal's permission to read secrets of a vault."""

    kind: ClassVar = Kind("remove_vault_access", Action.REMOVE, Topic.REMOVALS, rank=53)

    vault: ArmId
    tenant_id: str
    principal_id: str
    identity: TaskIdentity
    reason: str

    @property
    def key(self) -> str:
        return f"remove access to {self.vault} of {self.identity.key}"

    @property
    def title(self) -> str:
        return f"stop {self.identity} from reading secrets of {self.vault.name}"

    @property
    def target(self) -> str:
        return str(self.vault)

    @property
    def request(self) -> tuple[str, ...]:
        return (self.kind.name, str(self.vault).lower(), self.tenant_id)

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        del identity_is_new
        return _patience_with_vault(error)


@dataclass(frozen=True, slots=True)
class MarkRoleAssignment(AnyChange):
    """Say in the description of a role assignment of ours which specs need it. The rest of it stays."""

    kind: ClassVar = Kind("mark_role_assignment", Action.CHANGE, Topic.ACCESS, rank=32)

    id: str
    scope: ArmId
    role: AnyRole
    grantee: Grantee
    condition: str
    description: str
    fields: tuple[FieldChange, ...]
    reason: str

    @property
    def key(self) -> str:
        return f"mark role assignment {self.id.lower()}"

    @property
    def title(self) -> str:
        what = f"{self.role.title} on {self.scope.words} for {self.grantee.identity}"
        changed = next((each.path for each in self.fields if each.path in {"repositories", "condition"}), "")
        return f"change the {changed} of {what}" if changed else f"remember who needs {what}"

    @property
    def target(self) -> str:
        return str(self.scope)

    @property
    def differences(self) -> tuple[FieldChange, ...]:
        return self.fields


@dataclass(frozen=True, slots=True)
class AccessMark:
    """What a vault remembers of the access of an identity."""

    grantee: Grantee
    mark: GrantMark


@dataclass(frozen=True, slots=True)
class MarkVault(AnyChange):
    """Remember in the tags of a vault whose access by policy is ours.

    `tags` are all others that it will have, `marks` what is added to them: the principal may be known after apply.
    """

    kind: ClassVar = Kind("mark_vault", Action.CHANGE, Topic.ACCESS, rank=33)

    vault: ArmId
    tags: Tags
    marks: tuple[AccessMark, ...]
    reason: str

    @property
    def key(self) -> str:
        return self.key_of(self.vault)

    @staticmethod
    def key_of(vault: ArmId) -> str:
        """Return the key of the change that marks this vault."""
        return f"mark vault {vault}"

    @property
    def title(self) -> str:
        return f"remember on vault {self.vault.name} whose access is ours"

    @property
    def target(self) -> str:
        return str(self.vault)

    @property
    def grantees(self) -> tuple[Grantee, ...]:
        return tuple(one.grantee for one in self.marks)

    def patience_with(self, error: AzureError, *, identity_is_new: bool) -> Patience | None:
        del identity_is_new
        return _patience_with_vault(error)


GrantChange: TypeAlias = (
    AssignRole | RemoveRoleAssignment | MarkRoleAssignment | AddVaultAccess | RemoveVaultAccess | MarkVault
)


def _patience_with_vault(error: AzureError) -> Patience | None:
    return Patience("the vault is being changed by somebody else") if isinstance(error, ConflictError) else None
