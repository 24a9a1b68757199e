"""The data plane of registries: logins, the catalogue, tags and manifests.

Sources: the requests of `az acr repository`; learn.microsoft.com/rest/api/containerregistry; the OAuth flow in
Azure/acr, docs/AAD-OAuth.md.
"""

from __future__ import annotations

from acr_identity.emulator.registry_data import catalog, logins, manifests, tags

ROUTES = (*logins.ROUTES, *catalog.ROUTES, *tags.ROUTES, *manifests.ROUTES, *catalog.ATTRIBUTES)
"""All operations of the plane."""

__all__ = ["ROUTES"]
