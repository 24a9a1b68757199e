"""What exists: one frozen value for the whole cloud. A write makes the next value; nothing is changed in place.

Resources stand under their id in lower case, role and deny assignments under their name in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal, TypeAlias, TypeVar

from pydantic import Field

from acr_identity.emulator.kernel.arm import LAST_MOMENT
from acr_identity.emulator.kernel.denials import DenyAssignment
from acr_identity.emulator.kernel.runner_port import Outcome, Secret
from acr_identity.emulator.kernel.wire import JsonObject

T = TypeVar("T")
PrincipalKind: TypeAlias = Literal["User", "Group", "ServicePrincipal"]
Tags: TypeAlias = Mapping[str, str]
Moment: TypeAlias = Annotated[float, Field(ge=0, le=LAST_MOMENT)]
"""A point in time, in seconds since 1970."""


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
    created: Moment
    secrets: tuple[Secret, ...] = ()
    """What it may sign in with."""
    members: frozenset[str] = frozenset()
    """Of a group: the ids of those who are in it."""

    @property
    def client(self) -> str:
        """Return how Azure Resource Manager names it in a refusal: a user by name, anything else by its client id."""
        return self.name if self.kind == "User" else self.client_id


@dataclass(frozen=True, slots=True)
class UserAssignedIdentity:
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
    created: Moment
    modified: Moment
    settings: JsonObject
    images: Mapping[str, str] = field(default_factory=dict)
    pushed: Mapping[str, Moment] = field(default_factory=dict)
    """When runs pushed images, by `repository:tag`."""
    runs: int = 0
    passwords: tuple[int, int] = (1, 1)
    """How often each of the two passwords of the admin user was made."""

    def without(self, *images: str) -> Registry:
        """Return the registry without these images, each named `repository:tag`."""
        return replace(self, images=excluding(self.images, *images), pushed=excluding(self.pushed, *images))

    def updated(self, image: str) -> float:
        """Return when an image was pushed; what no run has pushed is as old as the registry's last change."""
        return self.pushed.get(image, self.modified)

    @property
    def role_assignment_mode(self) -> str:
        """Return `LegacyRegistryPermissions` or `AbacRepositoryPermissions`."""
        mode = self.settings.get("roleAssignmentMode")
        return mode if isinstance(mode, str) else "LegacyRegistryPermissions"

    @property
    def is_by_repository(self) -> bool:
        """Say whether roles count for each repository, not for the registry as a whole."""
        return self.role_assignment_mode == "AbacRepositoryPermissions"


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
    created: Moment
    modified: Moment


@dataclass(frozen=True, slots=True)
class Run:
    """A run: when it was asked for, when it starts, and all that it will come to if nobody cancels it."""

    id: str
    name: str
    registry: str
    number: int
    task: str
    kind: str
    created: Moment
    started: Moment
    outcome: Outcome = field(repr=False)
    platform: JsonObject
    agent: JsonObject
    login_mode: str = ""
    line_seconds: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    canceled: Moment | None = None
    archived: bool = False
    settled: bool = False
    pool: str = ""
    """The agent pool that it runs on; empty for the agents of the service."""


@dataclass(frozen=True, slots=True)
class TaskRun:
    """A task run: a run that is a resource. `request` is its run request, `run` the key of its run."""

    id: str
    name: str
    registry: str
    group: str
    location: str
    request: JsonObject
    run: str
    force_tag: str
    system_principal: str
    user_identities: tuple[str, ...]
    created: Moment
    modified: Moment


@dataclass(frozen=True, slots=True)
class AgentPool:
    """A pool of agents of its own for the tasks of a registry."""

    id: str
    name: str
    registry: str
    group: str
    location: str
    tags: Tags
    properties: JsonObject
    created: Moment
    modified: Moment


@dataclass(frozen=True, slots=True)
class SecretVersion:
    """One version of a secret. Times are in seconds since 1970; `updated` is 0 as long as nothing was changed."""

    version: str
    value: Secret
    enabled: bool
    created: Moment
    content_type: str | None = None
    updated: Moment = 0.0
    not_before: int | None = None
    expires: int | None = None
    tags: Tags = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeletedSecret:
    """A secret that was deleted and may be recovered. `deleted` is in seconds since 1970."""

    name: str
    versions: tuple[SecretVersion, ...]
    deleted: Moment


