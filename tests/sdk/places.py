"""The resources that the tests of the SDK layer ask for."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.ids import ArmId
from sdk.wire import Reply, Wire

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
PRINCIPAL = "33333333-3333-3333-3333-333333333333"
CLIENT = "44444444-4444-4444-4444-444444444444"
GROUP = ArmId.group(SUBSCRIPTION, "myGroup")
REGISTRY = GROUP.provided("Microsoft.ContainerRegistry", "registries", "myregistry")
VAULT = GROUP.provided("Microsoft.KeyVault", "vaults", "myVault")
IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "me")
OTHER_IDENTITY = GROUP.provided("Microsoft.ManagedIdentity", "userAssignedIdentities", "you")
TASK = REGISTRY.child("tasks", "hello")

TASKS_VERSION = {"api-version": "2025-03-01-preview"}
IDENTITIES_VERSION = {"api-version": "2024-11-30"}
ROLES_VERSION = {"api-version": "2022-04-01"}
REGISTRIES_VERSION = {"api-version": "2025-11-01"}
VAULTS_VERSION = {"api-version": "2026-05-15"}

GatewayTo: TypeAlias = "Callable[[Reply], tuple[AzureGateway, Wire]]"
