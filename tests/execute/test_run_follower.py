"""The log of a run while it grows, and the run's end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.errors import AzureError, NotAuthorisedError
from acr_identity.execute import RunFollower, reason_of_failure
from acr_identity.ids import ArmId
from acr_identity.state import LiveRun, LogChunk, LogEnd
from clocks import VirtualClock
from execute.scripted import ScriptedGateway
from plan.worlds import REGISTRY

QUEUED = LiveRun(REGISTRY, "cf1", "Queued")
RUNNING = replace(QUEUED, status="Running")
DONE = replace(QUEUED, status="Succeeded")


def follower(gateway: ScriptedGateway) -> RunFollower:
    return RunFollower(gateway, QUEUED, VirtualClock())


def test_lines_come_whole_however_the_log_is_cut() -> None:
    euro = "€".encode()
    log = [LogChunk(b""), LogChunk(b"one\r\ntw" + euro[:1]), LogChunk(euro[1:] + b"\r\nthree", LogEnd("successful"))]
    assert list(follower(ScriptedGateway(log=log)).lines()) == ["one", "tw€", "three"]


def test_a_log_that_is_never_marked_complete_ends_with_its_run() -> None:
    gateway = ScriptedGateway(log=[LogChunk(b"one\n")], runs=[RUNNING, DONE])
    assert list(follower(gateway).lines()) == ["one"]


def test_the_end_of_a_run_is_its_final_status() -> None:
    gateway = ScriptedGateway(runs=[QUEUED, RUNNING, DONE])
    assert follower(gateway).end() == DONE


def test_an_expired_signature_is_renewed() -> None:
    expired = iter([NotAuthorisedError("expired", status=403)])

    def script() -> None:
        error = next(expired, None)
        if error:
            raise error

    gateway = ScriptedGateway({"read_log": script}, log=[LogChunk(b"one\n", LogEnd("successful"))])
    assert list(follower(gateway).lines()) == ["one"]
    assert gateway.calls.count("log_address cf1") == 2


def test_a_run_that_vanishes_is_an_error() -> None:
    with pytest.raises(AzureError, match="run cf1 is not there any more"):
        follower(ScriptedGateway()).end()


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("Scanning", "unable to render task: failed to resolve"), "unable to render task: failed to resolve"),
        (
            (
                "2026/11/22 00:30:14 Logging in to registry: r.azurecr.io",
                "Unable to find image 'a' locally",
                "Error: Head https://r/v2/: unauthorized: authentication required",
                "failed to run step ID: acb_step_0: exit status 1",
            ),
            "Error: Head https://r/v2/: unauthorized: authentication required",
        ),
        (
            (
                "2026/11/22 00:30:14 Output from dependency scanning: :1: invalid reference format",
                "failed to run step ID: acb_step_1: failed to scan dependencies: exit status 1",
            ),
            "Output from dependency scanning: :1: invalid reference format",
        ),
        (("failed to run step ID: acb_step_0: exit status 1",), "failed to run step ID: acb_step_0: exit status 1"),
        (("nothing", "told"), "failed during run"),
    ],
)
def test_the_reason_of_a_failure_is_the_first_line_that_tells_it(lines: tuple[str, ...], reason: str) -> None:
    assert reason_of_failure(lines, "failed during run") == reason


def read(log: list[LogChunk], *runs: LiveRun) -> tuple[list[str], ScriptedGateway, VirtualClock]:
    """Return the lines of a log, and what was asked and waited for meanwhile."""
    gateway, clock = ScriptedGateway(log=log, runs=list(runs)), VirtualClock()
    return list(RunFollower(gateway, QUEUED, clock).lines()), gateway, clock


END = LogEnd("successful")


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([b""], []),
        ([b"one"], ["one"]),
        ([b"one\n"], ["one"]),
        ([b"one\n\n two \r\nX\r\r\n"], ["one", "", " two ", "X"]),
        ([b"o", b"n", b"e\nt", b"wo"], ["one", "two"]),
        (["é€".encode()[:3], "é€".encode()[3:]], ["é€"]),
        ([bytes([byte]) for byte in "é€😀\nü".encode()], ["é€😀", "ü"]),
        ([b"a\xffb\n", "€".encode()[:2]], ["a�b", "�"]),
        (["€".encode()[:2], b"\nnext"], ["�", "next"]),
    ],
)
def test_a_log_is_read_from_where_the_last_chunk_ended(chunks: list[bytes], lines: list[str]) -> None:
    log = [LogChunk(chunk) for chunk in chunks[:-1]] + [LogChunk(chunks[-1], END)]
    told, gateway, clock = read(log)
    assert told == lines
    offsets = [sum(map(len, chunks[:number])) for number in range(len(chunks))]
    assert gateway.calls == ["log_address cf1", *(f"read_log {offset}" for offset in offsets)]
    assert clock.pauses == [0.25 if chunk else 0.5 for chunk in chunks[:-1]]


def test_pauses_grow_while_nothing_comes_and_shrink_when_something_does() -> None:
    quiet = [LogChunk(b"")] * 7
    told, gateway, clock = read([*quiet, LogChunk(b"one\n"), *quiet[:2], LogChunk(b"", END)], RUNNING)
    assert told == ["one"]
    assert clock.pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0, 0.25, 0.5, 1.0]
    assert gateway.calls.count("run cf1") == 2


def test_a_log_that_falls_silent_is_read_once_more_after_its_run_was_seen_to_have_ended() -> None:
    quiet = [LogChunk(b"")] * 3
    told, gateway, _ = read([LogChunk(b"one\n"), *quiet, LogChunk(b"late"), *quiet, *quiet], RUNNING, DONE, DONE)
    assert told == ["one", "late"]
    asked = ["read_log", "read_log", "read_log", "run"]
    calls = [call.split()[0] for call in gateway.calls]
    assert calls == ["log_address", "read_log", *asked, "read_log", *asked, *asked]


def test_a_follower_that_is_stopped_reads_no_more() -> None:
    gateway = ScriptedGateway(log=[LogChunk(b"one\ntwo\nthr"), LogChunk(b"ee\n", END)], runs=[RUNNING])
    one = follower(gateway)
    lines = one.lines()
    assert next(lines) == "one"
    one.stop.set()
    assert list(lines) == ["two", "thr"]
    assert one.end() == QUEUED
    assert gateway.calls == ["log_address cf1", "read_log 0"]


def test_a_follower_that_is_stopped_while_it_waits_for_the_end_asks_no_more() -> None:
    gateway = ScriptedGateway(runs=[RUNNING])
    one = follower(gateway)
    gateway.scripts["run"] = one.stop.set
    assert one.end() == RUNNING
    assert gateway.calls == ["run cf1"]


def test_the_end_of_a_run_is_asked_for_after_pauses_that_grow_and_not_again_once_it_is_known() -> None:
    clock = VirtualClock()
    gateway = ScriptedGateway(runs=[QUEUED, *[RUNNING] * 6, DONE])
    one = RunFollower(gateway, QUEUED, clock)
    assert one.end() == DONE
    assert one.end() == DONE
    assert clock.pauses == [0.5, 1.0, 2.0, 4.0, 5.0, 5.0, 5.0]
    assert gateway.calls == ["run cf1"] * 8


def test_to_cancel_is_to_ask_for_it() -> None:
    gateway = ScriptedGateway(runs=[RUNNING])
    follower(gateway).cancel()
    assert gateway.calls == ["cancel cf1"]


def test_a_run_that_vanishes_is_told_with_its_registry() -> None:
    with pytest.raises(AzureError) as caught:
        follower(ScriptedGateway()).end()
    assert (caught.value.resource, caught.value.status) == (str(REGISTRY), 404)


def test_a_signature_that_is_refused_anew_is_an_error() -> None:
    refused = NotAuthorisedError("no", status=403)

    def script() -> None:
        raise refused

    gateway = ScriptedGateway({"read_log": script})
    with pytest.raises(NotAuthorisedError) as caught:
        list(follower(gateway).lines())
    assert caught.value is refused
    assert gateway.calls == ["log_address cf1", "read_log 0", "log_address cf1", "read_log 0"]


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        (("failed to run: exit status 1", "docker: DENIED here"), "docker: DENIED here"),
        (("a is denied", "Failed to login, dear user"), "Failed to login, dear user"),
        (("we failed to run", "it was denied", "Forbidden too"), "it was denied"),
        (("  2026/11/22 00:30:14 Failed to start  ",), "otherwise"),
        (("2026/11/22 00:30:14   Failed to start  \r",), "Failed to start"),
        ((), "otherwise"),
    ],
)
def test_what_the_runner_refused_says_more_than_docker_and_docker_more_than_a_step(
    lines: tuple[str, ...], reason: str
) -> None:
    assert reason_of_failure(lines, "otherwise") == reason


class Particular(ScriptedGateway):
    """A gateway that keeps for which run of which registry it was asked, and whose first address runs out."""

    def __init__(self) -> None:
        super().__init__(runs=[RUNNING], log=[LogChunk(b"one\n"), LogChunk(b"two\n", END)])
        self.asked: list[tuple[object, ...]] = []
        self.addresses = 0

    def run(self, registry: ArmId, run_id: str) -> LiveRun | None:
        self.asked.append(("run", registry, run_id))
        return super().run(registry, run_id)

    def cancel(self, registry: ArmId, run_id: str) -> None:
        self.asked.append(("cancel", registry, run_id))

    def log_address(self, registry: ArmId, run_id: str) -> str:
        self.addresses += 1
        self.asked.append(("address", registry, run_id))
        return f"https://logs.example/{self.addresses}"

    def read_log(self, address: str, offset: int) -> LogChunk:
        self.asked.append(("read", address, offset))
        if (address, offset) == ("https://logs.example/1", 4):
            raise NotAuthorisedError("expired", status=403)
        return super().read_log(address, offset)


def test_all_that_is_asked_is_about_this_run_at_the_newest_address() -> None:
    gateway = Particular()
    one = follower(gateway)
    assert list(one.lines()) == ["one", "two"]
    one.cancel()
    gateway.runs = [DONE]
    assert one.end() == DONE
    first, second = "https://logs.example/1", "https://logs.example/2"
    assert gateway.asked == [
        ("address", REGISTRY, "cf1"),
        ("read", first, 0),
        ("read", first, 4),
        ("address", REGISTRY, "cf1"),
        ("read", second, 4),
        ("cancel", REGISTRY, "cf1"),
        ("run", REGISTRY, "cf1"),
    ]
