"""What each part of the spec is made from in Python: its keyword arguments, or a mapping with the same keys.

For type checkers only: no program loads this. A test compares it with the fields of the models.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Required, TypeAlias, TypedDict

from acr_identity.spec.accesses import Credential, RegistryAccess, RoleAccess, VaultAccess
from acr_identity.spec.sources import FromEnvironment, FromIdentity, FromVault, TaskFile
from acr_identity.spec.steps import DockerBuild, GitTaskFile
from acr_identity.spec.targets import Identity, Registry, Vault
from acr_identity.spec.tasks import Agent, Platform, Task
from acr_identity.spec.triggers import BaseImage, SourceTrigger, Timer, Triggers


class FromEnvironmentInput(TypedDict):
    """The keys of `FromEnvironment`."""

    env: str


class FromVaultInput(TypedDict, total=False):
    """The keys of `FromVault`."""

    vault: Required[str]
    secret: Required[str]
    version: str | None


class FromIdentityInput(TypedDict):
    """The keys of `FromIdentity`."""

    client_id_of: str


TokenInput: TypeAlias = FromEnvironment | FromEnvironmentInput
SecretInput: TypeAlias = FromEnvironment | FromEnvironmentInput | FromVault | FromVaultInput
ValueInput: TypeAlias = str | FromEnvironment | FromEnvironmentInput | FromIdentity | FromIdentityInput


class RegistryInput(TypedDict, total=False):
    """The keys of `Registry`."""

    subscription: str | None
    resource_group: str | None
    id: str | None


class VaultInput(TypedDict, total=False):
    """The keys of `Vault`."""

    subscription: str | None
    resource_group: str | None
    id: str | None


class IdentityInput(TypedDict, total=False):
    """The keys of `Identity`."""

    subscription: str | None
    resource_group: str | None
    id: str | None
    location: str | None
    tags: Mapping[str, str]


class RegistryAccessInput(TypedDict, total=False):
    """The keys of `RegistryAccess`."""

    registry: Required[str]
    repositories: str | Sequence[str]
    identity: str | None
    own: bool


class VaultAccessInput(TypedDict, total=False):
    """The keys of `VaultAccess`."""

    names: Required[str | Sequence[str]]
    scope: Literal["secret", "vault"]
    identity: str | None
    own: bool


class RoleAccessInput(TypedDict, total=False):
    """The keys of `RoleAccess`."""

    role: Required[str]
    scope: Required[str]
    identity: str | None
    condition: str | None
    own: bool


class CredentialInput(TypedDict, total=False):
    """The keys of `Credential`."""

    user_name: Required[SecretInput]
    password: Required[SecretInput]
    identity: str | None


class PlatformInput(TypedDict, total=False):
    """The keys of `Platform`."""

    os: Literal["Linux", "Windows"]
    architecture: Literal["amd64", "x86", "386", "arm", "arm64"]
    variant: Literal["v6", "v7", "v8"] | None


class AgentInput(TypedDict, total=False):
    """The keys of `Agent`."""

    cpu: int | None
    pool: str | None


class GitTaskFileInput(TypedDict, total=False):
    """The keys of `GitTaskFile`."""

    context: Required[str]
    file: Required[str]
    values_file: str | None
    token: TokenInput | None


class DockerBuildInput(TypedDict, total=False):
    """The keys of `DockerBuild`."""

    context: Required[str]
    file: str
    images: str | Sequence[str]
    push: bool
    cache: bool
    target: str | None
    arguments: Mapping[str, ValueInput]
    token: TokenInput | None


class TimerInput(TypedDict, total=False):
    """The keys of `Timer`."""

    schedule: Required[str]
    name: str
    enabled: bool | None


class BaseImageInput(TypedDict, total=False):
    """The keys of `BaseImage`."""

    type: Literal["runtime", "all"]
    name: str
    enabled: bool | None


class SourceTriggerInput(TypedDict, total=False):
    """The keys of `SourceTrigger`."""

    repository: Required[str]
    branch: str | None
    events: Literal["commit", "pullrequest"] | Sequence[Literal["commit", "pullrequest"]]
    token: Required[TokenInput]
    name: str
    enabled: bool | None


class TriggersInput(TypedDict, total=False):
    """The keys of `Triggers`."""

    timers: Sequence[str | Timer | TimerInput]
    base_image: Literal["runtime", "all"] | BaseImage | BaseImageInput | None
    sources: Sequence[SourceTrigger | SourceTriggerInput]


class TaskInput(TypedDict, total=False):
    """The keys of `Task`."""

    registry: Required[str]
    identity: str | Sequence[str]
    file: str | TaskFile | None
    command: str | None
    git: GitTaskFile | GitTaskFileInput | None
    docker: DockerBuild | DockerBuildInput | None
    pull: str | Sequence[str | RegistryAccess | RegistryAccessInput]
    push: str | Sequence[str | RegistryAccess | RegistryAccessInput]
    delete: str | Sequence[str | RegistryAccess | RegistryAccessInput]
    list: str | Sequence[str | RegistryAccess | RegistryAccessInput]
    roles: Sequence[RoleAccess | RoleAccessInput]
    secrets: Mapping[
        str, str | Sequence[str] | VaultAccess | VaultAccessInput | Sequence[VaultAccess | VaultAccessInput]
    ]
    credentials: Mapping[str, Credential | CredentialInput]
    source_login: Literal["default", "none"] | None
    source_identity: str | None
    values: Mapping[str, ValueInput]
    triggers: Triggers | TriggersInput | None
    agent: Agent | AgentInput | None
    platform: Platform | PlatformInput | None
    timeout: int | None
    enabled: bool | None
    log_template: str | None
    silence: Mapping[str, str]
    tags: Mapping[str, str]


class SpecInput(TypedDict, total=False):
    """The keys of `Spec`."""

    version: Literal[1]
    subscription: str | None
    resource_group: str | None
    location: str | None
    cloud: str | None
    name: str | None
    registries: Mapping[str, Registry | RegistryInput | str | None]
    vaults: Mapping[str, Vault | VaultInput | str | None]
    identities: Mapping[str, Identity | IdentityInput | str | None]
    tasks: Required[Mapping[str, Task | TaskInput]]
