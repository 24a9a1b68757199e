from __future__ import annotations

import io
import logging
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from acr_identity.emulator import Emulator, EmulatorAdapter, ManualClock, SnapshotError, SystemClock
from acr_identity.emulator.kernel.wire import Json, JsonObject
from acr_identity.emulator.runner import Outcome, RunRequest, Surroundings
from emulator.clouds import GROUP, IDENTITIES, REGISTRIES, TASKS, Cloud, CloudMaker, error_of, task_body, the_world

VERSION = "2024-11-30"


def put_identity(cloud: Cloud, name: str) -> int:
    return cloud.send("PUT", f"{IDENTITIES}/{name}", {"location": "eastus"}, version=VERSION).status


def test_two_emulators_are_independent(make_cloud: CloudMaker) -> None:
    one, other = make_cloud(), make_cloud()
    put_identity(one, "mine")
    assert other.send("GET", f"{IDENTITIES}/mine", version=VERSION).status == 404
    assert Cloud(other.emulator, one.emulator.token()).send("GET", f"{IDENTITIES}/existingid").status == 401


def test_the_same_requests_give_the_same_ids(make_cloud: CloudMaker) -> None:
    snapshots: list[Json] = []
    for cloud in (make_cloud(), make_cloud()):
        put_identity(cloud, "mine")
        cloud.send("PUT", f"{TASKS}/mytask", {**task_body(), "identity": {"type": "SystemAssigned"}})
        snapshots.append(cloud.emulator.snapshot())
    assert snapshots[0] == snapshots[1]


def test_requests_are_recorded_with_their_times(cloud: Cloud, clock: ManualClock) -> None:
    cloud.emulator.latency = 2.0
    clock.advance(1)
    cloud.send("GET", f"{REGISTRIES}/myregistry", version="2025-11-01")
    record = cloud.emulator.requests[-1]
    assert (record.method, record.path, record.api_version, record.status, record.start, record.end) == (
        "GET",
        f"{REGISTRIES}/myregistry",
        "2025-11-01",
        200,
        1.0,
        3.0,
    )


def test_requests_wait_side_by_side() -> None:
    entered = threading.Barrier(4, timeout=10)

    class Meeting(ManualClock):
        def sleep(self, seconds: float) -> None:
            del seconds
            entered.wait()

    cloud = Cloud(Emulator(the_world(), clock=Meeting(), latency=1.0))
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda name: put_identity(cloud, name), ["one", "two", "three", "four"]))
    assert found == [201] * 4


def test_many_threads_lose_no_write(cloud: Cloud) -> None:
    names = [f"identity{number}" for number in range(60)]
    with ThreadPoolExecutor(12) as pool:
        found = list(pool.map(lambda name: put_identity(cloud, name), names))
    listed = [one.name for one in cloud.identities.user_assigned_identities.list_by_resource_group("myResourceGroup")]
    assert (found, sorted(listed)) == ([201] * 60, sorted([*names, "existingid"]))


