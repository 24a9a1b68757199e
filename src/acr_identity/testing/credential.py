"""A credential of the Azure SDK that signs in to an emulator."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from azure.core.credentials import AccessToken

    from acr_identity.emulator import Emulator

_SECONDS = 3600


class EmulatedCredential:
    """Signs in to an emulator without a network. Give it to any client of the Azure SDK.

    Args:
        emulator: Whose tokens it gives.
        principal_id: Who signs in; the owner of the subscription when left out.
    """

    def __init__(self, emulator: Emulator, principal_id: str | None = None) -> None:
        self._emulator = emulator
        self._principal_id = principal_id

    def get_token(
        self, *scopes: str, claims: str | None = None, tenant_id: str | None = None, **_options: object
    ) -> AccessToken:
        """Return a token. Its audience is that of the scope, as the protocol `TokenCredential` of azure-core has it."""
        from azure.core.credentials import AccessToken  # noqa: PLC0415 - loads the Azure SDK

        del claims, tenant_id
        audience = scopes[0].removesuffix("/.default") if scopes else None
        return AccessToken(self._emulator.token(self._principal_id, audience=audience), int(time.time()) + _SECONDS)
