"""The spec: what the user wants, as pydantic models. Keys are Azure's own names."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from acr_identity.spec.base import Model
from acr_identity.spec.sources import FromEnvironment, FromVault, TaskFile
from acr_identity.spec.steps import DockerBuild, GitTaskFile
from acr_identity.spec.triggers import Triggers

SYSTEM = "system"
"""How the spec calls the identity that belongs to the task itself."""


class Target(Model):
    """Something in Azure: by default in the spec's subscription and resource group."""

    subscription: str | None = Field(None, description="...")
    resource_group: str | None = Field(None, description="...")
    id: str | None = Field(None, description="The whole resource id, instead of the other two.")


class Registry(Target):
    """A container registry that exists."""


class Vault(Target):
    """A key vault that exists."""


class Identity(Target):
    """A user-assigned identity. It is created if it does not exist."""

    location: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class Pull(Model):
    """A registry to pull from, and as whom."""

    registry: str
    identity: str | None = None


class VaultAccess(Model):
    """Secrets of one vault that the task's file reads, and as whom."""

    names: tuple[str, ...]
    identity: str | None = None


class Credential(Model):
    """A login for a registry that does not know Azure identities, such as Docker Hub."""

    user_name: FromEnvironment | FromVault
    password: FromEnvironment | FromVault
    identity: str | None = None


class Platform(Model):
    os: Literal["Linux", "Windows"] = "Linux"
    architecture: Literal["amd64", "x86", "386", "arm", "arm64"] = "amd64"
    variant: Literal["v6", "v7", "v8"] | None = None


class Agent(Model):
    cpu: int | None = None
    pool: str | None = None


class Task(Model):
    registry: str
    identity: tuple[str, ...]  # YAML: a name, `system`, or a list of both
    file: TaskFile | None = None
    command: str | None = None
    git: GitTaskFile | None = None
    docker: DockerBuild | None = None
    pull: tuple[Pull, ...] = ()  # YAML: a list of names or of mappings
    secrets: dict[str, VaultAccess] = Field(default_factory=dict)  # YAML: {vault: [names]} or {vault: {names, identity}}
    credentials: dict[str, Credential] = Field(default_factory=dict)  # login server -> login
    source_login: Literal["default", "none"] | None = None
    values: dict[str, str | FromEnvironment] = Field(default_factory=dict)
    triggers: Triggers | None = None
    agent: Agent | None = None
    platform: Platform | None = None
    timeout: int | None = None
    enabled: bool = True
    log_template: str | None = None
    tags: dict[str, str] = Field(default_factory=dict)


class Spec(Model):
    version: Literal[1]
    subscription: str | None = None
    resource_group: str | None = None
    location: str | None = None
    cloud: str | None = None
    registries: dict[str, Registry] = Field(default_factory=dict)
    vaults: dict[str, Vault] = Field(default_factory=dict)
    identities: dict[str, Identity] = Field(default_factory=dict)
    tasks: dict[str, Task]
