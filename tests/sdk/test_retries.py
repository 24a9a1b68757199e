"""What is sent again, and when: through the SDK, on a clock on which waiting takes no time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
import requests
from urllib3.exceptions import ProtocolError

from acr_identity.changes import EnableTask
from acr_identity.errors import AzureError, NotAuthorisedError, UnreachableError
from acr_identity.gateway import Gateway
from acr_identity.ids import PUBLIC_CLOUD, ArmId
from acr_identity.observe import observe
from acr_identity.sdk import connect
from acr_identity.sdk.pauses import Pauses, place_of
from acr_identity.spec import Spec
from clocks import VirtualClock
from sdk.places import GROUP, REGISTRY, SUBSCRIPTION, TASK, VAULT, GatewayTo
from sdk.wire import Answer, Credential, Sent, Wire, always, in_turn, refusal

GONE = refusal(404, "ResourceNotFound")
DONE = Answer({"location": "eastus", "properties": {}})
CUT = requests.ConnectionError(ProtocolError("cut"))
OTHER_SUBSCRIPTION = ArmId(str(REGISTRY).replace(SUBSCRIPTION, "99999999-9999-9999-9999-999999999999"))


def throttled(asked: str | None = None, code: str = "SubscriptionRequestsThrottled") -> Answer:
    return refusal(429, code, "try again", {} if asked is None else {"Retry-After": asked})


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_a_fault_that_stays_is_an_error_after_half_a_minute(
    gateway_to: GatewayTo, clock: VirtualClock, status: int
) -> None:
    gateway, wire = gateway_to(always(refusal(status, "Busy")))

    with pytest.raises(AzureError, match=f"{status} Busy: as it is$"):
        gateway.registry(REGISTRY)

    assert 10 < clock.now < 45
    assert 4 < len(wire.sent) < 10


def test_a_service_that_is_never_reached_is_an_error_after_some_seconds(
    gateway_to: GatewayTo, clock: VirtualClock
) -> None:
    gateway, wire = gateway_to(always(requests.ConnectionError("refused")))

    with pytest.raises(UnreachableError):
        gateway.registry(REGISTRY)

    assert 1 < clock.now < 8
    assert len(wire.sent) > 2


@pytest.mark.parametrize("asked", [None, "1", "0", "soon", "-5", "Mon, 01 Jun 1998 12:00:00 GMT"])
def test_a_refusal_of_too_many_requests_is_waited_for_ten_minutes(
    gateway_to: GatewayTo, clock: VirtualClock, asked: str | None
) -> None:
    gateway, wire = gateway_to(always(throttled(asked)))

    with pytest.raises(
        AzureError, match=r"429 SubscriptionRequestsThrottled: try again: it has been so for (\d+ s|10 min)$"
    ):
        gateway.registry(REGISTRY)

    assert 500 < clock.now < 620
    assert len(wire.sent) <= 601


def test_another_trouble_has_patience_of_its_own(gateway_to: GatewayTo) -> None:
    answers: list[Answer | Exception] = [
        throttled("200"),
        refusal(500, "Oops"),
        CUT,
        throttled("50"),
        refusal(503, "Busy"),
        GONE,
    ]
    gateway, wire = gateway_to(in_turn(*answers))

    assert gateway.registry(REGISTRY) is None
    assert len(wire.sent) == len(answers)


def test_troubles_that_take_turns_end_too(gateway_to: GatewayTo, clock: VirtualClock) -> None:
    turn: list[Answer | Exception] = [throttled("20"), refusal(500, "Oops"), CUT]
    gateway, wire = gateway_to(lambda _sent: turn[len(wire.sent) % len(turn)])

    with pytest.raises(AzureError):
        gateway.registry(REGISTRY)

    assert 600 < clock.now < 640


@pytest.mark.parametrize(
    ("asked", "words"),
    [("601", "601 s"), ("7200", "120 min"), ("9" * 500, "more than a day"), ("inf", "more than a day")],
)
def test_a_wait_that_is_longer_than_patience_is_an_error_at_once(
    gateway_to: GatewayTo, clock: VirtualClock, asked: str, words: str
) -> None:
    gateway, wire = gateway_to(always(throttled(asked)))

    with pytest.raises(AzureError) as caught:
        gateway.registry(REGISTRY)

    assert caught.value.message.endswith(f"try again: the answer asks to wait {words}; here it is at most 10 min")
    assert caught.value.advice == "Repeat the command in a few minutes, with a smaller --concurrency."
    assert (len(wire.sent), clock.now) == (1, 0)


def test_a_wait_that_the_service_asks_for_is_kept_and_made_longer_by_chance() -> None:
    made = set()
    for _ in range(5):
        clock = VirtualClock()
        wire = Wire(in_turn(throttled("119"), GONE))
        with connect(PUBLIC_CLOUD, Credential(), transport_adapter=wire, clock=clock) as gateway:
            assert gateway.registry(REGISTRY) is None
        made.add(clock.now)
    assert all(119 <= seconds <= 119 * 1.5 for seconds in made)
    assert len(made) > 1


def test_our_patches_are_tried_again_as_puts_are(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(refusal(502, "Busy"), DONE))

    gateway.enable_task(EnableTask(TASK, None, "why"), {})

    assert wire.lines == [f"PATCH {TASK}", f"PATCH {TASK}"]


def test_a_post_that_only_reads_is_sent_again_when_the_connection_is_cut(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(in_turn(CUT, DONE, CUT))

    assert gateway.task(TASK) is not None
    with pytest.raises(UnreachableError):
        gateway.schedule(TASK, [])

    details, run = f"POST {TASK}/listDetails", f"POST {REGISTRY}/scheduleRun"
    assert wire.lines == [details, details, run]


@dataclass
class Visited(VirtualClock):
    """A clock in whose first wait something else is asked for."""

    visit: Callable[[], object] = field(default=lambda: None)

    def wait(self, seconds: float, stop: threading.Event) -> None:
        visit, self.visit = self.visit, lambda: None
        visit()
        super().wait(seconds, stop)


def test_a_refusal_makes_all_requests_of_the_subscription_wait_and_no_others() -> None:
    clock = Visited()
    sent: list[tuple[float, str]] = []

    def reply(request: Sent) -> Answer:
        sent.append((clock.now, request.path))
        return throttled("40") if len(sent) == 1 else GONE

    def visit() -> None:
        gateway.registry(OTHER_SUBSCRIPTION)
        gateway.vault(VAULT)

    clock.visit = visit
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=Wire(reply), clock=clock) as gateway:
        gateway.identities(GROUP)

    times = [(moment > 0, path.rpartition("/")[2]) for moment, path in sent]
    assert times == [
        (False, "userAssignedIdentities"),
        (False, "myregistry"),
        (True, "myVault"),
        (True, "userAssignedIdentities"),
    ]
    assert all(moment == 0 or moment >= 40 for moment, _ in sent)


def test_a_pause_that_all_make_is_told_of_once() -> None:
    clock, told = Visited(), list[tuple[str, float]]()
    wire = Wire(in_turn(throttled("40"), throttled("40"), GONE, GONE))
    with connect(
        PUBLIC_CLOUD,
        Credential(),
        transport_adapter=wire,
        clock=clock,
        on_wait=lambda reason, seconds: told.append((reason, seconds)),
    ) as gateway:
        gateway.registry(REGISTRY)
    assert told == [("Azure takes no more requests for now", 40.0)] * 2


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (throttled("3"), ("Azure takes no more requests for now", 3.0)),
        (refusal(503, "Busy", headers={"Retry-After": "3"}), ("Azure is busy and says when to come again", 3.0)),
        (refusal(500, "Oops"), ("Azure has a fault", 0.5)),
        (CUT, ("no answer came", 0.5)),
    ],
)
def test_each_wait_is_told_of_with_its_reason(answer: Answer | Exception, told: tuple[str, float]) -> None:
    seen: list[tuple[str, float]] = []
    with connect(
        PUBLIC_CLOUD,
        Credential(),
        transport_adapter=Wire(in_turn(answer, GONE)),
        clock=VirtualClock(),
        on_wait=lambda reason, seconds: seen.append((reason, seconds)),
    ) as gateway:
        gateway.registry(REGISTRY)
    assert seen == [told]


def test_whoever_asks_while_nothing_is_taken_any_more_is_refused_at_once(
    gateway_to: GatewayTo, clock: VirtualClock
) -> None:
    gateway, wire = gateway_to(always(throttled("1")))
    with pytest.raises(AzureError):
        gateway.registry(REGISTRY)
    asked, before = len(wire.sent), clock.now

    with pytest.raises(AzureError, match="it has been so for"):
        gateway.vault(VAULT)

    assert (len(wire.sent) - asked, clock.now - before < 2) == (1, True)


def test_patience_begins_anew_where_something_was_taken_or_nobody_asked_for_a_while(
    gateway_to: GatewayTo, clock: VirtualClock
) -> None:
    answers = iter([*[throttled("60")] * 6, GONE, *[throttled("60")] * 6, GONE])
    gateway, wire = gateway_to(lambda _sent: next(answers))

    assert (gateway.registry(REGISTRY), gateway.registry(REGISTRY)) == (None, None)
    assert len(wire.sent) == 14
    assert clock.now > 2 * 360

    stubborn, wire = gateway_to(always(throttled("1")))
    for _ in range(2):
        before = clock.now
        with pytest.raises(AzureError):
            stubborn.registry(REGISTRY)
        assert clock.now - before > 500
        clock.now += 3600


def test_who_stops_waiting_gets_the_refusal_and_later_requests_wait_again() -> None:
    clock = Visited()
    wire = Wire(in_turn(throttled("40"), GONE))
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=wire, clock=clock) as gateway:
        clock.visit = gateway.stop_waiting
        with pytest.raises(AzureError, match=r"429 SubscriptionRequestsThrottled: try again$"):
            gateway.registry(REGISTRY)
        assert (len(wire.sent), clock.now) == (1, 0)
        assert gateway.registry(REGISTRY) is None
    assert clock.now >= 40


def test_a_refused_question_waits_for_none_of_the_others() -> None:
    """With the machine's clock: the others would be waited for."""
    spec = Spec.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "resource_group": "myGroup",
            "registries": {"myregistry": {}},
            "tasks": {"hello": {"registry": "myregistry", "identity": "system", "command": "bash date"}},
        }
    )
    waiting = threading.Event()

    def reply(sent: Sent) -> Answer:
        if sent.method == "POST":
            waiting.set()
            return refusal(503, "Busy", headers={"Retry-After": "60"})
        waiting.wait()
        return refusal(403, "AuthorizationFailed")

    start = time.monotonic()
    with (
        connect(PUBLIC_CLOUD, Credential(), transport_adapter=Wire(reply)) as gateway,
        pytest.raises(NotAuthorisedError),
    ):
        observe(gateway, spec)
    assert time.monotonic() - start < 30


