"""However a command is ended, it ends as with Ctrl-C: work under way is finished, and told."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Protocol, TypeAlias

import pytest

from acr_identity.cli import endings, main
from cli.held import GATE, HELD, TOLD

COMMAND = (sys.executable, "-m", "acr_identity")
TESTS = Path(__file__).parents[1]
INT, TERM, HUP = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
SECONDS = 30
STOPPING = "stopping: what is under way ends, nothing more is started"

TraceFunction: TypeAlias = Callable[[FrameType, str, object], "TraceFunction | None"]
IN_A_TERMINAL = "import os, sys; os.login_tty(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"

each_ending = pytest.mark.parametrize("number", [INT, TERM, HUP], ids=lambda number: number.name)


class Start(Protocol):
    """Starts a command as a process, and returns when a request is held of which method and path match."""

    def __call__(self, held: str, *arguments: str, terminal: int | None = None) -> HeldProcess: ...


@dataclass
class HeldProcess:
    """A command as a process that has a request under way, until it is let go."""

    process: subprocess.Popen[str]
    gate: int
    patience: threading.Timer

    def press(self, *numbers: signal.Signals) -> None:
        for number in numbers:
            self.process.send_signal(number)

    def told(self) -> str:
        """Return the next line on standard error."""
        assert self.process.stderr is not None
        line = self.process.stderr.readline()
        assert line, "it has ended"
        return line.rstrip("\n")

    def end(self) -> tuple[int, str, str]:
        """Let what is held go, and return the exit code and what was still printed."""
        if self.gate >= 0:
            os.close(self.gate)
            self.gate = -1
        out, err = self.process.communicate()
        self.patience.cancel()
        return self.process.returncode, out, err


@pytest.fixture
def start() -> Iterator[Start]:
    """Start held processes; what still runs at the end is killed."""
    started: list[HeldProcess] = []

    def start_one(held: str, *arguments: str, terminal: int | None = None) -> HeldProcess:
        (told, telling), (waiting, gate) = os.pipe(), os.pipe()
        tests = os.pathsep.join((str(TESTS), os.environ.get("PYTHONPATH", "")))
        settings = {"PYTHONPATH": tests, "TERM": "xterm", HELD: held, TOLD: str(telling), GATE: str(waiting)}
        command = [sys.executable, "-m", "cli.held", *arguments]
        process = subprocess.Popen(
            command if terminal is None else [sys.executable, "-c", IN_A_TERMINAL, str(terminal), *command],
            env={**os.environ, **settings},
            pass_fds=(telling, waiting, *(() if terminal is None else (terminal,))),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        patience = threading.Timer(SECONDS, process.kill)
        patience.start()
        started.append(HeldProcess(process, gate, patience))
        os.close(telling)
        os.close(waiting)
        assert os.read(told, 1), process.communicate()
        os.close(told)
        return started[-1]

    yield start_one
    for one in started:
        one.process.kill()
        one.end()


@pytest.mark.parametrize(
    ("command", "held", "number"),
    [
        ("apply", "PUT .*/userAssignedIdentities/", INT),
        ("apply", "PUT .*/userAssignedIdentities/", TERM),
        ("apply", "PUT .*/userAssignedIdentities/", HUP),
        ("destroy", "DELETE .*/roleAssignments/", TERM),
        ("destroy", "DELETE .*/roleAssignments/", HUP),
    ],
)
def test_what_is_under_way_ends_nothing_more_begins_and_the_report_is_shown(
    command: str, held: str, number: signal.Signals, start: Start, cross_registry: Path
) -> None:
    assert cross_registry.exists()
    if command == "destroy":
        main(["apply", "spec.yaml", "--emulator"])
    work = start(held, command, "spec.yaml", "--emulator", "--output", "json")
    work.press(number)
    while work.told() != STOPPING:
        pass
    code, out, _ = work.end()
    report = json.loads(out)["report"]
    assert (code, report["exit_code"], report["interrupted"]) == (130, 130, True)
    assert [outcome["result"] for outcome in report["outcomes"]] == ["done", "skipped", "skipped"]
    assert main([command, "spec.yaml", "--emulator"]) == 0, "the same command goes on from there"


@pytest.mark.parametrize("numbers", [(TERM, HUP), (INT, HUP, TERM, INT)], ids=str)
def test_several_signals_at_once_do_not_tear_the_report(
    numbers: tuple[signal.Signals, ...], start: Start, cross_registry: Path
) -> None:
    assert cross_registry.exists()
    work = start("PUT .*/userAssignedIdentities/", "apply", "spec.yaml", "--emulator")
    work.press(*numbers)
    while work.told() != STOPPING:
        pass
    work.press(*numbers)
    code, out, _ = work.end()
    assert code == 130
    assert "\nInterrupted: 1 done, 0 failed, 2 skipped\n" in out


def test_a_plan_ends_at_once_though_a_read_is_still_under_way(start: Start, cross_registry: Path) -> None:
    assert cross_registry.exists()
    work = start("GET .*/registries/", "plan", "spec.yaml", "--emulator")
    work.press(TERM)
    assert work.process.wait(SECONDS) == 130, "nobody lets the read go"
    assert work.end() == (130, "", "Error: interrupted\n\nExit code 130: interrupted\n")


@each_ending
def test_a_run_is_cancelled_and_read_to_its_end(number: signal.Signals, cross_registry: Path) -> None:
    assert cross_registry.exists()
    main(["apply", "spec.yaml", "--emulator"])
    with run() as process:
        process.send_signal(number)
        out, err = process.communicate(timeout=SECONDS)
    assert process.returncode == 130
    assert "Run cf1 of task helloworldtask: Canceled" in out
    assert err.splitlines() == [
        "queued run cf1 of task helloworldtask",
        "cancelling run cf1; press Ctrl-C again to leave it alone",
        "interrupted: run cf1 ended as Canceled",
    ]


def test_a_second_signal_waits_for_the_cancellation_and_not_for_the_run(start: Start, cross_registry: Path) -> None:
    assert cross_registry.exists()
    main(["apply", "spec.yaml", "--emulator"])
    work = start("GET .*/logs?/", "run", "spec.yaml", "--emulator")
    assert work.told() == "queued run cf1 of task helloworldtask"
    work.press(TERM)
    assert work.told() == "cancelling run cf1; press Ctrl-C again to leave it alone"
    work.press(TERM)
    assert work.process.wait(SECONDS) == 130, "nobody lets its log go"
    _, _, err = work.end()
    assert err.startswith("Error: run cf1 may still be going on\n")
    assert main(["logs", "spec.yaml", "--emulator"]) == 6, "Azure was asked to cancel it"


def test_nohup_keeps_a_command_alive_when_its_terminal_closes(cross_registry: Path) -> None:
    assert cross_registry.exists()
    main(["apply", "spec.yaml", "--emulator"])
    with run("nohup") as process:
        process.send_signal(HUP)
        out, _ = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    assert "Run cf1 of task helloworldtask: Succeeded" in out


def test_a_terminal_that_closes_ends_the_work_and_takes_no_exit_code(start: Start, cross_registry: Path) -> None:
    assert cross_registry.exists()
    ours, theirs = os.openpty()
    work = start("PUT .*/userAssignedIdentities/", "apply", "spec.yaml", "--emulator", terminal=theirs)
    os.close(theirs)
    os.close(ours)
    code, _, _ = work.end()
    assert code == 130
    assert main(["destroy", "spec.yaml", "--emulator"]) == 0


@pytest.mark.parametrize("closed", [">&-", "<&- >&- 2>&-"])
def test_a_stream_that_is_closed_from_the_start_is_no_fault(closed: str, cross_registry: Path) -> None:
    assert cross_registry.exists()
    arguments = ("plan", "spec.yaml", "--emulator", "--detailed-exitcode")
    ended = subprocess.run(["/bin/sh", "-c", f'exec "$0" "$@" {closed}', *COMMAND, *arguments], check=False)
    assert ended.returncode == 2


@contextlib.contextmanager
def run(*prefix: str) -> Iterator[subprocess.Popen[str]]:
    """Run the task of the spec as a process, and go on when its log has begun."""
    command = [*prefix, *COMMAND, "run", "spec.yaml", "--emulator"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().endswith("task-aliases for more information.\n")
        yield process


# Within a program that calls `main`


@each_ending
def test_a_command_within_a_program_is_interrupted(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("acr_identity.spec.load_spec", lambda *_, **__: signal.raise_signal(number))
    assert main(["validate", "spec.yaml"]) == 130
    assert capsys.readouterr() == ("", "Error: interrupted\n\nExit code 130: interrupted\n")


def test_one_more_while_the_first_is_told_is_no_other_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acr_identity.spec.load_spec", lambda *_, **__: signal.raise_signal(TERM))
    monkeypatch.setattr("acr_identity.cli.failures.report", lambda *_: signal.raise_signal(HUP))
    assert main(["validate", "spec.yaml"]) == 130


@each_ending
@pytest.mark.parametrize("theirs", [signal.SIG_IGN, lambda *_: None], ids=["ignored", "handled"])
def test_what_the_program_does_with_a_signal_stays_as_it_is(
    number: signal.Signals, theirs: endings.Handler | signal.Handlers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acr_identity.spec.load_spec", lambda *_, **__: signal.raise_signal(number))
    before = signal.signal(number, theirs)
    try:
        assert main(["validate", "spec.yaml"]) == 1, "it goes on, here with a spec that is none"
        assert signal.getsignal(number) is theirs
    finally:
        signal.signal(number, before)


@pytest.mark.usefixtures("cross_registry")
def test_the_handlers_are_those_of_before_when_a_command_has_ended() -> None:
    numbers = (INT, TERM, HUP)
    before = [signal.getsignal(number) for number in numbers]
    assert main(["apply", "spec.yaml", "--emulator"]) == 0
    assert [signal.getsignal(number) for number in numbers] == before


@pytest.mark.usefixtures("cross_registry")
def test_a_command_in_a_thread_leaves_the_signals_alone() -> None:
    codes: list[int] = []
    thread = threading.Thread(target=lambda: codes.append(main(["apply", "spec.yaml", "--emulator"])))
    thread.start()
    thread.join()
    assert codes == [0]


@pytest.mark.parametrize("second_raises", [False, True])
def test_of_two_signals_at_any_point_of_each_other_one_acts_and_the_other_is_the_second(*, second_raises: bool) -> None:
    seen = set()
    for point in itertools.count():
        acted, raised, is_past = two_signals(point, second_raises=second_raises)
        if is_past:
            break
        seen.add((acted, raised))
    assert seen == {(1, second_raises)}


def two_signals(at: int, *, second_raises: bool) -> tuple[int, bool, bool]:
    """Let a signal come at a certain point of another one: how often is acted, is it raised, is there no such point."""
    acted: list[str] = []
    points = itertools.count()
    presses = endings.Presses(lambda: acted.append("once"), second_raises=second_raises)
    before = sys.gettrace()
    raised = False
    with presses.caught():
        handler = signal.getsignal(TERM)
        assert callable(handler)

        def interrupt(frame: FrameType, event: str, _: object) -> TraceFunction | None:
            if frame.f_code.co_name != handler.__name__:
                return None
            frame.f_trace_opcodes = True
            if event == "opcode" and next(points) == at:
                handler(HUP, None)
            return interrupt

        sys.settrace(interrupt)
        try:
            signal.raise_signal(TERM)
        except KeyboardInterrupt:
            raised = True
        finally:
            sys.settrace(before)
    return len(acted), raised, next(points) <= at


def test_where_there_is_no_hangup_the_others_are_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(signal, "SIGHUP")
    assert endings.would_end() == (INT, TERM)
