"""The server as a process: it is ready soon, ends cleanly, and loses nothing however it ends."""

from __future__ import annotations

import contextlib
import signal
import socket
import ssl
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest
import requests

from acr_identity.emulator import StateFile
from acr_identity.emulator.server import Places, ServerError, client
from acr_identity.emulator.server.client import Client
from acr_identity.emulator.server.open_emulator import ServerStart, open_emulator
from acr_identity.emulator.server.waking_clock import WakingClock
from emulator.server.processes import COMMAND, Process

Start: TypeAlias = Callable[..., Process]
LOCATION = {"location": "westeurope"}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start servers with one state; what still runs at the end is killed."""
    started: list[Process] = []

    def start_one(*options: str) -> Process:
        started.append(Process.start(tmp_path / "emulator.json", *options))
        return started[-1]

    yield start_one
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
        one.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_it_cleanly(number: signal.Signals, start: Start) -> None:
    server = start()
    with server.session() as session:
        session.put(server.group("kept"), json=LOCATION)
        assert server.end(number) == (0, "", "")
    assert not server.places.control.exists()
    server = start()
    with server.session() as session:
        assert session.get(server.group("kept")).json()["location"] == "westeurope"


def test_tokens_outlive_it(start: Start) -> None:
    first = start()
    with first.session() as session:
        session.put(first.group("kept"), json=LOCATION)
        first.end()
        second = start()
        assert session.get(second.group("kept")).status_code == 200


def test_a_request_under_way_is_answered_before_it_ends(start: Start) -> None:
    server = start("--latency", "60")
    client = Client(server.places)
    subprocess.run([*COMMAND, "stop", "--state", str(server.places.state)], check=True, capture_output=True)
    assert server.process.wait(timeout=20) == 0
    assert client.status_if_running() is None


def test_what_was_answered_survives_a_kill(start: Start) -> None:
    server = start()
    answered: list[str] = []
    with server.session() as session:
        for number in range(200):
            if number == 20:
                server.process.kill()
            try:
                if session.put(server.group(f"g{number}"), json=LOCATION).ok:
                    answered.append(f"g{number}")
            except requests.ConnectionError:
                break
    assert len(answered) >= 20
    assert StateFile(server.places.state).load() is not None
    server = start()
    with server.session() as session:
        listed = session.get(server.group("").replace("/?", "?")).json()["value"]
    assert set(answered) <= {group["name"] for group in listed}


def test_a_control_file_that_was_left_behind_is_recognised(start: Start) -> None:
    server = start()
    server.end(signal.SIGKILL)
    assert server.places.control.exists()
    assert Client(server.places).status_if_running() is None
    again = start()
    assert Client(again.places).status().pid == again.process.pid


def test_a_server_that_does_not_answer_is_named(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "_SECONDS", 0.5)
    server = start()
    server.process.send_signal(signal.SIGSTOP)
    with pytest.raises(ServerError, match=rf"pid {server.process.pid}\) does not answer; end that process"):
        Client(server.places).status()


def test_a_server_at_another_address_of_this_machine_can_be_controlled(start: Start) -> None:
    server = start("--host", "127.0.0.2")
    ended = subprocess.run(
        [*COMMAND, "stop", "--state", str(server.places.state)], capture_output=True, text=True, check=False
    )
    assert (ended.returncode, ended.stderr) == (0, "")
    assert server.url in ended.stdout


def test_slow_requests_do_not_hold_up_its_control(start: Start) -> None:
    server = start("--latency", "60")
    address = ("127.0.0.1", int(server.url.rpartition(":")[2]))
    context = ssl.create_default_context(cafile=server.places.authority)
    with contextlib.ExitStack() as stack:
        for _ in range(65):
            plain = stack.enter_context(socket.create_connection(address, timeout=10))
            slow = stack.enter_context(context.wrap_socket(plain, server_hostname="localhost"))
            slow.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert Client(server.places).stop().pid == server.process.pid


@pytest.mark.parametrize("content", [b"", b"nonsense"])
def test_a_damaged_signing_key_is_named_with_its_remedy(content: bytes, tmp_path: Path) -> None:
    places = Places.beside(tmp_path / "emulator.json")
    places.make()
    places.signing_key.write_bytes(content)
    with (
        contextlib.ExitStack() as stack,
        pytest.raises(ServerError, match="delete it, and a new one is made") as caught,
    ):
        open_emulator(ServerStart(places.state), places, WakingClock(), stack)
    assert str(places.signing_key) in caught.value.message


def test_a_reset_that_cannot_be_saved_says_so(start: Start) -> None:
    server = start()
    server.places.state.unlink(missing_ok=True)
    server.places.state.mkdir()
    with pytest.raises(ServerError, match=r"emulator\.json: it cannot be written"):
        Client(server.places).reset()


def test_another_with_the_same_state_is_refused(start: Start) -> None:
    server = start()
    refused = subprocess.run(
        [*COMMAND, "start", "--state", str(server.places.state)], capture_output=True, text=True, check=False
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"runs already with this state, at {server.url}" in refused.stderr


def test_a_port_that_is_taken_is_named(start: Start, tmp_path: Path) -> None:
    port = start().url.rpartition(":")[2]
    refused = subprocess.run(
        [*COMMAND, "start", "--state", str(tmp_path / "other.json"), "--port", port, "--proxy-port", "0"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (refused.returncode, refused.stdout) == (1, "")
    assert f"ports {port} and 0 of 127.0.0.1 cannot be used" in refused.stderr


def test_the_log_of_requests_can_be_counted_by_hosts(start: Start) -> None:
    server = start()
    with server.session() as session:
        session.get(server.group("none"))
    found = Client(server.places).requests().requests
    assert [(one.method, one.status, one.host) for one in found] == [
        ("POST", 200, server.url.removeprefix("https://")),
        ("GET", 404, server.url.removeprefix("https://")),
    ]


def test_latency_is_waited_for(start: Start) -> None:
    server = start("--latency", "0.05")
    with server.session() as session:
        session.get(server.group("none"))
    assert all(one.seconds >= 0.05 for one in Client(server.places).requests().requests)


def test_faults_of_a_file_strike_again_after_a_reset(start: Start, tmp_path: Path) -> None:
    (tmp_path / "faults.yaml").write_text("- {method: PUT, status: 503}\n")
    server = start("--faults", str(tmp_path / "faults.yaml"))
    with server.session() as session:
        first = [session.put(server.group("new"), json=LOCATION).status_code for _ in range(2)]
        assert Client(server.places).reset().requests == 0
        second = [session.put(server.group("new"), json=LOCATION).status_code for _ in range(2)]
    assert (first, second) == ([503, 201], [503, 201])
