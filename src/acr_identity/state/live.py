"""All that was read for one spec."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.state.grants import LiveAssignment, LiveRole, LiveVault
    from acr_identity.state.tasks import LiveTask, Tags


@dataclass(frozen=True, slots=True)
class LiveRegistry:
    """A registry that exists. Its login server need not follow from its name."""

    id: ArmId
    login_server: str
    location: str
    uses_abac: bool = False
    """Whether rights are per repository (`AbacRepositoryPermissions`); AcrPull counts for nothing there."""
    is_closed: bool = False
    """Whether its network keeps out whoever is not let in by a rule or a private endpoint."""
    has_ip_rules: bool = False
    """Whether rules let some addresses in."""
    lets_tasks_pass: bool = False
    """Whether tasks pass a closed network by their system-assigned identity."""


@dataclass(frozen=True, slots=True)
class LiveIdentity:
    """A user-assigned identity that exists."""

    id: ArmId
    principal_id: str
    client_id: str
    location: str
    tags: Tags = ()


@dataclass(frozen=True, slots=True)
class Live:
    """What Azure has of what a spec names, at one moment."""

    registries: Mapping[ArmId, LiveRegistry] = field(default_factory=dict)
    vaults: Mapping[ArmId, LiveVault] = field(default_factory=dict)
    identities: Mapping[ArmId, LiveIdentity] = field(default_factory=dict)
    tasks: Mapping[ArmId, LiveTask] = field(default_factory=dict)
    assignments: tuple[LiveAssignment, ...] = ()
    roles: Mapping[str, LiveRole] = field(default_factory=dict)
    """Roles that are not known here, by their GUIDs: those that identities of the spec have, or that it names."""
    former: frozenset[str] = frozenset()
    """The principals that a mark names, and that who had them has no more."""
    elsewhere: frozenset[ArmId] = frozenset()
    """What was given something by the spec, and is not named in it, nor is the registry that it is in."""
    absent_pools: frozenset[ArmId] = frozenset()
    """The agent pools in which tasks are to run, and that are not there."""
    absent_groups: frozenset[ArmId] = frozenset()
    """The resource groups in which identities are to be created, and that are not there."""
    absent_scopes: frozenset[ArmId] = frozenset()
    """Where roles are to be assigned, and nothing is."""
    absent_roles: frozenset[tuple[ArmId, str]] = frozenset()
    """The roles that are not there, as the spec has them, each with where it was looked for."""
    unseen: frozenset[ArmId] = frozenset()
    """What the spec does not need, a mark or another part of it names, and the caller may not read."""

    def has(self, resource: ArmId) -> bool:
        """Say whether a registry, a vault or an identity exists."""
        return resource in self.registries or resource in self.vaults or resource in self.identities
