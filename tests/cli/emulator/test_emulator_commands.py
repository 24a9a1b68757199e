"""The commands of the `emulator` group, against a server in a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from acr_identity.cli import main
from acr_identity.cli.emulator import emulator
from acr_identity.emulator.server.client import Client
from acr_identity.emulator.server.places import Places
from acr_identity.provisioner import load_cloud
from emulator.server.processes import COMMAND, Process

WAITING = """
import signal, sys
signal.signal(int(sys.argv[1]), lambda *_: sys.exit(7))
print("waiting", flush=True)
signal.pause()
"""
ECHO = "import os, sys; print(os.environ.get(sys.argv[1]))"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "emulator.json"


@pytest.fixture
def server(state: Path) -> Iterator[Process]:
    server = Process.start(state)
    yield server
    if server.process.poll() is None:
        server.process.kill()
    server.process.communicate()


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["emulator", *arguments]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out


def test_stop_returns_when_the_server_has_ended(
    server: Process, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = printed(capsys, "stop", "--state", str(state))
    assert out == f"stopped the emulator at {server.url} (pid {server.process.pid}); its state is in {state}\n"
    assert server.process.wait(timeout=5) == 0


@pytest.mark.parametrize("command", ["stop", "status", "reset", "requests", "env"])
def test_without_a_server_the_commands_say_how_to_start_one(
    command: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", command, "--state", str(state)]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    told = " ".join(err.split())
    assert f"no emulator runs with the state {state}" in told
    assert "start one with `acr-identity emulator start`" in told


def test_status_shows_where_it_is(server: Process, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shown = json.loads(printed(capsys, "status", "--state", str(state), "--output", "json"))
    started = shown.pop("started")
    assert shown == {
        "version": 1,
        "kind": "emulator",
        "url": server.url,
        "proxy": server.proxy,
        "pid": server.process.pid,
        "state": str(state),
        "requests": 0,
    }
    lines = dict(line.split(maxsplit=1) for line in printed(capsys, "status", "--state", str(state)).splitlines())
    assert lines == {
        "url": server.url,
        "proxy": server.proxy,
        "pid": str(server.process.pid),
        "state": str(state),
        "started": started,
        "requests": "0",
    }


def test_requests_are_listed_and_counted(server: Process, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server.session() as session:
        session.get(server.group("none"))
    lines = printed(capsys, "requests", "--state", str(state)).splitlines()
    assert [line.split()[:2] for line in lines] == [["200", "POST"], ["404", "GET"]]
    assert printed(capsys, "requests", "--state", str(state), "--count") == "2\n"
    shown = json.loads(printed(capsys, "requests", "--state", str(state), "--output", "json"))
    assert [one["api_version"] for one in shown["requests"]] == ["", "2024-11-01"]
    counted = json.loads(printed(capsys, "requests", "--state", str(state), "--output", "json", "--count"))
    assert counted == {"version": 1, "kind": "requests", "count": 2}


def test_reset_brings_the_world_back(server: Process, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with server.session() as session:
        session.put(server.group("new"), json={"location": "westeurope"})
        assert printed(capsys, "reset", "--state", str(state)) == f"the emulator at {server.url} has begun anew\n"
        assert session.get(server.group("new")).status_code == 404


def test_env_sets_up_a_shell(server: Process, state: Path) -> None:
    command = f'eval "$({sys.executable} -m acr_identity emulator env --state {state})"; env'
    environment = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True).stdout
    places = Places.beside(state)
    assert {
        f"AZURE_AUTHORITY_HOST={server.url}",
        "AZURE_TENANT_ID=22222222-2222-2222-2222-222222222222",
        "AZURE_CLIENT_ID=33333333-3333-3333-3333-333333333333",
        "AZURE_CLIENT_SECRET=emulator-demo-secret",
        "AZURE_CORE_INSTANCE_DISCOVERY=false",
        f"REQUESTS_CA_BUNDLE={places.authority}",
        f"ACR_IDENTITY_CLOUD={places.cloud}",
    } <= set(environment.splitlines())
    assert load_cloud(places.cloud).resource_manager == server.url


def test_run_uses_the_server_that_runs(server: Process, state: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = main(["emulator", "run", "--state", str(state), "--", sys.executable, "-c", ECHO, "HTTPS_PROXY"])
    assert (code, capfd.readouterr().out) == (0, f"{server.proxy}\n")
    assert server.process.poll() is None


def test_run_starts_a_server_for_the_command(state: Path) -> None:
    script = (
        "import requests, sys\n"
        "url = 'https://management.azure.com/metadata/endpoints?api-version=2022-09-01'\n"
        "sys.exit(requests.get(url, timeout=10).status_code - 193)\n"
    )
    ended = subprocess.run(
        [*COMMAND, "run", "--state", str(state), "--", sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout, ended.stderr) == (7, "", "")
    assert Client(Places.beside(state)).status_if_running() is None


def test_run_takes_the_custom_cloud_out_of_the_environment(
    server: Process, state: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AZURE_AUTHORITY_HOST", server.url)
    main(["emulator", "run", "--state", str(state), sys.executable, "-c", ECHO, "AZURE_AUTHORITY_HOST"])
    assert capfd.readouterr().out == "None\n"


def test_run_ends_like_a_command_that_a_signal_ended(state: Path) -> None:
    assert main(["emulator", "run", "--state", str(state), "--", "/bin/sh", "-c", "kill -9 $$"]) == 137


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
def test_run_passes_a_signal_on_and_ends_as_its_command_does(number: signal.Signals, state: Path) -> None:
    command = [*COMMAND, "run", "--state", str(state), "--", sys.executable, "-c", WAITING, str(int(number))]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(number)
        assert process.wait(timeout=20) == 7
    assert Client(Places.beside(state)).status_if_running() is None


def test_run_names_a_command_that_is_not_there(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "run", "--state", str(state), "--", "no-such-command"]) == 1
    assert "the command 'no-such-command' cannot be started" in capsys.readouterr().err


def test_run_refuses_to_change_a_server_that_runs(
    server: Process, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", "run", "--state", str(state), "--latency", "1", "--", "true"]) == 1
    assert f"the emulator at {server.url} runs already" in capsys.readouterr().err


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1"])  # noqa: S104 - it is refused
def test_start_refuses_an_address_that_others_can_reach(
    host: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", "start", "--state", str(state), "--host", host]) == 1
    assert f"{host} can be reached from other machines" in capsys.readouterr().err
    assert not state.parent.joinpath(".acr_identity").exists()


@pytest.mark.parametrize("latency", ["-1", "86401", "inf", "nan"])
def test_a_latency_that_is_no_time_to_wait_is_refused(
    latency: str, state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["emulator", "start", "--state", str(state), "--latency", latency]) != 0
    assert "--latency" in capsys.readouterr().err
    assert not state.parent.joinpath(".acr_identity").exists()


def test_the_help_says_why_a_remote_address_is_unsafe(capsys: pytest.CaptureFixture[str]) -> None:
    words = " ".join(printed(capsys, "start", "--help").split())
    assert "This is unsafe: the sign-in secret of the emulator is no secret" in words


@pytest.mark.parametrize("option", ["--world", "--faults"])
def test_start_names_a_file_that_is_not_there(option: str, state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "start", "--state", str(state), option, "nowhere.yaml"]) != 0
    assert "nowhere.yaml" in capsys.readouterr().err


@pytest.mark.parametrize("command", list(emulator.commands))
def test_the_help_of_a_command_explains_it_and_ends_with_an_example(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = printed(capsys, command, "--help").splitlines()
    examples = lines[lines.index("  Example:") + 1 :]
    assert examples
    assert all(f"acr-identity emulator {command}" in line for line in examples)
    options = [one for one in emulator.commands[command].params if one.param_type_name == "option"]
    assert [one.name for one in options if not getattr(one, "help", None)] == []
