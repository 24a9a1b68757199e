"""What our own product does when time, faults and limits are against it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol

import pytest

from acr_identity.emulator import Emulator, Fault, ManualClock, Request, Settings, World, vault_conflict
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.errors import AzureError
from acr_identity.provisioner import Provisioner
from emulator.clouds import Cloud
from flows.flows import CROSS_USER, FLOWS, VAULT, VAULTS_VERSION, Flow

OK = 200
SOMEBODY = "99999999-1111-2222-3333-444444444444"


class Opening(Protocol):
    def __call__(self, emulator: Emulator) -> Provisioner: ...


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def opened() -> Iterator[Opening]:
    """Open a provisioner that does one thing at a time. It waits by the emulator's clock: no real time passes."""
    with ExitStack() as stack:

        def make(emulator: Emulator) -> Provisioner:
            return stack.enter_context(Provisioner.emulated(emulator, concurrency=1))

        yield make


def write_policy(emulator: Emulator) -> None:
    """Give somebody access to the vault, as somebody else does who tries until it is done."""
    entry: JsonObject = {"tenantId": SOMEBODY, "objectId": SOMEBODY, "permissions": {"keys": ["get"]}}
    cloud = Cloud(emulator)
    body: JsonObject = {"properties": {"accessPolicies": [entry]}}
    while cloud.send("PUT", f"{VAULT}/accessPolicies/add", body, version=VAULTS_VERSION).status != OK:
        pass


def holdings(emulator: Emulator) -> object:
    """All that the emulator holds, but for times and the count of what was ever made."""
    return _without(emulator.snapshot(), {"births", "created", "modified", "updated"})


def _without(value: object, keys: set[str]) -> object:
    if isinstance(value, list):
        return [_without(one, keys) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: _without(one, keys) for key, one in value.items() if key not in keys}


@contextmanager
def applied(
    flow: Flow, opened: Opening, clock: ManualClock, settings: Settings, faults: tuple[Fault, ...]
) -> Iterator[Emulator]:
    emulator = Emulator(World.load(flow.world), clock=clock, settings=settings)
    for fault in faults:
        emulator.faults.add(fault)
    if "key-vault" in flow.name:
        write_policy(emulator)
    provisioner = opened(emulator)
    assert provisioner.apply(provisioner.plan(flow.spec)).is_complete
    assert provisioner.plan(flow.spec).is_empty
    yield emulator


@dataclass(frozen=True)
class Trouble:
    """What is against the product, and how it shows in the log of requests."""

    name: str
    status: int
    faults: tuple[Fault, ...] = ()
    settings: Settings = field(default_factory=Settings)
    flows: tuple[Flow, ...] = FLOWS

    def __str__(self) -> str:
        return self.name


REPLICATION = Settings(replication_seconds=40)
UNAVAILABLE = Fault(status=503, code="ServerBusy", every=3, times=None)
CUT_AFTER = Fault(method="PUT", disconnect="after", every=2, times=None)
TROUBLES = (
    Trouble("the principal is replicated late", 400, settings=REPLICATION, flows=FLOWS[:2]),
    Trouble("somebody else writes to the vault", 409, (vault_conflict(5),), flows=FLOWS[2:]),
    Trouble("every second write is cut after it took place", 0, (CUT_AFTER,)),
    Trouble(
        "every second write is cut before it takes place", 0, (Fault("PUT", disconnect="before", every=2, times=None),)
    ),
    Trouble("every third request is refused with 503", 503, (UNAVAILABLE,)),
    Trouble(
        "every second request comes too soon",
        429,
        (Fault(status=429, headers=(("Retry-After", "1"),), every=2, times=None),),
    ),
)


@pytest.mark.parametrize(
    ("trouble", "flow"),
    [pytest.param(trouble, flow, id=f"{trouble}: {flow}") for trouble in TROUBLES for flow in trouble.flows],
)
def test_apply_ends_in_the_same_state_as_without(
    trouble: Trouble, flow: Flow, opened: Opening, clock: ManualClock
) -> None:
    with applied(flow, opened, clock, Settings(), ()) as undisturbed:
        expected = holdings(undisturbed)
    with applied(flow, opened, clock, trouble.settings, trouble.faults) as emulator:
        assert trouble.status in {record.status for record in emulator.requests}
        assert holdings(emulator) == expected


@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_slow_answers_only_take_time(flow: Flow, opened: Opening, clock: ManualClock) -> None:
    with applied(flow, opened, clock, Settings(), ()) as undisturbed:
        expected, asked = holdings(undisturbed), len(undisturbed.requests)
    start = clock.monotonic()
    with applied(flow, opened, clock, Settings(), (Fault(status=0, delay=30, times=None),)) as emulator:
        assert (holdings(emulator), len(emulator.requests)) == (expected, asked)
    assert clock.monotonic() - start == 30 * asked


def test_a_grant_that_comes_late_fails_the_run_until_it_is_there(opened: Opening, clock: ManualClock) -> None:
    settings = Settings(grant_seconds=300)
    with applied(CROSS_USER, opened, clock, settings, ()) as emulator:
        provisioner = opened(emulator)
        provisioner.plan(CROSS_USER.spec)
        before = provisioner.run(CROSS_USER.task).wait().status
        clock.advance(300)
        assert (before, provisioner.run(CROSS_USER.task).wait().status) == ("Failed", "Succeeded")


def empty_bucket(emulator: Emulator, method: str, size: int) -> None:
    """Use up what the owner may send, with requests that change nothing."""
    headers = {"Authorization": f"Bearer {emulator.token()}"}
    url = f"https://management.azure.com/subscriptions/{emulator.world.subscription}/nothing?api-version=2024-11-01"
    for _ in range(size):
        emulator.handle(Request.to(method, url, headers))


def refusals(emulator: Emulator, since: int) -> Counter[tuple[str, str]]:
    """How often each request was refused with 429."""
    refused = [record for record in emulator.requests[since:] if record.status == 429]
    return Counter((record.method, record.path) for record in refused)


@pytest.mark.parametrize(
    ("method", "size", "refused"), [("GET", 250, {"GET"}), ("POST", 200, {"PUT", "POST"})], ids=["reads", "writes"]
)
def test_a_request_that_finds_its_bucket_empty_waits_as_long_as_it_is_told_and_is_sent_once_more(
    opened: Opening, clock: ManualClock, method: str, size: int, refused: set[str]
) -> None:
    emulator = Emulator(World.load(CROSS_USER.world), clock=clock, settings=Settings(throttle=True))
    provisioner = opened(emulator)
    plan = provisioner.plan(CROSS_USER.spec)
    empty_bucket(emulator, method, size)
    since, start = len(emulator.requests), clock.monotonic()
    act: Callable[[], object] = (
        (lambda: provisioner.plan(CROSS_USER.spec)) if method == "GET" else lambda: provisioner.apply(plan)
    )
    act()
    met = refusals(emulator, since)
    assert set(met.values()) == {1}
    assert {verb for verb, _ in met} <= refused
    assert sum(met.values()) <= clock.monotonic() - start < 2 * sum(met.values())


def test_a_request_that_is_refused_each_time_is_an_error_after_ten_minutes(opened: Opening, clock: ManualClock) -> None:
    emulator = Emulator(World.load(CROSS_USER.world), clock=clock)
    provisioner = opened(emulator)
    emulator.faults.add(Fault("GET", "roleAssignments", None, 0, 429, "TooMany", headers=(("Retry-After", "20"),)))
    with pytest.raises(AzureError, match="429 TooMany"):
        provisioner.plan(CROSS_USER.spec)
    assert 500 < clock.monotonic() < 660
