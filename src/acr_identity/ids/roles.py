"""The built-in roles that this package assigns (Azure RBAC, "Azure built-in roles")."""

from __future__ import annotations

from collections import defaultdict
from enum import Enum


class Role(Enum):
    """A built-in role: its value is the name that Azure shows, `guid` the id that is the same in each subscription."""

    ACR_PULL = "AcrPull"
    ACR_PUSH = "AcrPush"
    ACR_DELETE = "AcrDelete"
    REPOSITORY_READER = "Container Registry Repository Reader"
    REPOSITORY_WRITER = "Container Registry Repository Writer"
    REPOSITORY_CONTRIBUTOR = "Container Registry Repository Contributor"
    CATALOG_LISTER = "Container Registry Repository Catalog Lister"
    SECRETS_USER = "Key Vault Secrets User"

    @property
    def guid(self) -> str:
        """Return the id of the role's definition."""
        return _GUIDS[self]

    @property
    def data_actions(self) -> tuple[str, ...]:
        """Return what a role gives that a condition may narrow to some repositories; nothing for any other role."""
        return tuple(f"Microsoft.ContainerRegistry/registries/repositories/{each}" for each in _IN_REPOSITORIES[self])

    def definition_id(self, subscription: str) -> str:
        """Return the id of the definition as an assignment in this subscription names it."""
        return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{self.guid}"


_GUIDS = {
    Role.ACR_PULL: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    Role.ACR_PUSH: "8311e382-0749-4cb8-b61a-304f252e45ec",
    Role.ACR_DELETE: "c2f4ef07-c644-48eb-af81-4b1b4947fb11",
    Role.REPOSITORY_READER: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    Role.REPOSITORY_WRITER: "2a1e307c-b015-4ebd-883e-5b7698a07328",
    Role.REPOSITORY_CONTRIBUTOR: "2efddaa5-3f1f-4df3-97df-af3f13818f4c",
    Role.CATALOG_LISTER: "bfdb9389-c9a5-478a-bb2f-ba9ca092c3c7",
    Role.SECRETS_USER: "4633458b-17de-408a-b874-0445c86b69e6",
}

_READ = ("content/read", "metadata/read")
_WRITE = (*_READ, "content/write", "metadata/write")
_IN_REPOSITORIES: defaultdict[Role, tuple[str, ...]] = defaultdict(
    tuple,
    {
        Role.REPOSITORY_READER: _READ,
        Role.REPOSITORY_WRITER: _WRITE,
        Role.REPOSITORY_CONTRIBUTOR: (*_WRITE, "content/delete", "metadata/delete"),
    },
)
