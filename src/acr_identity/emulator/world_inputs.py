"""What a world is made from in Python: its keyword arguments, with mappings of the same keys for its parts.

For type checkers only: no program loads this. A test compares it with the fields of the models.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypedDict

from pydantic import SecretStr

from acr_identity.emulator.world import WorldGroup, WorldIdentity, WorldRegistry, WorldVault
from acr_identity.emulator.world_access import (
    WorldDenyAssignment,
    WorldDirectoryGroup,
    WorldRole,
    WorldServicePrincipal,
)


class WorldGroupInput(TypedDict, total=False):
    """The keys of `WorldGroup`."""

    location: str | None
    tags: Mapping[str, str]


class WorldIdentityInput(TypedDict, total=False):
    """The keys of `WorldIdentity`."""

    resource_group: str | None
    location: str | None
    tags: Mapping[str, str]


class WorldRegistryInput(WorldIdentityInput, total=False):
    """The keys of `WorldRegistry`."""

    sku: Literal["Basic", "Standard", "Premium"]
    role_assignment_mode: Literal["LegacyRegistryPermissions", "AbacRepositoryPermissions"]
    images: Sequence[str]
    login_server: str | None
    anonymous_pull: bool


class WorldVaultInput(WorldIdentityInput, total=False):
    """The keys of `WorldVault`."""

    secrets: Mapping[str, str | SecretStr]
    rbac: bool


class AtPlaceInput(TypedDict, total=False):
    """Where something counts."""

    resource_group: str | None
    registry: str | None
    vault: str | None
    identity: str | None


class WorldRoleInput(AtPlaceInput, total=False):
    """The keys of `WorldRole`."""

    role: Required[str]


class WorldServicePrincipalInput(TypedDict, total=False):
    """The keys of `WorldServicePrincipal`."""

    client_id: Required[str]
    secret: Required[str | SecretStr]
    roles: Sequence[WorldRole | WorldRoleInput]


class WorldDirectoryGroupInput(TypedDict, total=False):
    """The keys of `WorldDirectoryGroup`."""

    members: Sequence[str]
    roles: Sequence[WorldRole | WorldRoleInput]


class WorldDenyAssignmentInput(AtPlaceInput, total=False):
    """The keys of `WorldDenyAssignment`."""

    actions: Sequence[str]
    not_actions: Sequence[str]
    data_actions: Sequence[str]
    not_data_actions: Sequence[str]
    principals: Sequence[str]
    exclude: Sequence[str]
    condition: str | None
    here_only: bool
    audit: bool


class WorldInput(TypedDict, total=False):
    """The keys of `World`."""

    subscription: str
    tenant: str
    location: str
    resource_groups: Mapping[str, WorldGroup | WorldGroupInput]
    registries: Mapping[str, WorldRegistry | WorldRegistryInput]
    vaults: Mapping[str, WorldVault | WorldVaultInput]
    identities: Mapping[str, WorldIdentity | WorldIdentityInput]
    service_principals: Mapping[str, WorldServicePrincipal | WorldServicePrincipalInput]
    groups: Mapping[str, WorldDirectoryGroup | WorldDirectoryGroupInput]
    deny_assignments: Mapping[str, WorldDenyAssignment | WorldDenyAssignmentInput]
    images: Sequence[str]
    unregistered: Sequence[str]
    disabled: bool
    git_tokens: Sequence[str | SecretStr] | None
    docker_hub: Mapping[str, str | SecretStr]
    contexts: Mapping[str, Mapping[str, str]]
