"""Microsoft.Authorization: role definitions, role assignments, locks, and what the caller may do."""

from __future__ import annotations

from acr_identity.emulator.authorization import assignments, definitions, locks, permissions

ROUTES = (*definitions.ROUTES, *assignments.ROUTES, *locks.ROUTES, *permissions.ROUTES)
"""All operations of the namespace."""

__all__ = ["ROUTES"]
