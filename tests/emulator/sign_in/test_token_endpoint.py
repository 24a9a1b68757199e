from __future__ import annotations

import base64
import re

import jwt
import pytest
import requests

from acr_identity.emulator import Emulator, EmulatorAdapter, Hosts, Request, Settings, World, make_signing_key
from acr_identity.emulator.kernel.settings import CLOUDS
from emulator.scenes import ARM, DEPLOYER, LOGIN, SECRET, SHARED, TENANT, TOKEN, VAULT, Scene, content


def test_a_token_says_who_it_is_for_and_from_whom_and_until_when(scene: Scene) -> None:
    token = scene.token("https://management.core.windows.net/")
    claims = jwt.decode(token, options={"verify_signature": False})
    now = int(scene.clock.now().timestamp())
    principal = claims["oid"]
    assert claims == {
        "aud": "https://management.core.windows.net/",
        "iss": f"https://sts.windows.net/{TENANT}/",
        "idp": f"https://sts.windows.net/{TENANT}/",
        "iat": now - 300,
        "nbf": now - 300,
        "exp": now + 3600,
        "oid": principal,
        "sub": principal,
        "tid": TENANT,
        "appid": DEPLOYER,
        "appidacr": "1",
        "idtyp": "app",
        "uti": claims["uti"],
        "ver": "1.0",
        "xms_tcdt": 1451606400,
    }
    assert jwt.get_unverified_header(token)["alg"] == "RS256"


def test_a_stranger_can_check_a_token_by_the_published_keys(scene: Scene) -> None:
    document = scene.session.get(f"{LOGIN}/v2.0/.well-known/openid-configuration").json()
    keys = jwt.PyJWKSet.from_dict(scene.session.get(document["jwks_uri"]).json())
    token = scene.token(ARM)
    key = keys[jwt.get_unverified_header(token)["kid"]]
    # The clock of the emulator stands in the past or the future of the machine's.
    options: jwt.types.Options = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    claims = jwt.decode(token, key.key, algorithms=["RS256"], audience=ARM, options=options)
    assert claims["tid"] == TENANT


def test_what_a_client_can_do_is_repeated_in_its_token(scene: Scene) -> None:
    reply = scene.ask(claims='{"access_token": {"xms_cc": {"values": ["CP1"]}}}')
    token = str(content(reply)["access_token"])
    assert jwt.decode(token, options={"verify_signature": False})["xms_cc"] == ["CP1"]


def test_the_first_version_answers_with_the_resource_and_the_times(scene: Scene) -> None:
    form = {"grant_type": "client_credentials", "client_id": DEPLOYER, "client_secret": SECRET, "resource": f"{ARM}/"}
    found = content(scene.post(f"{LOGIN}/oauth2/token", form))
    now = int(scene.clock.now().timestamp())
    assert {name: value for name, value in found.items() if name != "access_token"} == {
        "token_type": "Bearer",
        "expires_in": "3599",
        "ext_expires_in": "3599",
        "expires_on": str(now + 3600),
        "not_before": str(now - 300),
        "resource": f"{ARM}/",
    }
    assert scene.get(f"{ARM}/subscriptions?api-version=2022-12-01", str(found["access_token"])).status == 200


@pytest.mark.parametrize(
    "scope",
    [
        f"{ARM}/.default",
        f"{ARM}//.default",
        "https://management.core.windows.net//.default",
        f"{SHARED}/.default",
        f"{SHARED}//.default",
        f"{VAULT}/.default",
        "https://myvault.vault.azure.net/.default",
        "https://graph.microsoft.com//.default",
        "https://containerregistry.azure.net/.default",
        "00000003-0000-0000-c000-000000000000/.default",
    ],
)
def test_a_scope_gives_a_token_for_its_resource(scene: Scene, scope: str) -> None:
    token = str(content(scene.ask(scope=scope))["access_token"])
    assert jwt.decode(token, options={"verify_signature": False})["aud"] == scope.removesuffix("/.default")


@pytest.mark.parametrize(
    ("changes", "status", "error", "number", "said"),
    [
        ({"grant_type": None}, 400, "invalid_request", 900144, "following parameter: 'grant_type'."),
        ({"client_id": None}, 400, "invalid_request", 900144, "following parameter: 'client_id'."),
        ({"scope": None}, 400, "invalid_request", 900144, "following parameter: 'scope'."),
        ({"scope": ""}, 400, "invalid_request", 900144, "following parameter: 'scope'."),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003, "unsupported grant type 'password'"),
        ({"scope": f"{ARM}/.default {VAULT}/.default"}, 400, "invalid_scope", 70011, "is not valid."),
        ({"scope": "/.default"}, 400, "invalid_scope", 70011, "The scope /.default is not valid."),
        ({"scope": f"{ARM}/user_impersonation"}, 400, "invalid_scope", 1002012, "with /.default suffixed"),
        ({"scope": "https://example.com/.default"}, 400, "invalid_resource", 500011, "named https://example.com was"),
        ({"client_id": TENANT}, 400, "unauthorized_client", 700016, f"'{TENANT}' was not found in the directory"),
        ({"client_secret": None}, 401, "invalid_client", 7000216, "'client_secret' or 'request' is required"),
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215, f"a secret added to app '{DEPLOYER}'."),
        ({"client_secret": None, "client_assertion": "a.b.c"}, 401, "invalid_client", 700027, "not registered"),
        ({"claims": "{"}, 400, "invalid_request", 50131, "not a JSON object"),
    ],
)
def test_a_request_for_a_token_is_refused_by_number(
    scene: Scene, changes: dict[str, str | None], status: int, error: str, number: int, said: str
) -> None:
    reply = scene.ask(**changes)
    found = content(reply)
    assert (reply.status, found["error"], found["error_codes"]) == (status, error, [number])
    assert said in str(found["error_description"])
    assert found["error_uri"] == f"https://login.microsoftonline.com/error?code={number}"


