"""The values of a task file. Source: acr-builder, graph/task.go, graph/step.go and secretmgmt/secret.go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

BUILDKIT: Final = "DOCKER_BUILDKIT=1"
"""The variable with which BuildKit builds."""


@dataclass(frozen=True, slots=True)
class SecretEntry:
    """A value that is read from a vault: `keyvault` is the address of the secret, `client_id` names who reads it."""

    id: str
    keyvault: str = ""
    client_id: str = ""


@dataclass(frozen=True, slots=True)
class Network:
    """One entry of `networks`."""

    name: str
    driver: str = ""
    skips_creation: bool = False
    is_default: bool = False


@dataclass(frozen=True, slots=True)
class Volume:
    """One entry of `volumes`. `files` is `None` when there is no `secret`: names and values in Base64 otherwise."""

    name: str
    files: tuple[tuple[str, str], ...] | None


@dataclass(frozen=True, slots=True)
class Mount:
    """One entry of a step's `volumeMounts`."""

    name: str
    path: str


@dataclass(frozen=True, slots=True)
class TaskStep:
    """One step. Fields that change nothing in an emulated run (`ports`, `user`, `detach`, ...) are not kept."""

    id: str = ""
    cmd: str = ""
    build: str = ""
    push: tuple[str, ...] = ()
    working_directory: str = ""
    network: str = ""
    cache: str = ""
    mounts: tuple[Mount, ...] = ()
    env: tuple[str, ...] = ()
    when: tuple[str, ...] = ()
    timeout: int = 0
    start_delay: int = 0
    retry_delay: int = 0
    retries: int = 0
    repeat: int = 0
    ignores_errors: bool = False
    pulls: bool = False

    @property
    def uses_buildkit(self) -> bool:
        """Say whether BuildKit builds: only with `cache: enabled` or exactly `DOCKER_BUILDKIT=1` in the environment."""
        return self.cache.lower() == "enabled" or BUILDKIT in self.env


@dataclass(frozen=True, slots=True)
class TaskFile:
    """What a task file says; what it leaves out is empty or 0."""

    version: str = ""
    steps: tuple[TaskStep, ...] = ()
    step_timeout: int = 0
    secrets: tuple[SecretEntry, ...] = ()
    networks: tuple[Network, ...] = ()
    volumes: tuple[Volume, ...] = ()
    env: tuple[str, ...] = ()
    working_directory: str = ""
