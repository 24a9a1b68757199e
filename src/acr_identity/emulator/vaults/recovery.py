"""What goes when a vault goes, and what stays to be recovered."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.emulator.arm import is_within, key
from acr_identity.emulator.lookup import squeezed
from acr_identity.emulator.state import DeletedVault, State, Vault, excluding, including


def softly_deleted(state: State, vault: Vault, now: float) -> State:
    """The state with a vault among the deleted ones, and without the role assignments and locks in it."""
    state = replace(
        state,
        vaults=excluding(state.vaults, key(vault.id)),
        assignments={name: one for name, one in state.assignments.items() if not is_within(one.scope, vault.id)},
        locks={name: one for name, one in state.locks.items() if not is_within(one.scope, vault.id)},
    )
    if vault.properties.get("enableSoftDelete") is False:
        return state
    deleted = including(state.deleted_vaults, vault.name.lower(), DeletedVault(vault, now))
    return replace(state, deleted_vaults=deleted)


def recovered(state: State, vault_id: str, location: str) -> State | None:
    """The state with a deleted vault brought back; `None` when there is none of this id and location."""
    name = vault_id.rpartition("/")[2].lower()
    deleted = state.deleted_vaults.get(name)
    if deleted is None or key(deleted.vault.id) != key(vault_id) or deleted.vault.location != squeezed(location):
        return None
    return replace(
        state,
        vaults=including(state.vaults, key(deleted.vault.id), deleted.vault),
        deleted_vaults=excluding(state.deleted_vaults, name),
    )