def test_a_refusal_ends_with_the_ids_and_the_time(scene: Scene) -> None:
    name = "99999999-0000-0000-0000-000000000001"
    found = content(scene.emulator.handle(Request.to("POST", TOKEN, {"client-request-id": name})))
    pattern = (
        r"AADSTS900144: .*'grant_type'\. Trace ID: (\S{36}) Correlation ID: (\S{36}) Timestamp: (2026-01-01 00:00:00Z)"
    )
    match = re.fullmatch(pattern, str(found["error_description"]))
    assert match
    assert match.groups() == (found["trace_id"], found["correlation_id"], found["timestamp"])
    assert found["correlation_id"] == name


@pytest.mark.parametrize(
    ("tenant", "number"), [(DEPLOYER, 90002), ("contoso.com", 90002), ("contoso", 900023), ("common", 50059)]
)
def test_another_directory_gives_no_token(scene: Scene, tenant: str, number: int) -> None:
    reply = scene.post(TOKEN.replace(TENANT, tenant), {"grant_type": "client_credentials"})
    assert (reply.status, content(reply)["error_codes"]) == (400, [number])


def test_a_parameter_that_is_there_twice_is_refused(scene: Scene) -> None:
    reply = scene.emulator.handle(Request.to("POST", TOKEN, {}, b"scope=a&scope=b"))
    assert (reply.status, content(reply)["error_codes"]) == (400, [9000411])


@pytest.mark.parametrize(("method", "path", "status"), [("GET", TOKEN, 405), ("POST", f"{LOGIN}/nothing", 404)])
def test_what_the_directory_does_not_know_is_refused_in_its_envelope(
    scene: Scene, method: str, path: str, status: int
) -> None:
    reply = scene.emulator.handle(Request.to(method, path))
    assert (reply.status, content(reply)["error"]) == (status, "invalid_request")


def test_tokens_last_as_long_as_the_settings_say() -> None:
    found = content(Scene(settings=Settings(token_seconds=60)).ask())
    assert (found["expires_in"], found["ext_expires_in"]) == (59, 59)


def test_the_demo_world_has_a_deployer_who_owns_it() -> None:
    emulator = Emulator(World())
    deployer = emulator.world.service_principals["deployer"]
    session = requests.Session()
    session.mount("https://", EmulatorAdapter(emulator))
    form = {
        "grant_type": "client_credentials",
        "client_id": deployer.client_id,
        "client_secret": deployer.secret.get_secret_value(),
        "scope": f"{ARM}/.default",
    }
    token = session.post(TOKEN, data=form).json()["access_token"]
    url = f"{ARM}/subscriptions/{emulator.world.subscription}/resourcegroups/new?api-version=2024-11-01"
    made = session.put(url, json={"location": "eastus"}, headers={"Authorization": f"Bearer {token}"})
    assert made.status_code == 201


@pytest.mark.parametrize("name", sorted(CLOUDS))
def test_each_cloud_signs_in_at_its_own_hosts(name: str) -> None:
    hosts = CLOUDS[name]
    scene = Scene(settings=Settings(hosts=hosts))
    form = {
        "grant_type": "client_credentials",
        "client_id": DEPLOYER,
        "client_secret": SECRET,
        "scope": f"{hosts.arm_audience}//.default",
    }
    reply = scene.post(f"https://{hosts.authority}/{TENANT}/oauth2/v2.0/token", form)
    url = f"https://{hosts.arm}/subscriptions?api-version=2022-12-01"
    assert scene.get(url, str(content(reply)["access_token"])).status == 200
    assert (name == "AzureCloud") == (hosts == Hosts())


@pytest.mark.parametrize(
    "pem", [b"no key", base64.b64encode(b"key"), b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----"]
)
def test_a_signing_key_that_is_none_is_refused_without_being_quoted(pem: bytes) -> None:
    with pytest.raises(ValueError, match="the signing key cannot be read; give an RSA key") as caught:
        Emulator(signing_key=pem)
    assert pem.decode() not in str(caught.value)


def test_with_the_same_key_a_token_outlives_the_emulator() -> None:
    key = make_signing_key()
    first, second, other = Scene(signing_key=key), Scene(signing_key=key), Scene()
    url = f"{ARM}/subscriptions?api-version=2022-12-01"
    token = first.token(ARM)
    assert [scene.get(url, token).status for scene in (first, second, other)] == [200, 200, 401]
