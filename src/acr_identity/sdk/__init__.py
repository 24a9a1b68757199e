"""The one place that knows the Azure SDK: the port to Azure, made with Microsoft's clients.

`import acr_identity.sdk` loads no Azure package. `connect` does, most of them while the first token is on its way.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from acr_identity.gateway import DEFAULT_CONCURRENCY
from acr_identity.loading import LOADING
from acr_identity.sdk.connection_settings import ConnectionSettings, RequestSeen
from acr_identity.sdk.tokens import Token, TokenCache, TokenProvider, default_credential

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from acr_identity.execute import Clock
    from acr_identity.ids import Cloud
    from acr_identity.sdk.gateway import AzureGateway

__all__ = ["RequestSeen", "Token", "TokenProvider", "connect"]


def connect(  # noqa: PLR0913 - all but two are given by name
    cloud: Cloud,
    credential: TokenProvider | None,
    *,
    concurrency: int = DEFAULT_CONCURRENCY,
    transport_adapter: requests.adapters.BaseAdapter | None = None,
    correlation: str | None = None,
    on_request: Callable[[RequestSeen], None] | None = None,
    on_wait: Callable[[str, float], None] | None = None,
    clock: Clock | None = None,
) -> AzureGateway:
    """Return a gateway to Azure, and begin to fetch its first token.

    The gateway is a context manager, may be used from several threads at once, and serves all subscriptions.

        with connect(PUBLIC_CLOUD, None) as gateway:
            gateway.registry(registry_id)

    Args:
        cloud: where Azure Resource Manager answers, and which certificate authorities to trust.
        credential: what gives tokens; `None` stands for `DefaultAzureCredential` at the cloud's authority.
        concurrency: how many connections are kept open, and so how many threads may ask at once without loss.
        transport_adapter: what sends requests in place of the network, such as the emulator's adapter.
        correlation: the id that all requests carry as `x-ms-correlation-request-id`; one is made up if it is absent.
        on_request: is told of each attempt, also of those that are repeated. It runs in the thread of the request.
        on_wait: is told the reason and the seconds of each wait before something is sent again.
        clock: where the time of these waits is taken from and spent; the machine's clock by default.

    Raises:
        SettingsError: the cloud or the concurrency cannot be used.
    """
    from acr_identity.execute import SystemClock  # noqa: PLC0415 - loads the models of the spec

    settings = ConnectionSettings(
        cloud=cloud,
        concurrency=concurrency,
        adapter=transport_adapter,
        correlation=correlation or str(uuid.uuid4()),
        on_request=on_request,
        on_wait=on_wait,
        clock=clock or SystemClock(),
        signs_in=credential is None,
    )
    settings.check()
    tokens = TokenCache(lambda: credential or default_credential(cloud))
    with LOADING:
        # What the thread that fetches the token may load too comes first: see `acr_identity.loading`.
        from acr_identity.sdk import policies, transport  # noqa: F401, PLC0415 - load what all Azure packages share

        tokens.prefetch(*cloud.credential_scopes)

        from acr_identity.sdk.gateway import AzureGateway  # noqa: PLC0415 - loads the rest while the token is fetched

    return AzureGateway(settings, tokens)
