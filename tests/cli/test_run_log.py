from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest

from acr_identity.cli.console import Console, Format
from acr_identity.cli.run_log import follow, follow_or_cancel
from acr_identity.errors import ExitCode, InterruptedWorkError, NotAuthorisedError, RunError
from acr_identity.ids import ArmId
from acr_identity.render import RunView
from acr_identity.state import LiveRun

REGISTRY = ArmId(
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg"
    "/providers/Microsoft.ContainerRegistry/registries/myregistry"
)
PATIENCE_SECONDS = 10


@dataclass
class ScriptedRun:
    """A run whose user presses Ctrl-C after its first line; its log goes on when Azure was asked to end it."""

    lines: tuple[str, ...] = ("first", "second")
    end: str = "Succeeded"
    presses: int = 0
    refusal: NotAuthorisedError | None = None
    cancelled: threading.Event = field(default_factory=threading.Event)
    run_id: str = "cf1"

    @property
    def view(self) -> RunView:
        return RunView(LiveRun(REGISTRY, self.run_id, self.end, "hello"))

    def __iter__(self) -> Iterator[str]:
        first, *others = self.lines
        yield first
        for _ in range(self.presses):
            signal.raise_signal(signal.SIGINT)
            assert self.cancelled.wait(PATIENCE_SECONDS)
        yield from others

    def wait(self, *, check: bool) -> LiveRun:
        if check and self.end != "Succeeded":
            raise RunError(self.run_id, self.end, "unauthorized: no token", advice="Look at the task.")
        return self.view.run

    def cancel(self) -> None:
        self.cancelled.set()
        if self.refusal:
            raise self.refusal


@pytest.fixture
def console() -> Console:
    return Console(Format.TEXT)


def test_a_run_is_followed_to_its_end(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    assert follow(ScriptedRun(), console) is ExitCode.DONE
    out, err = capsys.readouterr()
    assert out.startswith("first\nsecond\n\nRun cf1 of task hello: Succeeded\n")
    assert err == ""


@pytest.mark.parametrize("end", ["Failed", "Canceled", "Error", "Timeout"])
def test_every_end_but_success_is_told_with_its_reason(
    end: str, console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    assert follow(ScriptedRun(end=end), console) is ExitCode.RUN_FAILED
    assert capsys.readouterr().err == (
        f"Error: run cf1 ended as {end}: unauthorized: no token\n"
        "\n"
        "Advice: Look at the task.\n"
        "\n"
        "Exit code 6: the run failed\n"
    )


def test_the_first_press_cancels_the_run_and_reads_on(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    run = ScriptedRun(end="Canceled", presses=1)
    assert follow_or_cancel(run, console, "logs cf1", "queued") is ExitCode.INTERRUPTED
    out, err = capsys.readouterr()
    assert out.startswith("first\nsecond\n\nRun cf1 of task hello: Canceled\n")
    assert err.startswith("queued\ncancelling run cf1; press Ctrl-C again to leave it alone\n")
    assert err.endswith("\ninterrupted: run cf1 ended as Canceled\n")


def test_a_press_as_soon_as_the_run_is_told_of_cancels_it(console: Console, monkeypatch: pytest.MonkeyPatch) -> None:
    tell = console.tell

    def press_when_told(text: str) -> None:
        tell(text)
        if text == "queued":
            signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(console, "tell", press_when_told)
    assert follow_or_cancel(ScriptedRun(end="Canceled"), console, "logs cf1", "queued") is ExitCode.INTERRUPTED


def test_the_second_press_says_how_to_follow_the_run(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InterruptedWorkError) as caught:
        follow_or_cancel(ScriptedRun(presses=2), console, "acr-identity logs spec.yaml hello --run-id cf1", "queued")
    assert caught.value.advice == "Follow it with `acr-identity logs spec.yaml hello --run-id cf1`."
    assert capsys.readouterr().out == "first\n"


def test_a_refused_cancellation_is_told_and_reading_goes_on(
    console: Console, capsys: pytest.CaptureFixture[str]
) -> None:
    run = ScriptedRun(presses=1, refusal=NotAuthorisedError("you may not cancel runs"))
    assert follow_or_cancel(run, console, "logs cf1", "queued") is ExitCode.INTERRUPTED
    out, err = capsys.readouterr()
    assert out.startswith("first\nsecond\n")
    assert "Error: you may not cancel runs\n" in err


@pytest.mark.parametrize("presses", [0, 1, 2])
def test_ctrl_c_means_what_it_meant_before_when_the_run_is_over(presses: int, console: Console) -> None:
    before = signal.getsignal(signal.SIGINT)
    try:
        follow_or_cancel(ScriptedRun(presses=presses), console, "logs cf1", "queued")
    except InterruptedWorkError:
        assert presses == 2
    assert signal.getsignal(signal.SIGINT) is before


def test_a_run_can_be_followed_in_a_thread(console: Console) -> None:
    codes: list[ExitCode] = []
    thread = threading.Thread(
        target=lambda: codes.append(follow_or_cancel(ScriptedRun(), console, "logs cf1", "queued"))
    )
    thread.start()
    thread.join()
    assert codes == [ExitCode.DONE]


def test_a_log_cannot_play_with_the_terminal(console: Console, capsys: pytest.CaptureFixture[str]) -> None:
    follow(ScriptedRun(lines=("\x1b[31mred\x1b[0m\tand", "up\x1b]0;title\x07", "a?sig=abc")), console)
    assert capsys.readouterr().out.splitlines()[:3] == ["red\tand", "up\\x1b]0;title\\x07", "a?sig=(secret)"]


def test_the_log_makes_way_for_a_document(capsys: pytest.CaptureFixture[str]) -> None:
    follow(ScriptedRun(), Console(Format.MARKDOWN))
    out, err = capsys.readouterr()
    assert out.startswith("### Run cf1")
    assert err == "first\nsecond\n"
