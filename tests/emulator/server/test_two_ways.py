"""The same emulator, by its own address and in place of Azure's hosts."""

from __future__ import annotations

import pytest
import requests

from acr_identity.emulator import Emulator
from acr_identity.emulator.server import Endpoint
from emulator.server.raw import LAST, answer_of_proxy, answer_to_early_request, status_of

GROUPS = "/subscriptions/{}/resourcegroups?api-version=2024-11-01"


def test_both_ways_lead_to_the_same_cloud(emulator: Emulator, endpoint: Endpoint, session: requests.Session) -> None:
    path = GROUPS.format(emulator.world.subscription)
    direct = session.get(f"{endpoint.url}{path}")
    by_proxy = session.get(f"https://management.azure.com{path}", proxies={"https": endpoint.proxy})
    assert [one["name"] for one in direct.json()["value"]] == ["rg"]
    assert (by_proxy.status_code, by_proxy.json()) == (direct.status_code, direct.json())


@pytest.mark.parametrize(
    ("url", "status"),
    [
        ("https://management.azure.com/metadata/endpoints?api-version=2022-09-01", 200),
        (
            "https://login.microsoftonline.com/22222222-2222-2222-2222-222222222222/v2.0/.well-known/openid-configuration",
            200,
        ),
        ("https://graph.microsoft.com/v1.0/me", 401),
        ("https://mykeyvault.vault.azure.net/secrets/user?api-version=7.4", 401),
        ("https://azcliprod.blob.core.windows.net/cli", 404),
    ],
)
def test_azures_own_hosts_are_answered_through_the_proxy(
    url: str, status: int, endpoint: Endpoint, session: requests.Session
) -> None:
    session.headers.clear()
    assert session.get(url, proxies={"https": endpoint.proxy}).status_code == status


@pytest.mark.parametrize(
    "host", ["example.net", "vault.azure.net.example", "azurecr.io", "127.0.0.1", "management.azure.com.evil"]
)
def test_a_host_that_is_not_azures_is_refused(host: str, endpoint: Endpoint) -> None:
    assert status_of(answer_of_proxy(endpoint, f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())) == 403


@pytest.mark.parametrize(
    ("request_line", "status"),
    [
        (b"CONNECT management.azure.com:8080 HTTP/1.1", 403),
        (b"CONNECT ../../x.vault.azure.net:443 HTTP/1.1", 403),
        (b"CONNECT management.azure.com HTTP/1.1", 403),
        (b"GET http://management.azure.com/ HTTP/1.1", 403),
        (b"nonsense", 400),
    ],
)
def test_the_proxy_does_one_thing_only(request_line: bytes, status: int, endpoint: Endpoint) -> None:
    head = b"%s\r\nHost: management.azure.com\r\n\r\n" % request_line
    assert status_of(answer_of_proxy(endpoint, head)) == status


def test_what_follows_a_connect_too_early_is_refused(endpoint: Endpoint) -> None:
    head = b"CONNECT management.azure.com:443 HTTP/1.1\r\nHost: x\r\n\r\nearly"
    assert status_of(answer_of_proxy(endpoint, head)) == 400


def test_a_request_that_comes_with_the_end_of_the_handshake_is_answered(endpoint: Endpoint) -> None:
    request = b"GET /metadata/endpoints?api-version=2022-09-01 HTTP/1.1\r\n" + LAST
    assert status_of(answer_to_early_request(endpoint, "management.azure.com", request)) == 200


def test_links_lead_back_the_way_one_came(endpoint: Endpoint, session: requests.Session) -> None:
    described = session.get(f"{endpoint.url}/metadata/endpoints?api-version=2022-09-01").json()
    assert described["resourceManager"].rstrip("/") == endpoint.url


def test_every_request_of_both_ways_is_recorded(
    emulator: Emulator, endpoint: Endpoint, session: requests.Session
) -> None:
    path = GROUPS.format(emulator.world.subscription)
    session.get(f"{endpoint.url}{path}")
    session.get(f"https://management.azure.com{path}", proxies={"https": endpoint.proxy})
    hosts = [record.host for record in emulator.requests]
    assert hosts == [f"127.0.0.1:{endpoint.port}", "management.azure.com"]
