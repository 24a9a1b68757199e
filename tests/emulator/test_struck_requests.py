"""Which requests a fault strikes, and what becomes of them."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Emulator, Fault, Faults, ManualClock, Request, vault_conflict
from acr_identity.emulator.faults import READY
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.clouds import IDENTITIES, VAULTS, Cloud, content, error_of, part, the_world

IDENTITY = f"https://management.azure.com{IDENTITIES}/existingid?api-version=2024-11-30"
POLICIES = f"{VAULTS}/mykeyvault/accessPolicies"
VAULT_VERSION = "2023-07-01"
SOMEBODY = "99999999-1111-2222-3333-444444444444"


def named(cloud: Cloud, name: str, method: str = "GET") -> int:
    """The status that a request gets whose header names a fault; 0 when the connection was cut."""
    headers = {"Authorization": f"Bearer {cloud.emulator.token()}", "x-ms-emulator-fault": name}
    return cloud.emulator.handle(Request.to(method, IDENTITY, headers)).status


def read(cloud: Cloud) -> int:
    return cloud.send("GET", f"{IDENTITIES}/existingid", version="2024-11-30").status


def add_policy(cloud: Cloud, vault: str = "mykeyvault", operation: str = "add") -> int:
    entry: JsonObject = {"tenantId": SOMEBODY, "objectId": SOMEBODY, "permissions": {"secrets": ["get"]}}
    body: JsonObject = {"properties": {"accessPolicies": [entry]}}
    return cloud.send("PUT", f"{VAULTS}/{vault}/accessPolicies/{operation}", body, version=VAULT_VERSION).status


def test_a_fault_can_strike_each_nth_request_for_ever(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(status=503, after=1, every=3, times=None))
    assert [read(cloud) for _ in range(9)] == [200, 503, 200, 200, 503, 200, 200, 503, 200]


@given(after=st.integers(0, 5), every=st.integers(1, 4), times=st.none() | st.integers(1, 4), count=st.integers(0, 30))
def test_a_fault_strikes_by_its_counts_whatever_they_are(after: int, every: int, times: int | None, count: int) -> None:
    faults, clock = Faults(), ManualClock()
    faults.add(Fault(after=after, every=every, times=times))
    struck = []
    for number in range(count):
        with faults.watch(Request.to("GET", IDENTITY), clock) as fault:
            struck += [number] if fault else []
    assert struck == list(range(after, count, every))[:times]


def test_a_slow_answer_is_the_right_one_and_takes_its_time_on_the_clock(cloud: Cloud, clock: ManualClock) -> None:
    cloud.emulator.faults.add(Fault(status=0, delay=7.5))
    assert (read(cloud), clock.monotonic()) == (200, 7.5)
    assert (read(cloud), clock.monotonic()) == (200, 7.5)
    assert [record.end - record.start for record in cloud.emulator.requests] == [7.5, 0.0]


def test_a_message_may_name_what_the_path_matched(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(path="/(?P<kind>[^/]+)/existingid", message=r"No \g<kind> today: \d \\."))
    reply = cloud.send("GET", f"{IDENTITIES}/existingid", version="2024-11-30")
    assert part(content(reply), "error")["message"] == r"No userAssignedIdentities today: \d \\."


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Fault(status=200), "the status of a fault must be 400 to 599"),
        (lambda: Fault(times=0), "`times` and `every` of at least 1"),
        (lambda: Fault(every=0), "`times` and `every` of at least 1"),
        (lambda: Fault(after=-1), "no negative `after`"),
        (lambda: Fault(delay=-1.0), "no negative `after` or `delay`"),
        (lambda: Fault(delay=float("inf")), "not without end"),
        (lambda: Fault(headers=(("X Bad", "1"),)), "the header 'X Bad' of a fault cannot be set"),
        (lambda: Fault(headers=(("Content-Length", "3"),)), "the header 'Content-Length' of a fault cannot be set"),
        (lambda: Fault(message=r"\g<vault>"), r"add \(\?P<vault>"),
        (lambda: Fault(path="("), "must be a regular expression"),
        (lambda: Fault(path="(" * 5000 + ")" * 5000), "must be a regular expression"),
        (lambda: Fault(path="a{99999999999999}"), "must be a regular expression"),
        (lambda: Fault(path="[a-\U0010ffff]"), "must end with a character of ASCII"),
        (lambda: Fault(path=r"[a-\uffff]"), "must end with a character of ASCII"),
    ],
)
def test_a_fault_that_can_never_strike_is_refused(make: Callable[[], Fault], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make()


@pytest.mark.parametrize(
    ("name", "statuses"),
    [
        ("internal-error", [500, 500]),
        ("unavailable", [503, 503]),
        ("throttled", [429, 429]),
        ("conflict", [409, 409]),
        ("cut-before", [0, 0]),
        ("cut-after", [0, 0]),
        ("slow", [200, 200]),
        ("", [200, 200]),
    ],
)
def test_a_request_may_name_a_fault_that_is_ready(cloud: Cloud, name: str, statuses: list[int]) -> None:
    assert [named(cloud, name) for _ in range(2)] == statuses
    assert read(cloud) == 200


def test_every_fault_that_is_ready_is_known_by_its_own_name() -> None:
    assert {name: fault.name for name, fault in READY.items()} == {name: name for name in READY}


def test_a_write_that_names_a_cut_after_it_is_done(cloud: Cloud) -> None:
    assert named(cloud, "cut-before", "DELETE") == 0
    assert read(cloud) == 200
    assert named(cloud, "cut-after", "DELETE") == 0
    assert read(cloud) == 404


def test_a_fault_with_a_name_strikes_only_requests_that_name_it(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(name="flaky", status=502))
    assert read(cloud) == 200
    assert [named(cloud, "flaky") for _ in range(2)] == [502, 200]


def test_a_name_that_no_fault_has_is_refused_with_those_that_there_are(cloud: Cloud) -> None:
    cloud.emulator.faults.add(Fault(name="flaky", status=502))
    headers = {"x-ms-emulator-fault": "falky"}
    reply = cloud.emulator.handle(Request.to("GET", IDENTITY, headers))
    assert error_of(reply) == (400, "UnknownFault")
    assert str(part(content(reply), "error")["message"]).endswith(f"There are: {', '.join(READY)}, flaky.")


def test_writes_to_one_vault_conflict_when_they_come_too_close(cloud: Cloud, clock: ManualClock) -> None:
    cloud.emulator.faults.add(vault_conflict(5))
    assert [add_policy(cloud), add_policy(cloud, operation="remove"), add_policy(cloud, "rolevault")] == [200, 409, 200]
    clock.advance(4.9)
    assert add_policy(cloud) == 409
    clock.advance(0.1)
    assert [add_policy(cloud), add_policy(cloud)] == [200, 409]


def test_a_write_of_the_whole_vault_conflicts_with_one_of_its_policies(cloud: Cloud) -> None:
    cloud.emulator.faults.add(vault_conflict(5))
    add_policy(cloud)
    assert cloud.send("GET", f"{VAULTS}/mykeyvault", version=VAULT_VERSION).status == 200
    reply = cloud.send("PUT", f"{VAULTS}/MyKeyVault", {"location": "eastus"}, version=VAULT_VERSION)
    assert error_of(reply) == (409, "ConflictError")
    said = str(part(content(reply), "error")["message"])
    assert "because the Key Vault 'MyKeyVault' changed from the point the operation began" in said


class MeetingClock(ManualClock):
    """A clock whose first sleeper waits until somebody has been answered."""

    def __init__(self) -> None:
        super().__init__()
        self.is_asleep = threading.Event()
        self.may_wake = threading.Event()

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if not self.is_asleep.is_set():
            self.is_asleep.set()
            self.may_wake.wait(10)


def test_writes_to_one_vault_conflict_when_they_overlap_in_time() -> None:
    clock = MeetingClock()
    cloud = Cloud(Emulator(the_world(), clock=clock, latency=1))
    cloud.emulator.faults.add(vault_conflict(0))
    first: list[int] = []
    thread = threading.Thread(target=lambda: first.append(add_policy(cloud)))
    thread.start()
    clock.is_asleep.wait(10)
    second = add_policy(cloud)
    clock.may_wake.set()
    thread.join()
    assert (first, second, add_policy(cloud)) == ([200], 409, 200)
