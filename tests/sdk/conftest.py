from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from acr_identity.ids import PUBLIC_CLOUD
from acr_identity.sdk import connect
from clocks import VirtualClock
from sdk.wire import Credential, Reply, Wire

if TYPE_CHECKING:
    from acr_identity.sdk.gateway import AzureGateway


@pytest.fixture
def clock() -> VirtualClock:
    return VirtualClock()


@pytest.fixture
def gateway_to(clock: VirtualClock) -> Iterator[Callable[[Reply], tuple[AzureGateway, Wire]]]:
    """Return a function that connects a gateway to a wire. For it, no wait takes real time."""
    with ExitStack() as stack:

        def make(reply: Reply) -> tuple[AzureGateway, Wire]:
            wire = Wire(reply)
            gateway = connect(
                PUBLIC_CLOUD, Credential(), transport_adapter=wire, correlation="one-command", clock=clock
            )
            return stack.enter_context(gateway), wire

        yield make


@pytest.fixture
def pauses(clock: VirtualClock) -> list[float]:
    """Return the pauses that were made."""
    return clock.pauses
