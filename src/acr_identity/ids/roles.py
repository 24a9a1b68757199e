"""Roles: the built-in ones that this package knows how to use, and any other that a spec names.

Source of the GUIDs: Azure RBAC, "Azure built-in roles".
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from enum import Enum
from typing import TypeAlias


class Role(Enum):
    """A built-in role that gives what tasks do: its value is the name that Azure shows.

    `guid` is the id that is the same in each subscription.
    """

    ACR_PULL = "AcrPull"
    ACR_PUSH = "AcrPush"
    ACR_DELETE = "AcrDelete"
    REPOSITORY_READER = "Container Registry Repository Reader"
    REPOSITORY_WRITER = "Container Registry Repository Writer"
    REPOSITORY_CONTRIBUTOR = "Container Registry Repository Contributor"
    CATALOG_LISTER = "Container Registry Repository Catalog Lister"
    SECRETS_USER = "Key Vault Secrets User"

    @property
    def title(self) -> str:
        """Return the name that Azure shows."""
        return self.value

    @property
    def key(self) -> str:
        """Return a short name for programs."""
        return self.name

    @property
    def guid(self) -> str:
        """Return the id of the role's definition."""
        return _GUIDS[self]

    @property
    def data_actions(self) -> tuple[str, ...]:
        """Return what a role gives that a condition may narrow to some repositories; nothing for any other role."""
        return tuple(f"Microsoft.ContainerRegistry/registries/repositories/{each}" for each in _IN_REPOSITORIES[self])


@dataclass(frozen=True, slots=True)
class OtherRole:
    """A role that only a spec can ask for, built in or one of your own. `title` is its name, else its GUID."""

    guid: str
    title: str = field(compare=False)

    @property
    def key(self) -> str:
        """Return a short name for programs: the GUID."""
        return self.guid


AnyRole: TypeAlias = Role | OtherRole
"""A role that can be assigned."""


def definition_id(role: AnyRole, subscription: str) -> str:
    """Return the id of a role's definition as an assignment in this subscription names it."""
    return f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role.guid}"


def guid_in(role: str) -> str:
    """Return the GUID of a role that is given by it or by the id of its definition, or an empty text.

    >>> guid_in("/providers/Microsoft.Authorization/roleDefinitions/ACDD72A7-3385-48ef-bd42-f606fba81ae7")
    'acdd72a7-3385-48ef-bd42-f606fba81ae7'
    """
    found = _DEFINITION.fullmatch(role)
    return found[1].lower() if found else ""


_DEFINITION = re.compile(
    r"(?:(?:/subscriptions/[^/]+)?/providers/Microsoft\.Authorization/roleDefinitions/)?"
    r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})",
    re.IGNORECASE,
)


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
