from __future__ import annotations

import pytest

from emulator.scenes import LOGIN, SHARED, TENANT, Scene, content

_INSTANCE = "https://login.microsoftonline.com/common/discovery/instance?api-version=1.1&authorization_endpoint="


@pytest.mark.parametrize("base", ["https://login.microsoftonline.com", "https://login.windows.net", SHARED])
def test_the_endpoints_are_where_they_were_asked_for(scene: Scene, base: str) -> None:
    found = content(scene.get(f"{base}/{TENANT}/v2.0/.well-known/openid-configuration"))
    wanted = ("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri")
    assert {name: found[name] for name in wanted} == {
        "issuer": f"https://login.microsoftonline.com/{TENANT}/v2.0",
        "authorization_endpoint": f"{base}/{TENANT}/oauth2/v2.0/authorize",
        "token_endpoint": f"{base}/{TENANT}/oauth2/v2.0/token",
        "jwks_uri": f"{base}/{TENANT}/discovery/v2.0/keys",
    }


def test_the_first_version_has_a_document_of_its_own(scene: Scene) -> None:
    found = content(scene.get(f"{LOGIN}/.well-known/openid-configuration"))
    assert (found["issuer"], found["token_endpoint"]) == (f"https://sts.windows.net/{TENANT}/", f"{LOGIN}/oauth2/token")


def test_no_directory_in_particular_has_a_document_too(scene: Scene) -> None:
    url = "https://login.microsoftonline.com/organizations/v2.0/.well-known/openid-configuration"
    assert content(scene.get(url))["issuer"] == "https://login.microsoftonline.com/{tenantid}/v2.0"


@pytest.mark.parametrize("path", ["v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", "discovery/keys"])
def test_another_directory_is_unknown(scene: Scene, path: str) -> None:
    url = f"https://login.microsoftonline.com/33333333-0000-0000-0000-000000000000/{path}"
    reply = scene.get(url)
    found = content(reply)
    assert (reply.status, found["error"], found["error_codes"]) == (400, "invalid_tenant", [90002])


@pytest.mark.parametrize(
    ("authority", "document"),
    [
        ("login.microsoftonline.com", "https://login.microsoftonline.com/common/.well-known/openid-configuration"),
        ("127.0.0.1:8443", f"{SHARED}/common/.well-known/openid-configuration"),
    ],
)
def test_an_authority_of_this_cloud_is_a_real_one(scene: Scene, authority: str, document: str) -> None:
    found = content(scene.get(f"{_INSTANCE}https://{authority}/common/oauth2/authorize"))
    names = ["login.microsoftonline.com", "login.microsoft.com", "login.windows.net"]
    assert found == {
        "tenant_discovery_endpoint": document,
        "api-version": "1.1",
        "metadata": [{"preferred_network": names[0], "preferred_cache": names[-1], "aliases": names}],
    }


@pytest.mark.parametrize("authority", ["https://example.com/common/oauth2/authorize", "https://[", "text"])
def test_any_other_authority_is_not(scene: Scene, authority: str) -> None:
    reply = scene.get(f"{_INSTANCE}{authority}")
    found = content(reply)
    assert (reply.status, found["error"], found["error_codes"]) == (400, "invalid_instance", [50049])
