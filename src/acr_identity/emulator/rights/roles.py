"""The built-in roles that matter to registries, tasks, identities and vaults.

Ids and permissions: learn.microsoft.com/azure/role-based-access-control/built-in-roles. The lists of the broad roles
are shortened to what the emulator can be asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.state import RoleDefinition

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import State

OWNER = "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"
_REGISTRY = "Microsoft.ContainerRegistry/registries"
_SECRETS = "Microsoft.KeyVault/vaults/secrets"
_READ_CONTENT = (f"{_REGISTRY}/repositories/metadata/read", f"{_REGISTRY}/repositories/content/read")
_WRITE_CONTENT = (*_READ_CONTENT, f"{_REGISTRY}/repositories/metadata/write", f"{_REGISTRY}/repositories/content/write")
_VAULT_READS = (
    "Microsoft.Authorization/*/read",
    "Microsoft.KeyVault/checkNameAvailability/read",
    "Microsoft.KeyVault/deletedVaults/read",
    "Microsoft.KeyVault/locations/*/read",
    "Microsoft.KeyVault/vaults/*/read",
    "Microsoft.KeyVault/operations/read",
    "Microsoft.Resources/deployments/*",
    "Microsoft.Resources/subscriptions/resourceGroups/read",
)
_DELETE_CONTENT = (f"{_REGISTRY}/repositories/metadata/delete", f"{_REGISTRY}/repositories/content/delete")

BUILT_IN = (
    RoleDefinition(OWNER, "Owner", "Full access to all resources, also to assign roles.", actions=("*",)),
    RoleDefinition(
        "b24988ac-6180-42a0-ab88-20f7382dd24c",
        "Contributor",
        "Full access to all resources, but not to assign roles.",
        actions=("*",),
        not_actions=(
            "Microsoft.Authorization/*/Delete",
            "Microsoft.Authorization/*/Write",
            "Microsoft.Authorization/elevateAccess/Action",
            "Microsoft.Blueprint/blueprintAssignments/write",
            "Microsoft.Blueprint/blueprintAssignments/delete",
            "Microsoft.Compute/galleries/share/action",
            "Microsoft.Purview/consents/write",
            "Microsoft.Purview/consents/delete",
            "Microsoft.Resources/deploymentStacks/manageDenySetting/action",
        ),
    ),
    RoleDefinition(
        "acdd72a7-3385-48ef-bd42-f606fba81ae7", "Reader", "Views all resources, changes none.", actions=("*/read",)
    ),
    RoleDefinition(
        "18d7d88d-d35e-4fb5-a5c3-7773c20a72d9",
        "User Access Administrator",
        "Manages access to resources.",
        actions=("*/read", "Microsoft.Authorization/*", "Microsoft.Support/*"),
    ),
    RoleDefinition(
        "f58310d9-a9f6-439a-9e8d-f62e7b41a168",
        "Role Based Access Control Administrator",
        "Manages access by assigning roles.",
        actions=(
            "Microsoft.Authorization/roleAssignments/write",
            "Microsoft.Authorization/roleAssignments/delete",
            "*/read",
            "Microsoft.Support/*",
        ),
    ),
    RoleDefinition(
        "7f951dda-4ed3-4680-a7ca-43fe172d538d", "AcrPull", "Pulls images.", actions=(f"{_REGISTRY}/pull/read",)
    ),
    RoleDefinition(
        "8311e382-0749-4cb8-b61a-304f252e45ec",
        "AcrPush",
        "Pulls and pushes images.",
        actions=(f"{_REGISTRY}/pull/read", f"{_REGISTRY}/push/write"),
    ),
    RoleDefinition(
        "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
        "AcrDelete",
        "Deletes images.",
        actions=(f"{_REGISTRY}/artifacts/delete",),
    ),
    RoleDefinition(
        "b93aa761-3e63-49ed-ac28-beffa264f7ac",
        "Container Registry Repository Reader",
        "Reads repositories.",
        data_actions=_READ_CONTENT,
    ),
    RoleDefinition(
        "2a1e307c-b015-4ebd-883e-5b7698a07328",
        "Container Registry Repository Writer",
        "Reads and writes repositories.",
        data_actions=_WRITE_CONTENT,
    ),
    RoleDefinition(
        "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
        "Container Registry Repository Contributor",
        "Reads, writes and deletes repositories.",
        data_actions=(*_WRITE_CONTENT, *_DELETE_CONTENT),
    ),
    RoleDefinition(
        "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
        "Container Registry Repository Catalog Lister",
        "Lists repositories.",
        data_actions=(f"{_REGISTRY}/catalog/read",),
    ),
    RoleDefinition(
        "577a9874-89fd-4f24-9dbd-b5034d0ad23a",
        "Container Registry Data Importer and Data Reader",
        "Imports images, and reads all repositories.",
        actions=(f"{_REGISTRY}/importImage/action", f"{_REGISTRY}/read", f"{_REGISTRY}/pull/read"),
        data_actions=(*_READ_CONTENT, f"{_REGISTRY}/catalog/read"),
    ),
    RoleDefinition(
        "fb382eab-e894-4461-af04-94435c366c3f",
        "Container Registry Tasks Contributor",
        "Manages tasks and runs them.",
        actions=(
            *(
                f"{_REGISTRY}/{kind}/{verb}"
                for kind in ("agentpools", "tasks", "runs", "taskruns")
                for verb in ("read", "write")
            ),
            f"{_REGISTRY}/tasks/delete",
            f"{_REGISTRY}/taskruns/delete",
            f"{_REGISTRY}/agentpools/delete",
            f"{_REGISTRY}/agentpools/listQueueStatus/action",
            f"{_REGISTRY}/tasks/listDetails/action",
            f"{_REGISTRY}/taskruns/listDetails/action",
            f"{_REGISTRY}/runs/listLogSasUrl/action",
            f"{_REGISTRY}/runs/cancel/action",
            f"{_REGISTRY}/scheduleRun/action",
            f"{_REGISTRY}/listBuildSourceUploadUrl/action",
            f"{_REGISTRY}/read",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
    ),
    RoleDefinition(
        "f1a07417-d97a-45cb-824c-7a7467783830",
        "Managed Identity Operator",
        "Reads and assigns user-assigned identities.",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/*/assign/action",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/deployments/*",
        ),
    ),
    RoleDefinition(
        "e40ec5ca-96e0-45a2-b4ff-59039f2c2b59",
        "Managed Identity Contributor",
        "Creates, reads, updates and deletes user-assigned identities.",
        actions=(
            "Microsoft.ManagedIdentity/userAssignedIdentities/read",
            "Microsoft.ManagedIdentity/userAssignedIdentities/write",
            "Microsoft.ManagedIdentity/userAssignedIdentities/delete",
            "Microsoft.ManagedIdentity/userAssignedIdentities/federatedIdentityCredentials/*",
            "Microsoft.ManagedIdentity/userAssignedIdentities/revokeTokens/action",
            "Microsoft.Authorization/*/read",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/deployments/*",
        ),
    ),
    RoleDefinition(
        "f25e0fa2-a7c8-4377-a976-54943a77a395",
        "Key Vault Contributor",
        "Manages vaults, but sees nothing that is in them.",
        actions=(
            "Microsoft.Authorization/*/read",
            "Microsoft.KeyVault/*",
            "Microsoft.Resources/deployments/*",
            "Microsoft.Resources/subscriptions/resourceGroups/read",
        ),
        not_actions=(
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            "Microsoft.KeyVault/hsmPools/*",
            "Microsoft.KeyVault/managedHsms/*",
        ),
    ),
    RoleDefinition(
        "00482a5a-887f-4fb3-b363-3b7fe8e74483",
        "Key Vault Administrator",
        "Does everything with the content of a vault.",
        actions=_VAULT_READS,
        data_actions=("Microsoft.KeyVault/vaults/*",),
    ),
    RoleDefinition(
        "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
        "Key Vault Secrets Officer",
        "Does everything with secrets.",
        actions=_VAULT_READS,
        data_actions=(f"{_SECRETS}/*",),
    ),
    RoleDefinition(
        "4633458b-17de-408a-b874-0445c86b69e6",
        "Key Vault Secrets User",
        "Reads the content of secrets.",
        data_actions=(f"{_SECRETS}/getSecret/action", f"{_SECRETS}/readMetadata/action"),
    ),
    RoleDefinition(
        "21090545-7ca7-4776-b22c-e363652d74d2",
        "Key Vault Reader",
        "Reads what is in a vault, but no content.",
        actions=_VAULT_READS,
        data_actions=("Microsoft.KeyVault/vaults/*/read", f"{_SECRETS}/readMetadata/action"),
    ),
)


def all_roles(state: State) -> tuple[RoleDefinition, ...]:
    """Return the built-in roles and the custom ones."""
    return (*BUILT_IN, *state.roles.values())


def role_named(name: str) -> RoleDefinition | None:
    """Return the built-in role with this name, whatever its casing."""
    return next((role for role in BUILT_IN if role.name.lower() == name.lower()), None)


def find_role(state: State, guid: str) -> RoleDefinition | None:
    """Return the role with this GUID."""
    return next((role for role in all_roles(state) if role.id == guid.lower()), None)
