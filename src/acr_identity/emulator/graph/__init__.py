"""Microsoft Graph, as far as the Azure CLI asks it while it makes role assignments and vaults."""

from __future__ import annotations

from acr_identity.emulator.graph import queries

ROUTES = queries.ROUTES
"""All operations of the service."""

__all__ = ["ROUTES"]
