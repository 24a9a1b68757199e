"""Microsoft.Authorization: role definitions, role and deny assignments, locks, and what the caller may do."""

from __future__ import annotations

from acr_identity.emulator.authorization import assignments, definitions, deny_assignments, locks, permissions

ROUTES = (*definitions.ROUTES, *assignments.ROUTES, *deny_assignments.ROUTES, *locks.ROUTES, *permissions.ROUTES)
"""All operations of the namespace."""

__all__ = ["ROUTES"]
