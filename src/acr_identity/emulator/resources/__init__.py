"""Microsoft.Resources: subscriptions, resource groups, namespaces, and the list of all resources."""

from __future__ import annotations

from acr_identity.emulator.resources import groups, listing, namespaces, subscriptions
from acr_identity.emulator.resources.groups import NAME

ROUTES = (*subscriptions.ROUTES, *namespaces.ROUTES, *groups.ROUTES, *listing.ROUTES)
"""All operations of the namespace."""

__all__ = ["NAME", "ROUTES"]
