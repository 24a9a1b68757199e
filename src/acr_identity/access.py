"""Which identity needs which right on which resource, and because of which task of the spec. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.ids import ArmId
from acr_identity.spec import SYSTEM, FromVault, Spec
from acr_identity.state import SystemIdentity, TaskIdentity, UserIdentity


@dataclass(frozen=True, slots=True)
class PullRight:
    """An identity of a task must be able to pull from a registry, and the task must log in there as it."""

    task: str
    identity: TaskIdentity
    registry: ArmId
    reason: str

    @property
    def resource(self) -> ArmId:
        """Return what the right is for."""
        return self.registry


@dataclass(frozen=True, slots=True)
class SecretRight:
    """An identity of a task must be able to read these secrets of a vault, named as in the vault."""

    task: str
    identity: TaskIdentity
    vault: ArmId
    secrets: tuple[str, ...]
    reason: str

    @property
    def resource(self) -> ArmId:
        """Return what the right is for."""
        return self.vault


Right: TypeAlias = PullRight | SecretRight


def rights(spec: Spec) -> tuple[Right, ...]:
    """Return every right that the spec's tasks need, in the order of the tasks' names."""
    return tuple(right for name in sorted(spec.tasks) for right in task_rights(spec, name))


def task_identity(spec: Spec, task: str, identity: str) -> TaskIdentity:
    """Return the identity that a task's spec calls by this name."""
    return SystemIdentity(spec.task_id(task)) if identity == SYSTEM else UserIdentity(spec.identity_id(identity))


def task_rights(spec: Spec, name: str) -> Iterator[Right]:
    """Yield every right that a task needs: first what it pulls, then what it reads."""
    task = spec.tasks[name]
    for pull in task.pull:
        identity = task_identity(spec, name, task.puller(pull))
        yield PullRight(name, identity, spec.registry_id(pull.registry), f"task {name} pulls from {pull.registry}")
    for vault, access in sorted(task.secrets.items()):
        identity = task_identity(spec, name, task.reader(access))
        reason = f"task {name} reads {' and '.join(access.names)} of {vault}"
        yield SecretRight(name, identity, spec.vault_id(vault), access.names, reason)
    for login_server, credential in sorted(task.credentials.items()):
        parts = (credential.user_name, credential.password)
        for vault in sorted(credential.vaults):
            identity = task_identity(spec, name, task.reader(credential))
            secrets = tuple(one.secret for one in parts if isinstance(one, FromVault) and one.vault == vault)
            reason = f"task {name} logs in to {login_server} with secrets of {vault}"
            yield SecretRight(name, identity, spec.vault_id(vault), secrets, reason)
