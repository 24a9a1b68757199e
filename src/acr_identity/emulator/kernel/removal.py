"""What goes when a resource goes: all that is in it, and what hangs on that. Vaults can be recovered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from acr_identity.emulator.kernel.arm import is_within, key
from acr_identity.emulator.kernel.principals import without_principals
from acr_identity.emulator.kernel.state import (
    DeletedVault,
    Group,
    Registry,
    State,
    Task,
    TaskRun,
    UserAssignedIdentity,
    Vault,
    excluding,
    including,
)


class _Held(Protocol):
    @property
    def id(self) -> str: ...


class _Scoped(Protocol):
    @property
    def scope(self) -> str: ...


_H = TypeVar("_H", bound=_Held)
_S = TypeVar("_S", bound=_Scoped)


def without_registry(state: State, registry: Registry) -> State:
    """Return the state without a registry, what is in it, its principals, and the role assignments and locks in it."""
    holders: tuple[Task | TaskRun, ...] = (*state.tasks.values(), *state.task_runs.values())
    principals = (one.system_principal for one in holders if is_within(one.id, registry.id))
    state = without_principals(state, *principals)
    return replace(
        state,
        registries=excluding(state.registries, key(registry.id)),
        tasks=_outside(state.tasks, registry.id),
        task_runs=_outside(state.task_runs, registry.id),
        agent_pools=_outside(state.agent_pools, registry.id),
        runs=_outside(state.runs, registry.id),
        assignments=_elsewhere(state.assignments, registry.id),
        denials=_elsewhere(state.denials, registry.id),
        locks=_elsewhere(state.locks, registry.id),
    )


def without_vault(state: State, vault: Vault, now: float) -> State:
    """Return the state with a vault among the deleted ones, and without the role assignments and locks in it.

    It is gone for good if its soft delete is off.
    """
    state = replace(
        state,
        vaults=excluding(state.vaults, key(vault.id)),
        assignments=_elsewhere(state.assignments, vault.id),
        denials=_elsewhere(state.denials, vault.id),
        locks=_elsewhere(state.locks, vault.id),
    )
    if vault.properties.get("enableSoftDelete") is False:
        return state
    deleted = including(state.deleted_vaults, vault.name.lower(), DeletedVault(vault, now))
    return replace(state, deleted_vaults=deleted)


def without_identity(state: State, identity: UserAssignedIdentity) -> State:
    """Return the state without an identity, its principal, its federated credentials, the locks and assignments on it.

    Role assignments of its principal elsewhere stay behind, as orphans.
    """
    return replace(
        without_principals(state, identity.principal_id),
        identities=excluding(state.identities, key(identity.id)),
        federated={name: one for name, one in state.federated.items() if one.identity != key(identity.id)},
        assignments=_elsewhere(state.assignments, identity.id),
        denials=_elsewhere(state.denials, identity.id),
        locks=_elsewhere(state.locks, identity.id),
    )


def without_group(state: State, group: Group, now: float) -> State:
    """Return the state without a resource group and all that is in it. Its vaults can be recovered."""
    for registry in state.registries.values():
        if is_within(registry.id, group.id):
            state = without_registry(state, registry)
    for vault in state.vaults.values():
        if is_within(vault.id, group.id):
            state = without_vault(state, vault, now)
    for identity in state.identities.values():
        if is_within(identity.id, group.id):
            state = without_identity(state, identity)
    return replace(
        state,
        groups=excluding(state.groups, group.name.lower()),
        assignments=_elsewhere(state.assignments, group.id),
        denials=_elsewhere(state.denials, group.id),
        locks=_elsewhere(state.locks, group.id),
    )


def _outside(items: Mapping[str, _H], scope: str) -> Mapping[str, _H]:
    return {name: one for name, one in items.items() if not is_within(one.id, scope)}


def _elsewhere(items: Mapping[str, _S], scope: str) -> Mapping[str, _S]:
    return {name: one for name, one in items.items() if not is_within(one.scope, scope)}
