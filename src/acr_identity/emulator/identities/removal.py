"""What goes when a user-assigned identity goes."""

from __future__ import annotations

from dataclasses import replace

from acr_identity.emulator.arm import is_within, key
from acr_identity.emulator.state import Identity, State, excluding


def without_identity(state: State, identity: Identity) -> State:
    """The state without an identity, its principal, its federated credentials and the locks on it.

    Role assignments of its principal stay behind, as orphans.
    """
    return replace(
        state,
        identities=excluding(state.identities, key(identity.id)),
        directory=excluding(state.directory, identity.principal_id),
        federated={name: one for name, one in state.federated.items() if one.identity != key(identity.id)},
        locks={name: one for name, one in state.locks.items() if not is_within(one.scope, identity.id)},
    )
