"""Whatever is made of a good request for the newer operations, there is a clear answer, and the state is whole."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from hypothesis import given, settings
from hypothesis import strategies as st

from acr_identity.emulator import Emulator, ManualClock, Reply, Request
from acr_identity.emulator.kernel.wire import Json, JsonObject
from acr_identity.emulator.snapshot import read_snapshot
from emulator.clouds import (
    ACR_PULL,
    GROUP,
    IDENTITIES,
    REGISTRIES,
    SUBSCRIPTION,
    TASKS,
    TENANT,
    VAULTS,
    Cloud,
    encoded,
    part,
    role_id,
    task_body,
    the_world,
)

ME = f"/subscriptions/{SUBSCRIPTION}"
ONE = "aaaaaaaa-0000-0000-0000-000000000001"
_CONDITION = "(@Request[Microsoft.ContainerRegistry/registries/repositories:name] StringEqualsIgnoreCase 'a')"
_STEPS = encoded("steps:\n  - cmd: mcr.microsoft.com/hello-world\n")
_VALUES: JsonObject = {"name": "a", "value": "b", "isSecret": True}


@dataclass(frozen=True)
class Good:
    method: str
    path: str
    body: JsonObject
    host: str = "management.azure.com"
    is_form: bool = False


_VAULT = "mykeyvault.vault.azure.net"
_REGISTRY = "mybaseregistry.azurecr.io"
_GOOD = (
    Good("GET", "/subscriptions", {}),
    Good("GET", f"{ME}/resources?$filter=name eq 'a' or name eq 'b'&$top=1&$expand=createdTime", {}),
    Good("GET", f"{ME}/providers/Microsoft.KeyVault", {}),
    Good("POST", f"{ME}/providers/Microsoft.KeyVault/register", {}),
    Good("POST", f"{ME}/providers/Microsoft.ManagedIdentity/unregister", {}),
    Good(
        "POST",
        f"{REGISTRIES}/myregistry/importImage",
        {
            "source": {
                "registryUri": "docker.io",
                "sourceImage": "library/node:15-alpine",
                "credentials": {"username": "hubuser", "password": "hub-password"},
            },
            "targetTags": ["a:1", "b"],
            "untaggedTargetRepositories": ["c"],
            "mode": "Force",
        },
    ),
    Good(
        "POST",
        f"{REGISTRIES}/myregistry/importImage",
        {
            "source": {"resourceId": f"{REGISTRIES}/mybaseregistry", "sourceImage": "baseimages/node:15-alpine"},
            "targetTags": ["a"],
        },
    ),
    Good("POST", f"{REGISTRIES}/myregistry/regenerateCredential", {"name": "password"}),
    Good("POST", f"{REGISTRIES}/myregistry/listCredentials", {}),
    Good("GET", f"{REGISTRIES}/myregistry/listUsages", {}),
    Good(
        "PATCH",
        f"{REGISTRIES}/myregistry",
        {
            "properties": {
                "networkRuleSet": {"defaultAction": "Deny", "ipRules": [{"action": "Allow", "value": "10.0.0.0/8"}]},
                "publicNetworkAccess": "Enabled",
                "adminUserEnabled": True,
            }
        },
    ),
    Good(
        "POST",
        f"{ME}/providers/Microsoft.ContainerRegistry/checkNameAvailability",
        {"name": "abcde", "type": "Microsoft.ContainerRegistry/registries"},
    ),
    Good(
        "PUT",
        f"{REGISTRIES}/myregistry/taskRuns/taskrun1",
        {
            "identity": {"type": "UserAssigned", "userAssignedIdentities": {f"{IDENTITIES}/existingid": {}}},
            "properties": {
                "forceUpdateTag": "a",
                "runRequest": {
                    "type": "EncodedTaskRunRequest",
                    "encodedTaskContent": _STEPS,
                    "platform": {"os": "linux"},
                    "values": [_VALUES],
                },
            },
        },
    ),
    Good("PATCH", f"{REGISTRIES}/myregistry/taskRuns/existing", {"properties": {"forceUpdateTag": "b"}}),
    Good("POST", f"{REGISTRIES}/myregistry/taskRuns/existing/listDetails", {}),
    Good("DELETE", f"{REGISTRIES}/myregistry/taskRuns/existing", {}),
    Good(
        "PUT",
        f"{REGISTRIES}/myregistry/agentPools/pool1",
        {"location": "eastus", "tags": {"a": "b"}, "properties": {"count": 2, "tier": "S1", "os": "Linux"}},
    ),
    Good("POST", f"{REGISTRIES}/myregistry/listBuildSourceUploadUrl", {}),
    Good(
        "GET", f"{REGISTRIES}/myregistry/runs?$filter=contains(OutputImageManifests,'a') and Status eq 'x'&$top=2", {}
    ),
    Good(
        "PUT",
        f"{IDENTITIES}/existingid/federatedIdentityCredentials/github",
        {"properties": {"issuer": "https://a.example", "subject": "s", "audiences": ["api://AzureADTokenExchange"]}},
    ),
    Good("POST", f"{IDENTITIES}/existingid/listAssociatedResources", {}),
    Good(
        "PUT",
        f"{GROUP}/providers/Microsoft.Authorization/locks/kept",
        {"properties": {"level": "CanNotDelete", "notes": "n"}},
    ),
    Good("DELETE", f"{GROUP}/providers/Microsoft.Authorization/locks/existing", {}),
    Good(
        "PUT",
        f"{ME}/providers/Microsoft.Authorization/roleDefinitions/{ONE}",
        {
            "properties": {
                "roleName": "Mine",
                "description": "d",
                "permissions": [{"actions": ["*/read"], "notActions": [], "dataActions": ["a/b"]}],
                "assignableScopes": [ME],
            }
        },
    ),
    Good(
        "PUT",
        f"{REGISTRIES}/abacregistry/providers/Microsoft.Authorization/roleAssignments/{ONE}",
        {
            "properties": {
                "roleDefinitionId": role_id(ACR_PULL),
                "principalId": ONE,
                "principalType": "ServicePrincipal",
                "condition": _CONDITION,
                "conditionVersion": "2.0",
            }
        },
    ),
    Good("GET", f"{REGISTRIES}/myregistry/providers/Microsoft.Authorization/permissions", {}),
    Good(
        "PUT",
        f"{VAULTS}/deletedvault",
        {
            "location": "eastus",
            "properties": {"tenantId": TENANT, "sku": {"name": "standard"}, "createMode": "recover"},
        },
    ),
    Good("POST", f"{ME}/providers/Microsoft.KeyVault/locations/eastus/deletedVaults/deletedvault/purge", {}),
    Good(
        "PATCH",
        f"{VAULTS}/mykeyvault",
        {"properties": {"networkAcls": {"defaultAction": "Deny", "ipRules": [{"value": "10.0.0.0/8"}]}}},
    ),
    Good(
        "PUT",
        "/secrets/one",
        {"value": "v", "tags": {"a": "b"}, "attributes": {"enabled": True, "nbf": 1, "exp": 2}, "contentType": "t"},
        _VAULT,
    ),
    Good("PATCH", "/secrets/UserName/", {"attributes": {"enabled": False}, "tags": {"a": "b"}}, _VAULT),
    Good("DELETE", "/secrets/UserName", {}, _VAULT),
    Good("POST", "/deletedsecrets/Password/recover", {}, _VAULT),
    Good("GET", "/secrets?maxresults=1", {}, _VAULT),
    Good("GET", "/v2/", {}, _REGISTRY),
    Good(
        "POST",
        "/oauth2/exchange",
        {"grant_type": "access_token", "service": _REGISTRY, "access_token": "x"},
        _REGISTRY,
        is_form=True,
    ),
    Good(
        "POST",
        "/oauth2/token",
        {"grant_type": "refresh_token", "scope": "repository:a:pull,push registry:catalog:*", "refresh_token": "x"},
        _REGISTRY,
        is_form=True,
    ),
    Good("GET", "/acr/v1/baseimages/node/_tags?n=1&last=a&orderby=timeasc", {}, _REGISTRY),
    Good("DELETE", "/v2/baseimages/node/manifests/15-alpine", {}, _REGISTRY),
)
_JUNK: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(["", "[system]", "/", "::", "a b", "*", "'", "https://[", f"{IDENTITIES}/existingid", ACR_PULL]),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just([None]),
    st.just({"a": None}),
)
_SEGMENTS = ("", "x", "%00", "%ff", "a%2Fb", "..", "*", "%F0%9F%90%B3")


def _places(content: Json, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    inner: list[tuple[str | int, Json]] = []
    if isinstance(content, dict):
        inner = [*content.items()]
    if isinstance(content, list):
        inner = [*enumerate(content)]
    return [place, *(found for name, value in inner for found in _places(value, (*place, name)))]


def _changed(content: Json, place: tuple[str | int, ...], junk: Json) -> Json:
    if not place:
        return junk
    first, rest = place[0], place[1:]
    if isinstance(content, dict):
        return {name: _changed(one, rest, junk) if name == first else one for name, one in content.items()}
    assert isinstance(content, list)
    return [_changed(one, rest, junk) if at == first else one for at, one in enumerate(content)]


def _sent(good: Good, content: Json, cut: int | None) -> bytes:
    if good.is_form:
        fields = content if isinstance(content, dict) else {"field": content}
        text = urlencode({name: str(value) for name, value in fields.items()}, errors="replace").encode()
    else:
        text = json.dumps(content).encode()
    return text[:cut] if good.method in {"PUT", "PATCH", "POST"} else b""


@st.composite
def spoiled(draw: st.DrawFn) -> Request:
    """A good request with places of its body, its address or its query spoiled."""
    good = draw(st.sampled_from(_GOOD))
    content: Json = good.body
    for _ in range(draw(st.integers(0, 2))):
        content = _changed(content, draw(st.sampled_from(_places(content))), draw(_JUNK))
    path, _, written = good.path.partition("?")
    segments = path.split("/")
    if draw(st.integers(0, 3)) == 0:
        index = draw(st.integers(1, len(segments) - 1))
        segments[index] = draw(st.sampled_from([*_SEGMENTS, segments[index].swapcase()]))
    query: list[tuple[str, str]] = []
    for one in filter(None, written.split("&")):
        name, _, value = one.partition("=")
        query.append((name, value))
    at = draw(st.integers(0, 2 * len(query)))
    if at < len(query):
        query[at] = (query[at][0], draw(st.text(max_size=8)))
    cut = draw(st.one_of(st.none(), st.none(), st.integers(0, 200)))
    version = "7.4" if good.host == _VAULT else "2025-03-01-preview"
    return Request(
        method=draw(st.sampled_from([good.method] * 9 + ["BREW"])),
        host=good.host,
        path="/".join(segments),
        query=(*query, ("api-version", version)),
        body=_sent(good, content, cut),
    )


def _prepared() -> Cloud:
    cloud = Cloud(Emulator(the_world(), clock=ManualClock()))
    cloud.send("PUT", f"{TASKS}/existing", task_body())
    request: JsonObject = {"type": "TaskRunRequest", "taskId": f"{TASKS}/existing"}
    path = f"{REGISTRIES}/myregistry/taskRuns/existing"
    cloud.send("PUT", path, {"properties": {"runRequest": request}})
    lock: JsonObject = {"properties": {"level": "ReadOnly"}}
    cloud.send("PUT", f"{GROUP}/providers/Microsoft.Authorization/locks/existing", lock)
    cloud.send("DELETE", f"{GROUP}/providers/Microsoft.Authorization/locks/existing")
    vault: JsonObject = {
        "location": "eastus",
        "properties": {"tenantId": TENANT, "sku": {"name": "standard"}, "accessPolicies": []},
    }
    cloud.send("PUT", f"{VAULTS}/deletedvault", vault)
    cloud.send("DELETE", f"{VAULTS}/deletedvault")
    entry: JsonObject = {
        "tenantId": TENANT,
        "objectId": cloud.emulator.snapshot()["owner"],
        "permissions": {"secrets": ["all"]},
    }
    cloud.send("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", {"properties": {"accessPolicies": [entry]}})
    return cloud


_START = _prepared().emulator.snapshot()


def _check(reply: Reply, request: Request) -> None:
    assert 200 <= reply.status < 500
    if reply.status < 400 or request.method == "HEAD":
        return
    content = reply.content()
    assert isinstance(content, dict)
    if "errors" in content:
        assert request.host == _REGISTRY
        return
    error = part(content, "error")
    assert isinstance(error["code"], str)
    assert isinstance(error["message"], str)
    assert error["code"]
    assert error["message"]


@settings(max_examples=1000, deadline=None)
@given(requests=st.lists(spoiled(), min_size=1, max_size=3))
def test_a_spoiled_request_gets_an_answer_and_leaves_the_state_whole(requests: list[Request]) -> None:
    emulator = Emulator(the_world(), clock=ManualClock())
    emulator.restore(_START)
    token_of = {_VAULT: emulator.token(audience="https://vault.azure.net")}
    arm_token = emulator.token()
    cloud = Cloud(emulator, arm_token)
    for request in requests:
        cloud.send("GET", "/tenants")  # runs that have ended leave their images now
        before = emulator.snapshot()
        token = token_of.get(request.host, arm_token)
        sent = replace(request, headers=(("Authorization", f"Bearer {token}"),))
        reply = emulator.handle(sent)
        _check(reply, sent)
        after = emulator.snapshot()
        assert read_snapshot(json.loads(json.dumps(after))) == read_snapshot(after)
        if reply.status >= 400:
            assert after == before
