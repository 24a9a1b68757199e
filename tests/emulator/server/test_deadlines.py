"""A client that sends too slowly loses its connection."""

from __future__ import annotations

from pathlib import Path

import pytest

from acr_identity.emulator import Emulator
from acr_identity.emulator.server import Places, body, connection, proxy, served
from emulator.server.raw import answer_of_proxy, connected, everything, status_of

SHORT = 0.05


@pytest.fixture(autouse=True)
def _deadlines_are_short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "HEAD_SECONDS", SHORT)
    monkeypatch.setattr(body, "PART_SECONDS", SHORT)
    monkeypatch.setattr(proxy, "HEAD_SECONDS", SHORT)


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HT", b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf"]
)
def test_a_request_that_does_not_come_to_its_end_is_dropped(sent: bytes, tmp_path: Path) -> None:
    with (
        served(Emulator(), Places.beside(tmp_path / "emulator.json")) as endpoint,
        connected(endpoint) as connection,
    ):
        connection.sendall(sent)
        assert connection.recv(1) == b""


def test_a_second_request_that_does_not_come_to_its_end_is_dropped(tmp_path: Path) -> None:
    with served(Emulator(), Places.beside(tmp_path / "emulator.json")) as endpoint, connected(endpoint) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\nGET /second")
        answer = everything(connection)
    assert (status_of(answer), answer.count(b"HTTP/1.1 ")) == (401, 1)


def test_a_wish_for_the_proxy_that_does_not_come_is_dropped(tmp_path: Path) -> None:
    with served(Emulator(), Places.beside(tmp_path / "emulator.json")) as endpoint:
        assert answer_of_proxy(endpoint, b"CONNECT management") == b""