def ask_for_log(gateway: Gateway) -> object:
    return gateway.read_log("https://a.blob.core.windows.net/log?sig=x", 0)


def test_a_log_has_a_pause_of_its_own() -> None:
    clock = Visited()
    wire = Wire(lambda sent: GONE if sent.host.startswith("management") or clock.now else throttled("9"))
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=wire, clock=clock) as gateway:
        clock.visit = lambda: gateway.registry(REGISTRY)
        ask_for_log(gateway)
    assert [sent.host.partition(".")[0] for sent in wire.sent] == ["a", "management", "a"]


def test_no_request_goes_before_its_turn_however_many_threads_wait() -> None:
    """Each thread looks again when it wakes: another may have been refused meanwhile."""
    clock = VirtualClock()
    pauses = Pauses(clock, random=lambda: 0.0)
    pauses.begin("s", 5, "why")

    class Refusing(VirtualClock):
        def wait(self, seconds: float, stop: threading.Event) -> None:
            super().wait(seconds, stop)
            if self.now < 10:
                pauses.begin("s", 5, "why")

    pauses.clock = refusing = Refusing()
    pauses.take_turn("s", threading.Event())

    assert refusing.now == 10


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://management.azure.com/subscriptions/ABC/resourceGroups/g?api-version=1", "abc"),
        ("https://management.azure.com/SUBSCRIPTIONS/abc", "abc"),
        ("https://management.azure.com/providers/x", "management.azure.com"),
        ("https://a.blob.core.windows.net/c/d?sig=x", "a.blob.core.windows.net"),
    ],
)
def test_requests_are_counted_by_subscription_or_else_by_host(url: str, place: str) -> None:
    assert place_of(url) == place
