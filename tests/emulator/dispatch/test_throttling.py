"""Resource Manager's token buckets: what is left, what is refused, and when it goes on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Emulator, ManualClock, Reply, Settings
from acr_identity.emulator.dispatch.throttling import Bucket, Limit
from acr_identity.emulator.kernel.wire import Headers, JsonObject
from emulator.clouds import IDENTITIES, SUBSCRIPTION, Cloud, content, part, the_world

VERSION = "2024-11-30"
PREFIX = "x-ms-ratelimit-remaining-"


@pytest.fixture
def throttled(clock: ManualClock) -> Cloud:
    return Cloud(Emulator(the_world(), clock=clock, settings=Settings(throttle=True)))


def send(cloud: Cloud, method: str, name: str = "mine") -> Reply:
    body: JsonObject | None = {"location": "eastus"} if method == "PUT" else None
    return cloud.send(method, f"{IDENTITIES}/{name}", body, version=VERSION)


def left(reply: Reply) -> Headers:
    found = [(name, value) for name, value in reply.headers if name.startswith(PREFIX)]
    return tuple((name.removeprefix(PREFIX), value) for name, value in found)


def test_each_answer_of_resource_manager_says_what_is_left(cloud: Cloud) -> None:
    assert [left(send(cloud, method)) for method in ("PUT", "PUT", "GET", "HEAD", "DELETE")] == [
        (("subscription-writes", "199"), ("subscription-global-writes", "2999")),
        (("subscription-writes", "198"), ("subscription-global-writes", "2998")),
        (("subscription-reads", "249"), ("subscription-global-reads", "3749")),
        (("subscription-reads", "248"), ("subscription-global-reads", "3748")),
        (("subscription-deletes", "199"), ("subscription-global-deletes", "2999")),
    ]


def test_a_refusal_says_what_is_left_too_and_a_post_is_a_write(cloud: Cloud) -> None:
    reply = cloud.send("POST", f"{IDENTITIES}/nobody/associatedResources", version="2021-09-30-preview")
    assert reply.status >= 400
    assert left(reply) == (("subscription-writes", "199"), ("subscription-global-writes", "2999"))


def test_requests_past_any_subscription_are_counted_for_the_tenant(cloud: Cloud) -> None:
    reply = cloud.send("GET", "/subscriptions", version="2022-12-01")
    assert left(reply) == (("tenant-reads", "249"),)


def test_without_throttling_an_empty_bucket_refuses_nobody(cloud: Cloud) -> None:
    replies = [send(cloud, "PUT") for _ in range(201)]
    assert {reply.status for reply in replies} == {200, 201}
    assert left(replies[-1]) == (("subscription-writes", "0"), ("subscription-global-writes", "2799"))


@pytest.mark.parametrize(("method", "size", "per_second"), [("GET", 250, 25), ("PUT", 200, 10), ("DELETE", 200, 10)])
def test_a_bucket_holds_so_many_requests_and_fills_so_fast(
    throttled: Cloud, clock: ManualClock, method: str, size: int, per_second: int
) -> None:
    send(throttled, "PUT") if method == "GET" else None
    first = [send(throttled, method).status for _ in range(size + 1)]
    assert [status == 429 for status in first] == [False] * size + [True]
    clock.advance(1)
    second = [send(throttled, method).status for _ in range(per_second + 1)]
    assert [status == 429 for status in second] == [False] * per_second + [True]


def test_a_refused_request_is_told_why_and_when_to_come_again(throttled: Cloud) -> None:
    for _ in range(200):
        send(throttled, "PUT")
    reply = send(throttled, "PUT", "another")
    owner = throttled.emulator.requests[0]
    assert (owner.status, reply.status, reply.header("Retry-After")) == (201, 429, "1")
    assert left(reply) == (("subscription-writes", "0"), ("subscription-global-writes", "2800"))
    error = part(content(reply), "error")
    assert error["code"] == "SubscriptionRequestsThrottled"
    assert f"Number of 'write' requests for subscription '{SUBSCRIPTION}' actor '" in str(error["message"])
    assert "Please try again after '1' seconds after additional tokens are available." in str(error["message"])
    assert send(throttled, "GET", "another").status == 404


def test_buckets_belong_to_one_principal_and_a_reset_fills_them(throttled: Cloud) -> None:
    other = throttled.as_caller("Microsoft.ManagedIdentity/userAssignedIdentities/write")
    for _ in range(201):
        send(throttled, "PUT")
    assert (send(throttled, "PUT").status, send(other, "PUT").status) == (429, 200)
    throttled.emulator.reset()
    assert send(Cloud(throttled.emulator), "PUT").status == 201


def test_data_planes_and_refused_tokens_are_not_counted(cloud: Cloud) -> None:
    vault = cloud.send("GET", "https://mykeyvault.vault.azure.net/secrets/UserName", version="7.4")
    stranger = Cloud(cloud.emulator, "no token").send("GET", f"{IDENTITIES}/existingid", version=VERSION)
    assert (left(vault), stranger.status, left(stranger)) == ((), 401, ())


@given(
    size=st.integers(1, 300),
    per_second=st.integers(1, 50),
    waits=st.lists(st.floats(0, 100, allow_nan=False), max_size=50),
)
def test_a_bucket_never_holds_more_than_its_size_or_less_than_nothing(
    size: int, per_second: int, waits: list[float]
) -> None:
    bucket, now = Bucket(Limit(size, per_second), float(size), 0.0), 0.0
    for wait in waits:
        now += wait
        bucket = bucket.filled(now)
        if not bucket.wait:
            bucket = bucket.without_one()
        assert 0 <= bucket.left <= size
        assert bucket.filled(now + bucket.wait).left >= min(1, size) - 1e-6
