"""Which identity needs which right on which resource, and because of which task of the spec."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from acr_identity.ids import ArmId
from acr_identity.spec import SYSTEM, FromVault, Spec, VaultAccess
from acr_identity.state import SystemIdentity, TaskIdentity, UserIdentity


class Operation(StrEnum):
    """What a task may do in a registry."""

    PULL = "pull"
    PUSH = "push"
    DELETE = "delete"
    LIST = "list"


_DOES = {
    Operation.PULL: "pulls from",
    Operation.PUSH: "pushes to",
    Operation.DELETE: "deletes in",
    Operation.LIST: "lists the repositories of",
}


@dataclass(frozen=True, slots=True)
class RegistryRight:
    """An identity of a task must be able to do something in a registry, and the task must log in there as it.

    Without repositories it is all of them; `team/*` are those whose names begin with `team/`.
    """

    task: str
    identity: TaskIdentity
    registry: ArmId
    operation: Operation
    repositories: tuple[str, ...]
    reason: str
    own: bool = False
    """Whether it must be given by an assignment of its own, whatever else gives it."""

    @property
    def resource(self) -> ArmId:
        """Return what the right is for."""
        return self.registry

    @property
    def scopes(self) -> tuple[ArmId, ...]:
        """Return where it may be given."""
        return (self.registry,)


@dataclass(frozen=True, slots=True)
class SecretRight:
    """An identity of a task must be able to read these secrets of a vault, named as in the vault."""

    task: str
    identity: TaskIdentity
    vault: ArmId
    secrets: tuple[str, ...]
    reason: str
    own: bool = False
    """Whether it must be given by an assignment of its own, whatever else gives it."""
    on_vault: bool = False
    """Whether a role is given on the whole vault, and not on each of the secrets."""

    @property
    def resource(self) -> ArmId:
        """Return what the right is for."""
        return self.vault

    @property
    def scopes(self) -> tuple[ArmId, ...]:
        """Return where it may be given: on the vault, or on each of the secrets."""
        return (self.vault, *(self.vault.child("secrets", name) for name in self.secrets))


@dataclass(frozen=True, slots=True)
class RoleRight:
    """An identity of a task must have this role at this scope, under this condition, as the spec has it.

    The role is by its name, its GUID, or the id of its definition.
    """

    task: str
    identity: TaskIdentity
    scope: ArmId
    role: str
    condition: str
    reason: str
    own: bool = False
    """Whether it must be given by an assignment of its own, whatever else gives it."""

    @property
    def resource(self) -> ArmId:
        """Return what the right is for: of a secret, its vault."""
        return self.scope.resource

    @property
    def scopes(self) -> tuple[ArmId, ...]:
        """Return where it may be given."""
        return (self.scope,)


Right: TypeAlias = RegistryRight | SecretRight | RoleRight


def rights(spec: Spec) -> tuple[Right, ...]:
    """Return every right that the spec's tasks need, in the order of the tasks' names."""
    return tuple(right for name in sorted(spec.tasks) for right in task_rights(spec, name))


def task_identity(spec: Spec, task: str, identity: str) -> TaskIdentity:
    """Return the identity that a task's spec calls by this name."""
    return SystemIdentity(spec.task_id(task)) if identity == SYSTEM else UserIdentity(spec.identity_id(identity))


def task_rights(spec: Spec, name: str) -> Iterator[Right]:
    """Yield every right that a task needs: first what it does in registries, then what it reads, then its roles."""
    task = spec.tasks[name]
    for key, entry in task.registry_accesses:
        operation = Operation(key)
        identity = task_identity(spec, name, task.user_of(entry))
        reason = f"task {name} {_DOES[operation]} {entry.registry}"
        yield RegistryRight(
            name, identity, spec.registry_id(entry.registry), operation, entry.repositories, reason, entry.own
        )
    for vault, access in sorted(task.vault_accesses, key=_vault_of):
        identity = task_identity(spec, name, task.reader(access))
        reason = f"task {name} reads {' and '.join(access.names)} of {vault}"
        on_vault = access.scope == "vault"
        yield SecretRight(name, identity, spec.vault_id(vault), access.names, reason, access.own, on_vault)
    for login_server, credential in sorted(task.credentials.items()):
        parts = (credential.user_name, credential.password)
        for vault in sorted(credential.vaults):
            identity = task_identity(spec, name, task.reader(credential))
            secrets = tuple(one.secret for one in parts if isinstance(one, FromVault) and one.vault == vault)
            reason = f"task {name} logs in to {login_server} with secrets of {vault}"
            yield SecretRight(name, identity, spec.vault_id(vault), secrets, reason)
    for role in task.roles:
        identity, scope = task_identity(spec, name, task.user_of(role)), spec.scope_id(role.scope)
        reason = f"task {name} says so in roles"
        yield RoleRight(name, identity, scope, role.role, role.condition or "", reason, role.own)


def _vault_of(access: tuple[str, VaultAccess]) -> str:
    return access[0]


def needed_places(rights: Iterable[Right]) -> frozenset[tuple[TaskIdentity, ArmId]]:
    """Return whom these rights are for, each with the scopes at which it needs one."""
    return frozenset((right.identity, scope) for right in rights for scope in right.scopes)


def vaults_read(rights: Iterable[Right]) -> frozenset[tuple[TaskIdentity, ArmId]]:
    """Return who reads secrets, each with the vaults of those."""
    return frozenset((right.identity, right.vault) for right in rights if isinstance(right, SecretRight))
