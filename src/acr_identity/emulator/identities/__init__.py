"""Microsoft.ManagedIdentity: user-assigned identities and their federated credentials."""

from __future__ import annotations

from acr_identity.emulator.identities import associated, federated, handlers
from acr_identity.emulator.identities.handlers import NAME, create_identity

ROUTES = (*handlers.ROUTES, *federated.ROUTES, *associated.ROUTES)
"""All operations on identities."""

__all__ = ["NAME", "ROUTES", "create_identity"]
