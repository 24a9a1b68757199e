"""Microsoft.KeyVault: vaults, their access policies, and their secrets by both ways."""

from __future__ import annotations

from acr_identity.emulator.vaults import data_plane, deleted_secrets, deleted_vaults, secrets, vaults
from acr_identity.emulator.vaults.vaults import NAME

ROUTES = (*vaults.ROUTES, *deleted_vaults.ROUTES, *secrets.ROUTES, *data_plane.ROUTES, *deleted_secrets.ROUTES)
"""All operations on vaults and on their secrets."""

__all__ = ["NAME", "ROUTES"]
