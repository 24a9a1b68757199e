"""Whatever is sent to the directory or in a token, the answer is clear and tells no secret."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator import Request
from emulator.scenes import ARM, DEPLOYER, GRAPH, LOGIN, READ_GROUP, READ_SECRET, SECRET, TENANT, VAULT, Scene
from profiles import examples

_SCENE = Scene()
_NAMES = st.sampled_from(
    ["grant_type", "client_id", "client_secret", "scope", "resource", "claims", "client_assertion"]
)
_GOOD = [
    "client_credentials",
    DEPLOYER,
    f"{ARM}/.default",
    f"{VAULT}//.default",
    "/.default",
    "{}",
    "[" * 9999,
    "https://[",
]
_VALUES = st.one_of(st.text(max_size=20), st.sampled_from([*_GOOD, f"{SECRET}x"]))
_FORMS = st.lists(st.tuples(_NAMES, _VALUES), max_size=7).map(lambda pairs: urlencode(pairs).encode())
_TENANTS = st.one_of(st.just(TENANT), st.sampled_from(["common", "a.b", DEPLOYER, "%00", "%ff"]))
_PATHS = st.sampled_from(["oauth2/v2.0/token", "oauth2/token", "oauth2", "v2.0/x", "discovery/instance"])
_TOKENS = {url: _SCENE.token(resource) for url, resource in ((READ_GROUP, ARM), (READ_SECRET, VAULT))}


@examples(4)
@given(
    method=st.sampled_from(["POST", "POST", "GET", "PUT"]),
    tenant=_TENANTS,
    path=_PATHS,
    body=st.one_of(_FORMS, st.binary(max_size=40)),
)
def test_any_request_for_a_token_is_answered_in_the_envelope_of_the_directory(
    method: str, tenant: str, path: str, body: bytes
) -> None:
    reply = _SCENE.emulator.handle(Request.to(method, LOGIN.replace(TENANT, f"{tenant}/{path}"), {}, body))
    found = json.loads(reply.body)
    if reply.status == 200:
        assert set(found) >= {"token_type", "access_token", "expires_in"}
        return
    assert 400 <= reply.status < 500
    names = {"error", "error_description", "error_codes", "timestamp", "trace_id", "correlation_id", "error_uri"}
    assert set(found) == names
    assert found["error_description"].startswith(f"AADSTS{found['error_codes'][0]}: ")


@examples(2)
@given(wrong=st.text(min_size=8, max_size=30).map(lambda text: f"{SECRET}{text}"), path=st.sampled_from(["v2.0/", ""]))
def test_no_refusal_repeats_a_secret(wrong: str, path: str) -> None:
    form = {
        "grant_type": "client_credentials",
        "client_id": DEPLOYER,
        "client_secret": wrong,
        "scope": f"{ARM}/.default",
        "resource": ARM,
    }
    reply = _SCENE.post(f"{LOGIN}/oauth2/{path}token", form)
    assert reply.status == 401
    assert SECRET.encode() not in reply.body
    assert all(SECRET not in value for _, value in reply.headers)


@examples(4)
@given(url=st.sampled_from(sorted(_TOKENS)), data=st.data())
def test_a_token_that_was_changed_is_always_refused(url: str, data: st.DataObject) -> None:
    token = _TOKENS[url]
    at = data.draw(st.one_of(st.integers(0, len(token) - 1), st.integers(len(token) - 4, len(token) - 1)))
    put = data.draw(st.one_of(st.sampled_from("AQgw-_=.!9"), st.characters(exclude_categories=["Cs", "Z", "Cc"])))
    kind = data.draw(st.sampled_from(["replace", "insert", "drop"]))
    changed = {
        "replace": token[:at] + put + token[at + 1 :],
        "insert": token[:at] + put + token[at:],
        "drop": token[:at] + token[at + 1 :],
    }[kind]
    reply = _SCENE.get(url, changed)
    assert (reply.status == 200) == (changed == token)
    assert reply.status in {200, 401}
    assert token[-40:-4].encode() not in reply.body


@examples(2)
@given(
    path=st.sampled_from(
        ["servicePrincipals", "users", "directoryObjects/getByIds", "me", "directoryObjects/x", "a/b"]
    ),
    method=st.sampled_from(["GET", "POST", "DELETE"]),
    expression=st.one_of(st.text(max_size=20), st.sampled_from(["appId eq 'a'", "id eq '", "startswith(id,'')"])),
    body=st.one_of(st.binary(max_size=30), st.sampled_from([b"{}", b'{"ids": [null]}', b'{"ids": ["\\ud800"]}'])),
)
def test_any_request_to_graph_is_answered_in_its_envelope(path: str, method: str, expression: str, body: bytes) -> None:
    url = f"{GRAPH}/v1.0/{path}?{urlencode({'$filter': expression}, errors='replace')}"
    headers = {"Authorization": f"Bearer {_SCENE.emulator.token(audience=GRAPH)}"}
    reply = _SCENE.emulator.handle(Request.to(method, url, headers, body))
    assert reply.status < 500
    if reply.status >= 400:
        assert set(json.loads(reply.body)["error"]) == {"code", "message", "innerError"}
