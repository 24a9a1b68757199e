"""Microsoft.ManagedIdentity: user-assigned identities and their federated credentials."""

from __future__ import annotations

from acr_identity.emulator.identities import associated, federated, user_assigned
from acr_identity.emulator.identities.user_assigned import NAME, create_identity

ROUTES = (*user_assigned.ROUTES, *federated.ROUTES, *associated.ROUTES)
"""All operations on identities."""

__all__ = ["NAME", "ROUTES", "create_identity"]
