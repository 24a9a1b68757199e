"""What goes when a resource group goes: all that is in it, and what hangs on that."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from acr_identity.emulator.arm import is_within
from acr_identity.emulator.identities.removal import without_identity
from acr_identity.emulator.registries.removal import without_registry
from acr_identity.emulator.state import Assignment, Group, Lock, State, excluding
from acr_identity.emulator.vaults.removal import softly_deleted

_S = TypeVar("_S", Assignment, Lock)


def without_group(state: State, group: Group, now: float) -> State:
    """The state without a resource group and all that is in it. Its vaults can be recovered."""
    for registry in state.registries.values():
        if is_within(registry.id, group.id):
            state = without_registry(state, registry)
    for vault in state.vaults.values():
        if is_within(vault.id, group.id):
            state = softly_deleted(state, vault, now)
    for identity in state.identities.values():
        if is_within(identity.id, group.id):
            state = without_identity(state, identity)
    return replace(
        state,
        groups=excluding(state.groups, group.name.lower()),
        assignments=_outside(state.assignments, group.id),
        locks=_outside(state.locks, group.id),
    )


def _outside(items: Mapping[str, _S], scope: str) -> Mapping[str, _S]:
    return {name: one for name, one in items.items() if not is_within(one.scope, scope)}