@dataclass(frozen=True, slots=True)
class Vault:
    """A key vault. `properties` are those of its ARM body; secrets stand under their name in lower case."""

    id: str
    name: str
    group: str
    location: str
    tags: Tags
    properties: JsonObject
    created: Moment
    modified: Moment
    secrets: Mapping[str, tuple[SecretVersion, ...]] = field(default_factory=dict)
    secret_names: Mapping[str, str] = field(default_factory=dict)
    deleted_secrets: Mapping[str, DeletedSecret] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DeletedVault:
    """A vault that was deleted and may be recovered. `deleted` is in seconds since 1970."""

    vault: Vault
    deleted: Moment


@dataclass(frozen=True, slots=True)
class FederatedCredential:
    """Whose tokens of another issuer stand for a user-assigned identity, which is named by its key."""

    id: str
    name: str
    identity: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lock:
    """A lock: what is at or below its scope cannot be deleted (`CanNotDelete`), or not changed either (`ReadOnly`)."""

    name: str
    scope: str
    level: str
    notes: str | None
    created: Moment


@dataclass(frozen=True, slots=True)
class Registration:
    """Whether the subscription uses a namespace; while it is `Registering`, how many more times it answers so."""

    namespace: str
    state: str
    polls_left: int = 0


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
    assignable_scopes: tuple[str, ...] = ()
    created: Moment = 0.0
    updated: Moment = 0.0


@dataclass(frozen=True, slots=True)
class Assignment:
    """A role assignment: who has which role where. `role` is the GUID of the role, in lower case."""

    name: str
    scope: str
    role: str
    principal_id: str
    principal_kind: str
    created: Moment
    updated: Moment
    author: str
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None
    delegated_identity: str | None = None


@dataclass(frozen=True, slots=True)
class OperationError:
    """How a long-running operation fails."""

    status: int
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Operation:
    """A long-running operation: how many more times it answers that it goes on, and how it ends."""

    id: str
    resource: str
    running: str
    polls_left: int
    error: OperationError | None = None
    begun: Moment = 0.0
    changed: Moment = 0.0
    """When it was last asked for while it went on."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that a snapshot holds."""

    subscription: str
    tenant: str
    location: str
    owner: str
    groups: Mapping[str, Group] = field(default_factory=dict)
    directory: Mapping[str, DirectoryObject] = field(default_factory=dict)
    identities: Mapping[str, UserAssignedIdentity] = field(default_factory=dict)
    registries: Mapping[str, Registry] = field(default_factory=dict)
    tasks: Mapping[str, Task] = field(default_factory=dict)
    runs: Mapping[str, Run] = field(default_factory=dict)
    task_runs: Mapping[str, TaskRun] = field(default_factory=dict)
    agent_pools: Mapping[str, AgentPool] = field(default_factory=dict)
    uploads: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Source code that was uploaded for builds: the text of its files, by its relative path."""
    vaults: Mapping[str, Vault] = field(default_factory=dict)
    deleted_vaults: Mapping[str, DeletedVault] = field(default_factory=dict)
    federated: Mapping[str, FederatedCredential] = field(default_factory=dict)
    locks: Mapping[str, Lock] = field(default_factory=dict)
    """Locks by the key of their id."""
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    """The namespaces that were ever not registered, by name in lower case; all others are registered."""
    roles: Mapping[str, RoleDefinition] = field(default_factory=dict)
    assignments: Mapping[str, Assignment] = field(default_factory=dict)
    denials: Mapping[str, DenyAssignment] = field(default_factory=dict)
    operations: Mapping[str, Operation] = field(default_factory=dict)
    births: Mapping[str, int] = field(default_factory=dict)
    """How often something of this id was made: what is made again gets new ids."""
    public_images: Mapping[str, str] = field(default_factory=dict)
    disabled: bool = False
    """Whether the subscription is disabled, and so read only."""
    git_tokens: tuple[Secret, ...] | None = None
    """The tokens that may make webhooks; `None` stands for all."""
    docker_hub: Mapping[str, Secret] = field(default_factory=dict)
    contexts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def including(items: Mapping[str, T], name: str, item: T) -> Mapping[str, T]:
    """Return the same mapping with one item added or replaced; a replaced item keeps its place."""
    return {**items, name: item}


def excluding(items: Mapping[str, T], *names: str) -> Mapping[str, T]:
    """Return the same mapping without these names."""
    return {name: item for name, item in items.items() if name not in names}
