from __future__ import annotations

import pytest

from acr_identity.emulator import Request, Settings
from acr_identity.emulator.dispatch.routes import TABLE
from acr_identity.emulator.kernel.settings import Hosts
from emulator.clouds import GROUP, IDENTITIES, REGISTRIES, SUBSCRIPTION, TENANT, Cloud, content, error_of, part

URL = f"https://management.azure.com{IDENTITIES}/existingid?api-version=2024-11-30"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, (401, "AuthenticationFailed")),
        ({"Authorization": "Basic abc"}, (401, "AuthenticationFailed")),
        ({"Authorization": "Bearer "}, (401, "AuthenticationFailed")),
        ({"Authorization": "Bearer abc"}, (401, "InvalidAuthenticationToken")),
    ],
)
def test_a_request_without_a_good_token_is_refused(
    cloud: Cloud, headers: dict[str, str], expected: tuple[int, str]
) -> None:
    reply = cloud.emulator.handle(Request.to("GET", URL, headers))
    assert error_of(reply) == expected
    assert f'authorization_uri="https://login.microsoftonline.com/{TENANT}"' in reply.header("www-authenticate")


@pytest.mark.parametrize(
    ("version", "code"),
    [
        ("", "MissingApiVersionParameter"),
        ("latest", "InvalidApiVersionParameter"),
        ("2025-13-01", "InvalidApiVersionParameter"),
        ("2010-01-01", "NoRegisteredProviderFound"),
        ("9999-01-01", "NoRegisteredProviderFound"),
    ],
)
def test_an_unknown_api_version_is_refused_by_name(cloud: Cloud, version: str, code: str) -> None:
    reply = cloud.send("GET", f"{IDENTITIES}/existingid", version=version)
    assert error_of(reply) == (400, code)
    assert version in str(reply.content())


@pytest.mark.parametrize("version", ["2023-01-31", "2024-11-30", "2025-05-31-preview"])
def test_a_known_api_version_is_answered(cloud: Cloud, version: str) -> None:
    assert cloud.send("GET", f"{IDENTITIES}/existingid", version=version).status == 200


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/", (404, "InvalidResourceType")),
        ("GET", "/elsewhere", (404, "InvalidResourceType")),
        ("GET", f"{GROUP}/providers/Microsoft.Web/sites/a", (404, "InvalidResourceType")),
        ("GET", f"{REGISTRIES}/myregistry/webhooks", (404, "InvalidResourceType")),
        ("POST", f"{REGISTRIES}/myregistry", (405, "MethodNotAllowed")),
        ("BREW", f"{REGISTRIES}/myregistry", (405, "MethodNotAllowed")),
    ],
)
def test_what_is_not_emulated_is_never_answered_with_success(
    cloud: Cloud, method: str, path: str, expected: tuple[int, str]
) -> None:
    reply = cloud.send(method, path)
    assert error_of(reply) == expected
    assert cloud.emulator.requests[-1].route == ""
    message = str(part(content(reply), "error")["message"])
    assert method in message if expected[0] == 405 else path in message


def test_another_subscription_is_not_found(cloud: Cloud) -> None:
    path = f"{IDENTITIES}/existingid".replace(SUBSCRIPTION, TENANT)
    assert error_of(cloud.send("GET", path)) == (404, "SubscriptionNotFound")


def test_a_host_that_is_not_emulated_is_not_answered(cloud: Cloud) -> None:
    reply = cloud.emulator.handle(Request.to("GET", "https://example.com/"))
    assert error_of(reply) == (421, "HostNotEmulated")


@pytest.mark.parametrize(
    ("host", "plane"),
    [
        ("MANAGEMENT.azure.com:443", "arm"),
        ("a.vault.azure.net", "vault"),
        ("a.blob.core.windows.net", "blob"),
        ("management.azure.com.example.org", None),
        ("login.microsoftonline.com", "login"),
        ("graph.microsoft.com", "graph"),
        ("myregistry.azurecr.io", "registry"),
    ],
)
def test_a_host_names_its_service(host: str, plane: str | None) -> None:
    assert Hosts().plane(host) == plane


def test_the_hosts_of_another_cloud_are_settings() -> None:
    hosts = Hosts(arm="management.chinacloudapi.cn", vault_suffix=".vault.azure.cn")
    assert (Settings(hosts=hosts).hosts.plane("a.vault.azure.cn"), hosts.plane("a.vault.azure.net")) == ("vault", None)


def test_replies_carry_the_ids_of_the_request(cloud: Cloud) -> None:
    reply = cloud.send("GET", f"{IDENTITIES}/existingid", version="2024-11-30")
    assert reply.header("x-ms-request-id") == reply.header("x-ms-correlation-request-id")
    assert reply.header("Date") == "Thu, 01 Jan 2026 00:00:00 GMT"


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff", b'{"a": NaN}', b'{"a": 1e999}', b"[" * 100_000])
def test_a_body_that_is_no_object_is_refused(cloud: Cloud, body: bytes) -> None:
    reply = cloud.send_bytes("PUT", f"{IDENTITIES}/newidentity", body, version="2024-11-30")
    assert error_of(reply) == (400, "InvalidRequestContent")


def test_an_empty_reply_has_no_content(cloud: Cloud) -> None:
    assert cloud.send("DELETE", f"{IDENTITIES}/nobody", version="2024-11-30").content() is None


def test_a_missing_body_is_refused(cloud: Cloud) -> None:
    reply = cloud.send("PUT", f"{IDENTITIES}/newidentity", version="2024-11-30")
    assert error_of(reply) == (400, "InvalidRequestContent")


def test_every_route_says_where_it_is_known_from_and_which_right_it_needs() -> None:
    known = {"recording", "specification", "documentation", "not verified"}
    arm = [route for route in TABLE.routes if route.plane == "arm"]
    assert {route.source for route in TABLE.routes} <= known
    assert sorted({route.path for route in arm if not route.action}) == [
        "/subscriptions",
        "/subscriptions/{subscription}/operationresults/{operation}",
        "/subscriptions/{subscription}/providers/{namespace}/register",
        "/subscriptions/{subscription}/providers/{namespace}/unregister",
        "/tenants",
        "/{scope*}/providers/Microsoft.Authorization/permissions",
        "/{scope*}/providers/Microsoft.Authorization/roleAssignments/{assignment}",
    ]
    assert len({(route.method, route.path) for route in TABLE.routes}) == len(TABLE.routes)
