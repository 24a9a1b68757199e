"""A service that takes two requests a second, asked by sixteen threads."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping

import pytest
import requests

from acr_identity.emulator import Emulator, EmulatorAdapter, World
from acr_identity.emulator.dispatch.throttling import Bucket, Limit
from acr_identity.execute import execute
from acr_identity.ids import PUBLIC_CLOUD
from acr_identity.observe import observe
from acr_identity.plan import make_plan
from acr_identity.sdk import connect
from acr_identity.spec import Spec
from clocks import TogetherClock
from sdk.wire import Credential, refusal, response_to

PER_SECOND = 2
TASKS = 8
WORLD = World(
    resource_groups={"rg": {}},
    registries={"firstregistry": {}, "secondregistry": {}, "thirdregistry": {}},
    vaults={"vault-one": {"secrets": {"User": "x", "Password": "y"}}, "vault-two": {"secrets": {"User": "x"}}},
)
SPEC = Spec.model_validate(
    {
        "subscription": WORLD.subscription,
        "resource_group": "rg",
        "location": "eastus",
        "registries": {"firstregistry": {}, "secondregistry": {}, "thirdregistry": {}},
        "vaults": {"vault-one": {}, "vault-two": {}},
        "identities": {"shared": {"tags": {"team": "x"}}, "second": {}},
        "tasks": {
            f"task-{number}": {
                "registry": "firstregistry" if number % 2 else "thirdregistry",
                "identity": ["system", "shared"] if number % 3 else "second",
                "command": "bash date",
                "pull": ["secondregistry"]
                if number % 3 == 0
                else [{"registry": "secondregistry", "identity": "system"}],
                "triggers": {"timers": ["0 21 * * *"]},
                "secrets": {"vault-one": {"names": ["User"], "identity": "system" if number % 3 else "second"}},
            }
            for number in range(TASKS)
        },
    }
)


class Slow(EmulatorAdapter):
    """An emulator whose bucket takes two requests, and gets back as many each second."""

    def __init__(self, emulator: Emulator, clock: TogetherClock) -> None:
        super().__init__(emulator)
        self._clock = clock
        self._lock = threading.Lock()
        self._bucket = Bucket(Limit(PER_SECOND, PER_SECOND), float(PER_SECOND), 0.0)
        self.taken = self.refused = 0

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,  # noqa: FBT001, FBT002 - the signature is that of requests
        timeout: float | tuple[float, float] | tuple[float, None] | None = None,
        verify: bool | str = True,  # noqa: FBT001, FBT002 - the same
        cert: bytes | str | tuple[bytes | str, bytes | str] | None = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        self._clock.moved()
        with self._lock:
            self._bucket = self._bucket.filled(self._clock.monotonic())
            if self._bucket.wait:
                self.refused += 1
                return response_to(request, refusal(429, "TooManyRequests", headers={"Retry-After": "1"}))
            self._bucket = self._bucket.without_one()
            self.taken += 1
        return super().send(request, stream, timeout, verify, cert, proxies)


@pytest.fixture
def clock() -> Iterator[TogetherClock]:
    made, over = TogetherClock(), threading.Event()
    thread = threading.Thread(target=made.go, args=(over,))
    thread.start()
    yield made
    over.set()
    thread.join()


def test_apply_completes_at_two_requests_a_second(clock: TogetherClock) -> None:
    emulator = Emulator(WORLD)
    slow = Slow(emulator, clock)
    told: list[tuple[str, float]] = []
    with connect(
        PUBLIC_CLOUD,
        Credential(emulator.token()),
        transport_adapter=slow,
        clock=clock,
        on_wait=lambda reason, seconds: told.append((reason, seconds)),
    ) as gateway:
        plan = make_plan(SPEC, observe(gateway, SPEC))
        report = execute(plan, gateway, clock=clock)
        assert report.is_complete, report.failures
        assert make_plan(SPEC, observe(gateway, SPEC)).is_empty
    assert slow.taken > 40
    assert clock.monotonic() < 3 * slow.taken / PER_SECOND
    assert slow.refused < slow.taken
    assert set(told) == {("Azure takes no more requests for now", 1.0)}
    assert len(told) <= clock.monotonic()
