"""What built-in roles allow of what tasks do: in registries, and with the secrets of vaults.

Of broad roles only that is here (Azure RBAC, "Azure built-in roles").
"""

from __future__ import annotations

from collections.abc import Mapping

from acr_identity.access.actions import Permission
from acr_identity.ids import Role

REGISTRY = "Microsoft.ContainerRegistry/registries"
SECRETS = "Microsoft.KeyVault/vaults/secrets"
READ_SECRET = f"{SECRETS}/getSecret/action"
"""What a run does to read a secret."""

_NAMED = {
    "Owner": ("8e3af657-a8ff-443c-a75c-2fe8c4bcb635", Permission(("*",))),
    "Contributor": ("b24988ac-6180-42a0-ab88-20f7382dd24c", Permission(("*",), ("Microsoft.Authorization/*/write",))),
    "Reader": ("acdd72a7-3385-48ef-bd42-f606fba81ae7", Permission(("*/read",))),
    "User Access Administrator": (
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        Permission(("*/read", "Microsoft.Authorization/*")),
    ),
    "Role Based Access Control Administrator": ("f58310d9-a9f6-439a-9e8d-f62e7b41a168", Permission(("*/read",))),
    "Container Registry Data Importer and Data Reader": (
        "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
        Permission(
            (f"{REGISTRY}/importImage/action", f"{REGISTRY}/read", f"{REGISTRY}/pull/read"),
            (),
            (
                f"{REGISTRY}/repositories/content/read",
                f"{REGISTRY}/repositories/metadata/read",
                f"{REGISTRY}/catalog/read",
            ),
        ),
    ),
    "Key Vault Administrator": (
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        Permission(data_actions=("Microsoft.KeyVault/vaults/*",)),
    ),
    "Key Vault Secrets Officer": (
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        Permission(data_actions=(f"{SECRETS}/*",)),
    ),
    "Key Vault Reader": (
        "21090545-7ca7-4776-b22c-e363652d74d2",
        Permission(
            ("Microsoft.KeyVault/vaults/*/read",),
            (),
            ("Microsoft.KeyVault/vaults/*/read", f"{SECRETS}/readMetadata/action"),
        ),
    ),
    "Container Registry Tasks Contributor": (
        "fb382eab-e894-4461-af04-94435c366c3f",
        Permission((f"{REGISTRY}/read", f"{REGISTRY}/tasks/*", f"{REGISTRY}/runs/*")),
    ),
    "Managed Identity Operator": ("f1a07417-d97a-45cb-824c-7a7467783830", Permission()),
    "Managed Identity Contributor": ("e40ec5ca-96e0-45a2-b4ff-59039f2c2b59", Permission()),
    "Key Vault Contributor": ("f25e0fa2-a7c8-4377-a976-54943a77a395", Permission(("Microsoft.KeyVault/*",))),
}
_OURS = {
    Role.ACR_PULL: Permission((f"{REGISTRY}/pull/read",)),
    Role.ACR_PUSH: Permission((f"{REGISTRY}/pull/read", f"{REGISTRY}/push/write")),
    Role.ACR_DELETE: Permission((f"{REGISTRY}/artifacts/delete",)),
    Role.CATALOG_LISTER: Permission(data_actions=(f"{REGISTRY}/catalog/read",)),
    Role.SECRETS_USER: Permission(data_actions=(READ_SECRET, f"{SECRETS}/readMetadata/action")),
}

BUILT_IN: Mapping[str, tuple[str, Permission]] = {
    **{guid: (name, permission) for name, (guid, permission) in _NAMED.items()},
    **{role.guid: (role.value, _OURS.get(role, Permission(data_actions=role.data_actions))) for role in Role},
}
"""The names of built-in roles and what they allow, by their GUIDs."""


def permissions_of(role: Role) -> Permission:
    """Return what a role that this package assigns allows."""
    return BUILT_IN[role.guid][1]
