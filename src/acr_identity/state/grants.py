"""Who may do what: role assignments, vaults and their access policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import AnyRole, ArmId
    from acr_identity.state.tasks import Tags


@dataclass(frozen=True, slots=True)
class LiveRole:
    """A role of one's own. Of each permission there are actions, what is taken off them, and so for data actions."""

    name: str
    permissions: tuple[tuple[tuple[str, ...], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class LiveAssignment:
    """A role assignment. `scope` may lie above the resource that was asked about, up to `/`. Ids are in lower case."""

    id: str
    scope: str
    principal_id: str
    role_guid: str
    condition: str = ""
    description: str = ""

    def assigns(self, role: AnyRole, scope: ArmId, principal_id: str) -> bool:
        """Say whether it gives this role at this very scope to this principal, with or without a condition."""
        same_scope = self.scope.rstrip("/").lower() == str(scope).rstrip("/").lower()
        return same_scope and self.role_guid == role.guid and self.principal_id == principal_id


@dataclass(frozen=True, slots=True)
class VaultPolicy:
    """What one principal may do with the secrets of a vault: permissions in lower case."""

    object_id: str
    secrets: frozenset[str]
    application_id: str = ""
    tenant_id: str = ""


@dataclass(frozen=True, slots=True)
class LiveVault:
    """A key vault that exists. `uri` is `https://HOST`, without a slash at the end."""

    id: ArmId
    uri: str
    tenant_id: str
    uses_rbac: bool
    policies: tuple[VaultPolicy, ...] = ()
    tags: Tags = ()
    is_closed: bool = False
    """Whether its firewall keeps out whoever is not let in by a rule or a private endpoint."""

    @property
    def readers(self) -> frozenset[str]:
        """Return the principals that an access policy lets get secrets."""
        return frozenset(
            policy.object_id
            for policy in self.policies
            if not policy.application_id
            and policy.tenant_id.lower() == self.tenant_id.lower()
            and policy.secrets & {"get", "all"}
        )

    def lets_read_secrets(self, principal_id: str) -> bool:
        """Say whether an access policy lets this principal get secrets."""
        return principal_id in self.readers