def test_a_snapshot_brings_everything_back(make_cloud: CloudMaker, clock: ManualClock) -> None:
    cloud, other = make_cloud(), make_cloud()
    put_identity(cloud, "mine")
    cloud.send("PUT", f"{TASKS}/mytask", {**task_body(), "identity": {"type": "SystemAssigned"}})
    body: JsonObject = {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"}
    cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", body)
    clock.advance(1)
    other.emulator.restore(cloud.emulator.snapshot())
    paths = (f"{TASKS}/mytask", f"{REGISTRIES}/myregistry/runs/cf1", f"{IDENTITIES}/mine", f"{GROUP}/resources")
    assert [other.read(path) for path in paths] == [cloud.read(path) for path in paths]
    assert other.emulator.snapshot() == cloud.emulator.snapshot()


@pytest.mark.parametrize("content", [{}, {"subscription": 1}])
def test_what_is_no_snapshot_is_refused_and_changes_nothing(cloud: Cloud, content: JsonObject) -> None:
    before = cloud.emulator.snapshot()
    with pytest.raises(SnapshotError):
        cloud.emulator.restore(content)
    assert cloud.emulator.snapshot() == before


def test_a_damaged_snapshot_is_refused_without_a_word_of_its_secrets(cloud: Cloud) -> None:
    damaged = {**cloud.emulator.snapshot(), "groups": "hub-password"}
    with pytest.raises(SnapshotError) as caught:
        cloud.emulator.restore(damaged)
    assert "hub-password" not in f"{caught.value!r}{caught.value.__cause__!r}"


def test_a_reset_is_a_new_beginning(cloud: Cloud) -> None:
    before = cloud.emulator.snapshot()
    put_identity(cloud, "mine")
    cloud.emulator.reset()
    assert (cloud.emulator.snapshot(), cloud.emulator.requests) == (before, ())
    assert cloud.send("GET", f"{IDENTITIES}/existingid", version=VERSION).status == 200


def test_each_change_is_told_before_it_is_answered_and_reads_are_not_told() -> None:
    told: list[JsonObject] = []
    emulator = Emulator(the_world(), clock=ManualClock(), on_change=told.append)
    cloud = Cloud(emulator)
    put_identity(cloud, "mine")
    cloud.send("GET", f"{IDENTITIES}/mine", version=VERSION)
    put_identity(cloud, "-refused")
    assert len(told) == 1
    assert told[0] == emulator.snapshot()


def test_a_change_that_cannot_be_kept_is_not_made(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(snapshot: JsonObject) -> None:
        del snapshot
        raise OSError("the disk is full")

    cloud = Cloud(Emulator(the_world(), clock=ManualClock(), on_change=refuse))
    with caplog.at_level(logging.ERROR):
        reply = cloud.send("PUT", f"{IDENTITIES}/mine", {"location": "eastus"}, version=VERSION)
    assert error_of(reply) == (500, "InternalServerError")
    assert "the disk is full" in caplog.text
    assert cloud.send("GET", f"{IDENTITIES}/mine", version=VERSION).status == 404


def test_what_goes_wrong_inside_is_an_answer_and_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    def broken(request: RunRequest, surroundings: Surroundings) -> Outcome:
        del request, surroundings
        raise RuntimeError("planted")

    cloud = Cloud(Emulator(the_world(), clock=ManualClock(), runner=broken))
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    before = cloud.emulator.snapshot()
    body: JsonObject = {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"}
    with caplog.at_level(logging.ERROR):
        reply = cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", body)
    assert error_of(reply) == (500, "InternalServerError")
    assert b"planted" not in reply.body
    assert cloud.emulator.snapshot() == before


def test_the_clock_of_the_machine_goes_on() -> None:
    clock = SystemClock()
    first = clock.monotonic()
    clock.sleep(0)
    assert clock.monotonic() >= first
    assert clock.now().utcoffset() is not None


TEXT = '{"location": "eastus"}'


@pytest.mark.parametrize("body", [TEXT, TEXT.encode(), io.BytesIO(TEXT.encode()), io.StringIO(TEXT)])
def test_a_session_sends_bodies_of_any_kind(cloud: Cloud, body: str | bytes | io.BytesIO | io.StringIO) -> None:
    session = requests.Session()
    session.mount("https://", EmulatorAdapter(cloud.emulator))
    url = f"https://management.azure.com{IDENTITIES}/mine?api-version={VERSION}"
    response = session.put(url, data=body, headers={"Authorization": f"Bearer {cloud.emulator.token()}"})
    assert (response.status_code, response.reason, response.json()["name"]) == (201, "Created", "mine")
    assert response.headers["X-MS-REQUEST-ID"] == response.headers["x-ms-correlation-request-id"]


def test_a_session_sends_a_body_in_pieces(cloud: Cloud) -> None:
    url = f"https://management.azure.com{IDENTITIES}/mine?api-version={VERSION}"
    pieces = iter([b'{"location":', b' "eastus"}'])
    response = cloud.session.put(url, data=pieces, headers={"Authorization": f"Bearer {cloud.emulator.token()}"})
    assert response.status_code == 201
