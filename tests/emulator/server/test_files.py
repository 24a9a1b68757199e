"""The files of a server are regular ones, and nothing else is waited for."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from acr_identity.emulator import ManualClock
from acr_identity.emulator.server.authority import open_authority
from acr_identity.emulator.server.client import Client
from acr_identity.emulator.server.control_file import ControlFile, write_control
from acr_identity.emulator.server.open_emulator import ServerStart, open_emulator
from acr_identity.emulator.server.places import Places
from acr_identity.emulator.server.server_error import ServerError


def with_control(places: Places) -> None:
    Client(places).status()


def with_key(places: Places) -> None:
    with ExitStack() as stack:
        open_emulator(ServerStart(places.state), places, ManualClock(), stack)


@pytest.fixture
def made(tmp_path: Path) -> Places:
    places = Places.beside(tmp_path / "emulator.json")
    places.make()
    open_authority(places)
    return places


@pytest.mark.parametrize(
    ("name", "use"),
    [("control", with_control), ("signing_key", with_key), ("authority_key", open_authority), ("state", with_key)],
)
@pytest.mark.parametrize("make", [os.mkfifo, lambda place: place.symlink_to("/dev/null")], ids=["pipe", "device"])
def test_a_pipe_or_a_device_in_the_place_of_a_file_is_refused(
    made: Places, name: str, use: Callable[[Places], object], make: Callable[[Path], None]
) -> None:
    place: Path = getattr(made, name)
    place.unlink(missing_ok=True)
    make(place)
    with pytest.raises(ServerError):
        use(made)


@pytest.mark.parametrize("port", ["0", "65536", "9" * 30])
def test_a_control_file_names_a_port(made: Places, port: str) -> None:
    made.control.write_text(f'{{"pid": 1, "host": "127.0.0.1", "port": {port}, "token": "t"}}')
    with pytest.raises(ServerError, match="is no control file of an emulator"):
        with_control(made)


@pytest.mark.parametrize(
    ("host", "token"), [("a..b", "t"), ("a" * 300, "t"), ("127.0.0.1", "a\nb"), ("127.0.0.1", "é")]
)
def test_a_control_file_that_leads_nowhere_is_told(made: Places, host: str, token: str) -> None:
    write_control(made, ControlFile(pid=1, host=host, port=1, token=token))
    with pytest.raises(ServerError):
        with_control(made)


@pytest.mark.parametrize("content", [b"", b"\xff", b"nothing"])
def test_an_authority_without_certificates_trusts_nobody(made: Places, content: bytes) -> None:
    write_control(made, ControlFile(pid=1, host="127.0.0.1", port=1, token="t"))
    made.authority.write_bytes(content)
    with pytest.raises(ServerError, match="does not show a certificate of"):
        with_control(made)
