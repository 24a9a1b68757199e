"""The log of a run while it grows, and the run's end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from acr_identity.errors import AzureError, NotAuthorisedError
from acr_identity.execute import RunFollower, reason_of_failure
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
