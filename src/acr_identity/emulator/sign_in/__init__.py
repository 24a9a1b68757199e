"""Microsoft Entra ID: discovery, tokens for service principals, and the check of tokens at every service."""

from __future__ import annotations

from acr_identity.emulator.sign_in import discovery, token_endpoint

ROUTES = (*discovery.ROUTES, *token_endpoint.ROUTES)
"""All operations of the directory's own host."""

__all__ = ["ROUTES"]
