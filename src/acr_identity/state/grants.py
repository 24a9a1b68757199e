"""Who may do what: role assignments, vaults and their access policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import ArmId


@dataclass(frozen=True, slots=True)
class LiveAssignment:
    """A role assignment. `scope` may lie above the resource that was asked about, up to `/`."""

    id: str
    scope: str
    principal_id: str
    role_guid: str
    condition: str = ""
    description: str = ""


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
