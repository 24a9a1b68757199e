"""The built-in roles that this package assigns (Azure RBAC, "Azure built-in roles")."""

from __future__ import annotations

from enum import Enum


class Role(Enum):
    """A built-in role: its value is the name that Azure shows, `guid` the id that is the same in each subscription."""

    ACR_PULL = "AcrPull"
    REPOSITORY_READER = "Container Registry Repository Reader"
    SECRETS_USER = "Key Vault Secrets User"

    @property
    def guid(self) -> str:
        """Return the id of the role's definition."""
        return _GUIDS[self]

    def definition_id(self, subscription: str) -> str:
        """Return the id of the definition as an assignment in this subscription names it."""
        return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{self.guid}"


_GUIDS = {
    Role.ACR_PULL: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    Role.REPOSITORY_READER: "b93aa761-3e63-49ed-ac28-beffa264f7ac",
    Role.SECRETS_USER: "4633458b-17de-408a-b874-0445c86b69e6",
}
