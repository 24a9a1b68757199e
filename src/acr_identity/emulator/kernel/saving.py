"""The next state, with a resource that was made or changed."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.emulator.kernel.arm import key
from acr_identity.emulator.kernel.state import Registry, State, Vault, including


def with_registry(state: State, registry: Registry) -> State:
    """Return the state with a registry added or replaced."""
    return replace(state, registries=including(state.registries, key(registry.id), registry))


def with_vault(state: State, vault: Vault) -> State:
    """Return the state with a vault added or replaced."""
    return replace(state, vaults=including(state.vaults, key(vault.id), vault))
