"""The port to Azure, made of its three parts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from acr_identity.sdk.clients import Connection
from acr_identity.sdk.runs import AzureRunner
from acr_identity.sdk.writes import AzureWriter

if TYPE_CHECKING:
    from types import TracebackType

    from acr_identity.sdk.connection_settings import ConnectionSettings
    from acr_identity.sdk.tokens import TokenCache


class AzureGateway(AzureWriter, AzureRunner):
    """A `Gateway` over Microsoft's clients, made by `connect`. As a context manager it closes its connections."""

    def __init__(self, settings: ConnectionSettings, tokens: TokenCache) -> None:
        super().__init__(Connection(settings, tokens))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def stop_waiting(self) -> None:
        """End the waits of all requests that are under way: each ends with the refusal that it has met."""
        self._connection.pauses.stop_waiting()

    def close(self) -> None:
        """Close all connections. Doing so twice does no harm."""
        self._connection.close()
