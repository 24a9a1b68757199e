"""HTTP itself: its corners are answered in order, in time and in Azure's form."""

from __future__ import annotations

import json
import re

import pytest
import requests

from acr_identity.emulator import Emulator, Fault
from acr_identity.emulator.server import Endpoint, body
from emulator.server.raw import LAST, answer_to, connected, everything, status_of

GET = b"GET /metadata/endpoints?api-version=2022-09-01 HTTP/1.1\r\n"


def group_url(emulator: Emulator, endpoint: Endpoint) -> str:
    subscription = emulator.world.subscription
    return f"{endpoint.url}/subscriptions/{subscription}/resourcegroups/new?api-version=2024-11-01"


def test_pipelined_requests_are_answered_in_order(endpoint: Endpoint) -> None:
    answer = answer_to(endpoint, GET + b"Host: localhost\r\n\r\n" + b"GET /v1.0/me HTTP/1.1\r\n" + LAST)
    assert re.findall(rb"HTTP/1\.1 (\d+)", answer) == [b"200", b"401"]


def test_a_head_that_comes_in_pieces_is_read(endpoint: Endpoint) -> None:
    head = GET + LAST
    assert status_of(answer_to(endpoint, head[:7], head[7:40], head[40:])) == 200


def test_a_target_in_absolute_form_is_read_like_its_path(endpoint: Endpoint) -> None:
    line = b"GET https://localhost/metadata/endpoints?api-version=2022-09-01 HTTP/1.1\r\n"
    assert status_of(answer_to(endpoint, line + LAST)) == 200


def test_a_target_that_is_no_url_is_refused_in_azures_form(endpoint: Endpoint) -> None:
    answer = answer_to(endpoint, b"GET http://[::1/x HTTP/1.1\r\n" + LAST)
    assert (status_of(answer), json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"]) == (400, "BadRequest")


@pytest.mark.parametrize(
    "head",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /\x00 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        b"PUT / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"x" * 65_500,
    ],
)
def test_what_is_not_http_is_answered_with_400(head: bytes, endpoint: Endpoint) -> None:
    answer = answer_to(endpoint, head)
    assert status_of(answer) == 400
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "BadRequest"


def test_a_body_in_chunks_is_read(emulator: Emulator, endpoint: Endpoint, session: requests.Session) -> None:
    parts = iter([b'{"loc', b'ation": "westeurope"}'])
    answer = session.put(group_url(emulator, endpoint), data=parts, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["location"]) == (201, "westeurope")


def test_a_body_that_is_expected_is_asked_for(endpoint: Endpoint) -> None:
    with connected(endpoint) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n" + LAST)
        assert connection.recv(65536).startswith(b"HTTP/1.1 100 ")
        connection.sendall(b"{}")
        assert status_of(everything(connection)) == 401


def test_a_body_that_is_too_large_is_not_asked_for(endpoint: Endpoint) -> None:
    head = b"PUT / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: %d\r\n" % (body.LIMIT + 1)
    assert status_of(answer_to(endpoint, head + LAST)) == 413


@pytest.mark.parametrize("content", [b" " * (body.LIMIT + 1), [b" " * body.LIMIT, b" "]], ids=["whole", "in chunks"])
def test_a_body_above_the_limit_is_refused(
    content: bytes | list[bytes], emulator: Emulator, endpoint: Endpoint, session: requests.Session
) -> None:
    data = content if isinstance(content, bytes) else iter(content)
    answer = session.put(group_url(emulator, endpoint), data=data)
    assert (answer.status_code, answer.json()) == (
        413,
        {
            "error": {
                "code": "RequestContentTooLarge",
                "message": "The request content size exceeds the maximum size of 4 MB.",
            }
        },
    )
    assert emulator.requests == ()


def test_a_body_of_just_the_limit_is_read(emulator: Emulator, endpoint: Endpoint, session: requests.Session) -> None:
    content = b'{"location": "westeurope"}'.ljust(body.LIMIT)
    assert session.put(group_url(emulator, endpoint), data=content).status_code == 201


def test_head_has_the_headers_of_get_and_no_body(endpoint: Endpoint) -> None:
    answer = answer_to(endpoint, b"HEAD /metadata/endpoints?api-version=2022-09-01 HTTP/1.1\r\n" + LAST)
    assert answer.endswith(b"\r\n\r\n")


def test_204_has_neither_a_body_nor_a_length(emulator: Emulator, endpoint: Endpoint, session: requests.Session) -> None:
    registry = f"/subscriptions/{emulator.world.subscription}/resourceGroups/rg/providers/Microsoft.ContainerRegistry"
    url = f"{endpoint.url}{registry}/registries/myregistry/tasks/none1?api-version=2019-04-01"
    answer = session.delete(url)
    assert (answer.status_code, answer.content, answer.headers.get("Content-Length")) == (204, b"", None)


@pytest.mark.parametrize("disconnect", ["before", "after"])
def test_a_fault_cuts_the_connection(
    disconnect: str, emulator: Emulator, endpoint: Endpoint, session: requests.Session
) -> None:
    emulator.faults.add(Fault(method="PUT", disconnect="after" if disconnect == "after" else "before"))
    with pytest.raises(requests.ConnectionError):
        session.put(group_url(emulator, endpoint), json={"location": "westeurope"})
    assert session.get(group_url(emulator, endpoint)).status_code == (200 if disconnect == "after" else 404)


def test_a_client_that_leaves_early_harms_nobody(endpoint: Endpoint, session: requests.Session) -> None:
    with connected(endpoint) as connection:
        connection.sendall(b"PUT / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nhalf")
    assert session.get(f"{endpoint.url}/metadata/endpoints?api-version=2022-09-01").status_code == 200
