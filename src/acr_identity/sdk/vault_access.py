"""Changes of a key vault: its access policies and tags. Loaded only where a plan has such changes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from azure.mgmt.keyvault import KeyVaultManagementClient, models

from acr_identity.changes import VAULT_PERMISSION
from acr_identity.sdk.clients import complete
from acr_identity.sdk.failures import Call, attempt

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Literal

    from acr_identity.ids import ArmId
    from acr_identity.sdk.clients import Connection

complete(models)


def change_access(
    connection: Connection, vault: ArmId, kind: Literal["add", "remove"], tenant: str, principal_ids: Sequence[str]
) -> None:
    """Add or remove the permission to get secrets (Vaults - Update Access Policy)."""
    operations = connection.client(KeyVaultManagementClient, vault.subscription).vaults
    permissions = models.Permissions(secrets=[VAULT_PERMISSION])
    entries = [
        models.AccessPolicyEntry(tenant_id=tenant, object_id=each, permissions=permissions) for each in principal_ids
    ]
    body = models.VaultAccessPolicyParameters(properties=models.VaultAccessPolicyProperties(access_policies=entries))
    attempt(
        Call(f"{kind} access to vault", str(vault)),
        lambda: operations.update_access_policy(vault.resource_group, vault.name, kind, body),
    )


def set_tags(connection: Connection, vault: ArmId, tags: Mapping[str, str]) -> None:
    """Set the tags of a vault (Vaults - Update)."""
    operations = connection.client(KeyVaultManagementClient, vault.subscription).vaults
    body = models.VaultPatchParameters(tags=dict(tags))
    attempt(Call("mark vault", str(vault)), lambda: operations.update(vault.resource_group, vault.name, body))
