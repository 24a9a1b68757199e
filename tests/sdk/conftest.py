from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from azure.core.pipeline.transport import RequestsTransport

from acr_identity.ids import PUBLIC_CLOUD
from acr_identity.sdk import connect
from sdk.wire import Credential, Reply, Wire

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway


@pytest.fixture
def gateway_to() -> Iterator[Callable[[Reply], tuple[AzureGateway, Wire]]]:
    """Return a function that connects a gateway to a wire."""
    with ExitStack() as stack:

        def make(reply: Reply) -> tuple[AzureGateway, Wire]:
            wire = Wire(reply)
            gateway = connect(PUBLIC_CLOUD, Credential(), transport_adapter=wire, correlation="one-command")
            return stack.enter_context(gateway), wire

        yield make


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Return the pauses that the SDK would have made, without making them."""
    made: list[float] = []
    monkeypatch.setattr(RequestsTransport, "sleep", lambda _self, duration: made.append(duration))
    return made
