from __future__ import annotations

from urllib.parse import quote

import pytest

from acr_identity.emulator import ManualClock, Reply, Request, Settings
from emulator.clouds import REGISTRIES, TASKS, Cloud, CloudMaker, task_body

FAILING = "version: v1.1.0\nsteps:\n  - cmd: mybaseregistry.azurecr.io/baseimages/node:15-alpine\n"


def link(cloud: Cloud, text: str | None = None) -> str:
    """The address of the log of a new run."""
    cloud.send("PUT", f"{TASKS}/mytask", task_body(text) if text else task_body())
    cloud.send("POST", f"{REGISTRIES}/myregistry/scheduleRun", {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"})
    found = cloud.tasks.runs.get_log_sas_url("myResourceGroup", "myregistry", "cf1").log_link
    assert found is not None
    return found


def ask(cloud: Cloud, address: str, method: str = "GET", **headers: str) -> Reply:
    lines = {name.replace("_", "-"): value for name, value in headers.items()}
    return cloud.emulator.handle(Request.to(method, address, lines))


@pytest.fixture
def slow(make_cloud: CloudMaker) -> Cloud:
    return make_cloud(Settings(queue_seconds=5, line_seconds=1))


def test_a_log_does_not_exist_until_its_run_begins(slow: Cloud, clock: ManualClock) -> None:
    address = link(slow)
    before = ask(slow, address)
    clock.advance(5)
    after = ask(slow, address)
    assert (before.status, before.header("x-ms-error-code"), after.status) == (404, "BlobNotFound", 200)


def test_the_head_of_a_log_that_does_not_exist_has_no_body(slow: Cloud) -> None:
    reply = ask(slow, link(slow), "HEAD")
    assert (reply.status, reply.header("x-ms-error-code"), reply.body) == (404, "BlobNotFound", b"")


def test_a_log_grows_by_whole_lines_until_it_is_complete(slow: Cloud, clock: ManualClock) -> None:
    address = link(slow)
    clock.advance(5)
    seen: list[bytes] = []
    while not ask(slow, address, "HEAD").header("x-ms-meta-complete"):
        seen.append(ask(slow, address).body)
        clock.advance(1)
    whole = ask(slow, address)
    assert [text.count(b"\r\n") for text in seen] == list(range(len(seen)))
    assert seen == [b"".join(whole.body.splitlines(keepends=True)[:number]) for number in range(len(seen))]
    assert whole.body.replace(b"\r\n", b"").count(b"\n") == 0
    assert (whole.header("x-ms-meta-Complete"), whole.body.endswith(b"\r\n")) == ("successful", True)


def test_the_head_of_a_log_tells_its_length_also_when_it_is_empty(slow: Cloud, clock: ManualClock) -> None:
    address = link(slow)
    clock.advance(5)
    first = ask(slow, address, "HEAD")
    clock.advance(2)
    slow.send("POST", f"{REGISTRIES}/myregistry/runs/cf1/cancel")
    reply = ask(slow, address, "HEAD")
    size = len(ask(slow, address).body)
    assert (first.status, first.header("Content-Length"), first.header("x-ms-meta-complete")) == (200, "0", "")
    assert (reply.status, reply.body, reply.header("Content-Length")) == (200, b"", str(size))
    assert (reply.header("x-ms-blob-type"), reply.header("x-ms-meta-complete")) == ("AppendBlob", "canceled")


def test_a_run_that_fails_says_so_in_its_log(cloud: Cloud) -> None:
    reply = ask(cloud, link(cloud, FAILING))
    assert reply.header("x-ms-meta-complete") == "failed"
    assert b"Error: failed during run, err: exit status 1" in reply.body


def test_ranges_put_together_are_the_whole(cloud: Cloud) -> None:
    address = link(cloud)
    whole = ask(cloud, address).body
    parts = b""
    while len(parts) < len(whole):
        reply = ask(cloud, address, x_ms_range=f"bytes={len(parts)}-{len(parts) + 99}")
        end = min(len(parts) + 99, len(whole) - 1)
        assert (reply.status, reply.header("Content-Range")) == (206, f"bytes {len(parts)}-{end}/{len(whole)}")
        parts += reply.body
    assert parts == whole
    assert ask(cloud, address, Range="bytes=10-").body == whole[10:]


@pytest.mark.parametrize("wanted", ["bytes=999999-", "bytes=-5", "lines=1-2"])
def test_a_range_outside_the_log_is_refused(cloud: Cloud, wanted: str) -> None:
    reply = ask(cloud, link(cloud), x_ms_range=wanted)
    assert (reply.status, reply.header("x-ms-error-code")) == (416, "InvalidRange")


@pytest.mark.parametrize("change", ["", "sig=AAAA", "path"])
def test_a_link_that_was_not_signed_is_refused(cloud: Cloud, change: str) -> None:
    address = link(cloud)
    path, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if not part.startswith("sig="))
    damaged = address.replace("/logs/", "/logs/0") if change == "path" else f"{path}?{kept}&{change}"
    reply = ask(cloud, damaged)
    assert (reply.status, reply.header("Content-Type"), reply.header("x-ms-error-code")) == (
        403,
        "application/xml",
        "AuthenticationFailed",
    )
    assert reply.body.startswith(b'<?xml version="1.0" encoding="utf-8"?><Error><Code>AuthenticationFailed</Code>')


def test_a_link_ends_after_four_hours(cloud: Cloud, clock: ManualClock) -> None:
    address = link(cloud)
    clock.advance(4 * 3600)
    last = ask(cloud, address).status
    clock.advance(1)
    assert (last, ask(cloud, address).status) == (200, 403)


def test_the_end_of_a_link_cannot_be_moved(cloud: Cloud) -> None:
    address = link(cloud)
    moved = address.replace(quote("2026-01-01T04:00:00Z"), quote("2027-01-01T04:00:00Z"))
    assert moved != address
    assert ask(cloud, moved).status == 403


def test_a_session_reads_a_log_as_a_stream(cloud: Cloud) -> None:
    address = link(cloud)
    with cloud.session.get(address, stream=True) as response:
        pieces = list(response.iter_content(100))
    assert b"".join(pieces) == ask(cloud, address).body
    assert (len(pieces[0]), response.headers["X-MS-META-COMPLETE"]) == (100, "successful")
    assert int(cloud.session.head(address).headers["content-length"]) == len(b"".join(pieces))
