"""Bringing a deleted vault back."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.emulator.kernel.arm import key
from acr_identity.emulator.kernel.lookup import squeezed
from acr_identity.emulator.kernel.saving import with_vault
from acr_identity.emulator.kernel.state import State, excluding


def recovered(state: State, vault_id: str, location: str) -> State | None:
    """Return the state with a deleted vault brought back; `None` when there is none of this id and location."""
    name = vault_id.rpartition("/")[2].lower()
    deleted = state.deleted_vaults.get(name)
    if deleted is None or key(deleted.vault.id) != key(vault_id) or deleted.vault.location != squeezed(location):
        return None
    return replace(with_vault(state, deleted.vault), deleted_vaults=excluding(state.deleted_vaults, name))
