"""What exists: one frozen value for the whole cloud. A write makes the next value; nothing is changed in place.

Resources stand under their id in lower case, role assignments under their name in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, TypeVar

from acr_identity.emulator.runner.ports import Outcome, Secret
from acr_identity.emulator.wire import JsonObject

T = TypeVar("T")
PrincipalKind: TypeAlias = Literal["User", "Group", "ServicePrincipal"]
Tags: TypeAlias = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Group:
    """A resource group."""

    id: str
    name: str
    location: str
    tags: Tags


@dataclass(frozen=True, slots=True)
class DirectoryObject:
    """Somebody whom Microsoft Entra ID knows. `created` is in seconds since 1970."""

    id: str
    client_id: str
    kind: PrincipalKind
    name: str
    created: float


@dataclass(frozen=True, slots=True)
class Identity:
    """A user-assigned managed identity."""

    id: str
    name: str
    group: str
    location: str
    tags: Tags
    principal_id: str
    client_id: str


@dataclass(frozen=True, slots=True)
class Registry:
    """A container registry. `images` maps `repository:tag` to a digest, `runs` is the number of the last run."""

    id: str
    name: str
    group: str
    location: str
    tags: Tags
    sku: str
    login_server: str
    created: float
    modified: float
    settings: JsonObject
    images: Mapping[str, str] = field(default_factory=dict)
    runs: int = 0

    @property
    def role_assignment_mode(self) -> str:
        """`LegacyRegistryPermissions` or `AbacRepositoryPermissions`."""
        mode = self.settings.get("roleAssignmentMode")
        return mode if isinstance(mode, str) else "LegacyRegistryPermissions"


@dataclass(frozen=True, slots=True)
class Task:
    """A task, with all that `listDetails` shows. `system_principal` is empty without a system-assigned identity."""

    id: str
    name: str
    registry: str
    group: str
    location: str
    tags: Tags | None
    system_principal: str
    user_identities: tuple[str, ...]
    properties: JsonObject
    created: float
    modified: float


@dataclass(frozen=True, slots=True)
class Run:
    """A run: when it was asked for, when it starts, and all that it will come to if nobody cancels it."""

    id: str
    name: str
    registry: str
    number: int
    task: str
    kind: str
    created: float
    started: float
    outcome: Outcome = field(repr=False)
    platform: JsonObject
    agent: JsonObject
    login_mode: str = ""
    line_seconds: float = 0.0
    canceled: float | None = None
    archived: bool = False
    settled: bool = False


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version of a secret."""

    version: str
    value: Secret
    enabled: bool
    created: float
    content_type: str | None = None
    tags: Tags = field(default_factory=dict)
    valid_from: int | None = None
    """`nbf`, in seconds since 1970."""
    valid_until: int | None = None
    """`exp`, in seconds since 1970."""


@dataclass(frozen=True, slots=True)
class Vault:
    """A key vault. `properties` are those of its ARM body; secrets stand under their name in lower case."""

    id: str
    name: str
    group: str
    location: str
    tags: Tags
    properties: JsonObject
    created: float
    modified: float
    secrets: Mapping[str, tuple[SecretVersion, ...]] = field(default_factory=dict)
    secret_names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RoleDefinition:
    """A role: what it allows on resources (actions) and on the data in them."""

    id: str
    name: str
    description: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    built_in: bool = True


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role assignment: who has which role where. `role` is the GUID of the role, in lower case."""

    name: str
    scope: str
    role: str
    principal_id: str
    principal_kind: str
    created: float
    updated: float
    author: str
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None
    delegated_identity: str | None = None


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation: how many more times it answers that it goes on."""

    id: str
    resource: str
    running: str
    polls_left: int


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a snapshot holds."""

    subscription: str
    tenant: str
    location: str
    owner: str
    groups: Mapping[str, Group] = field(default_factory=dict)
    directory: Mapping[str, DirectoryObject] = field(default_factory=dict)
    identities: Mapping[str, Identity] = field(default_factory=dict)
    registries: Mapping[str, Registry] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    vaults: Mapping[str, Vault] = field(default_factory=dict)
    roles: Mapping[str, RoleDefinition] = field(default_factory=dict)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    operations: Mapping[str, Operation] = field(default_factory=dict)
    births: Mapping[str, int] = field(default_factory=dict)
    """How often something of this id was made: what is made again gets new ids."""
    public_images: Mapping[str, str] = field(default_factory=dict)
    docker_hub: Mapping[str, Secret] = field(default_factory=dict)
    contexts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def including(items: Mapping[str, T], name: str, item: T) -> Mapping[str, T]:
    """The same mapping with one item added or replaced; a replaced item keeps its place."""
    return {**items, name: item}


def excluding(items: Mapping[str, T], *names: str) -> Mapping[str, T]:
    """The same mapping without these names."""
    return {name: item for name, item in items.items() if name not in names}
