"""The command line as a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("azure", "msal", "requests", "rich")
LOADED = f"""
import json, sys
from acr_identity.cli import main
code = main(sys.argv[1:])
print(json.dumps([code, [name for name in {HEAVY!r} if name in sys.modules]]), file=sys.stderr)
"""


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "acr_identity", *arguments],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        check=False,
    )


def test_the_module_ends_with_the_code_of_the_command(cross_registry: Path) -> None:
    ended = run("plan", str(cross_registry / "spec.yaml"), "--emulator", "--detailed-exitcode")
    assert (ended.returncode, ended.stderr) == (2, "")
    assert ended.stdout.endswith("\nPlan: 3 to create, 0 to change, 0 to remove\n")


@pytest.mark.parametrize("commands", [["apply", "run", "logs"], ["apply", "destroy"]], ids=" ".join)
def test_one_command_goes_on_where_another_ended(cross_registry: Path, commands: list[str]) -> None:
    assert cross_registry.exists()
    codes = {command: run(command, "spec.yaml", "--emulator").returncode for command in commands}
    assert codes == dict.fromkeys(commands, 0)


def test_a_process_that_nobody_watches_is_not_asked(cross_registry: Path) -> None:
    state = ["--state", str(cross_registry / "state.json")]
    ended = run("apply", "spec.yaml", "--emulator", *state, "--output", "json")
    assert json.loads(ended.stdout)["report"]["complete"] is True
    assert ended.returncode == 0


@pytest.mark.parametrize(
    "arguments",
    [["validate", "spec.yaml"], ["--help"], ["plan", "--help"], ["run", "--help"], ["schema"], ["--version"]],
    ids=" ".join,
)
def test_nothing_heavy_is_loaded_by(arguments: list[str], cross_registry: Path) -> None:
    assert cross_registry.exists()
    ended = subprocess.run([sys.executable, "-c", LOADED, *arguments], capture_output=True, text=True, check=True)
    assert json.loads(ended.stderr) == [0, []]


@pytest.mark.parametrize("arguments", [["schema"], ["--help"]], ids=" ".join)
def test_a_reader_that_has_gone_ends_the_command_quietly(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(
            [sys.executable, "-m", "acr_identity", *arguments], stdout=nobody, stderr=subprocess.PIPE, check=False
        )
    assert (ended.returncode, ended.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("argument", ["schema", "--help"])
def test_an_output_that_cannot_be_written_is_told_in_words(argument: str) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "acr_identity", argument],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stderr.startswith("Error: standard output cannot be written: No space left on device\n")


def test_work_is_done_and_ends_as_it_would_though_nobody_reads_its_report(cross_registry: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    arguments = [sys.executable, "-m", "acr_identity", "apply", str(cross_registry / "spec.yaml"), "--emulator"]
    with os.fdopen(writing, "wb") as nobody:
        ended = subprocess.run(arguments, stdout=nobody, stderr=subprocess.PIPE, check=False)
    assert ended.returncode == 0
    assert b"done assign AcrPull" in ended.stderr


def test_a_reader_of_the_progress_that_has_gone_stops_no_work(cross_registry: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        arguments = [sys.executable, "-m", "acr_identity", "apply", str(cross_registry / "spec.yaml"), "--emulator"]
        ended = subprocess.run(arguments, stdout=subprocess.PIPE, stderr=nobody, check=False)
    assert ended.returncode == 0
    assert ended.stdout.endswith(b"\nReport: 3 done, 0 failed, 0 skipped\n")
