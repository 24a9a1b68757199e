"""Microsoft.ContainerRegistry/registries: what a registry is. Its tasks and runs have folders of their own."""

from __future__ import annotations

from acr_identity.emulator.registries import accounts, imports, queries, registries
from acr_identity.emulator.registries.names import NAME

ROUTES = (*registries.ROUTES, *queries.ROUTES, *accounts.ROUTES, *imports.ROUTES)
"""All operations on registries."""

__all__ = ["NAME", "ROUTES"]
