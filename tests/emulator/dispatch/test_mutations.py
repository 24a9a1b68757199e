"""Whatever is made of a good request, there is a clear answer, and the state is whole."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from acr_identity.emulator import Emulator, ManualClock
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
    role_id,
    task_body,
    the_world,
    with_identity,
)

ONE = "aaaaaaaa-0000-0000-0000-000000000001"
WHO = "bbbbbbbb-0000-0000-0000-000000000001"
_ENTRY: JsonObject = {"tenantId": TENANT, "objectId": WHO, "permissions": {"secrets": ["get"], "keys": ["list"]}}
_TRIGGER: JsonObject = {
    "timerTriggers": [{"name": "t1", "schedule": "0 21 * * *"}],
    "baseImageTrigger": {"name": "base", "baseImageTriggerType": "Runtime"},
    "sourceTriggers": [{"name": "s", "sourceRepository": {"branch": "main"}}],
}
_CREDENTIALS: JsonObject = {
    "sourceRegistry": {"loginMode": "Default", "identity": "[system]"},
    "customRegistries": {
        "a.azurecr.io": {"identity": "[system]"},
        "docker.io": {"userName": {"type": "Opaque", "value": "x"}, "password": {"type": "Opaque", "value": "y"}},
    },
}
_GOOD: tuple[tuple[str, str, JsonObject], ...] = (
    ("PUT", f"{IDENTITIES}/mine", {"location": "eastus", "tags": {"a": "b"}}),
    ("PUT", f"{TASKS}/mytask", task_body(trigger=_TRIGGER, credentials=_CREDENTIALS, timeout=3600)),
    ("PUT", f"{TASKS}/mytask", with_identity("SystemAssigned, UserAssigned", f"{IDENTITIES}/existingid")),
    ("PATCH", f"{TASKS}/existing", {"properties": {"trigger": _TRIGGER, "credentials": _CREDENTIALS}, "tags": {}}),
    ("PATCH", f"{TASKS}/existing", {"identity": {"type": "None"}, "properties": {"step": {"type": "EncodedTask"}}}),
    (
        "POST",
        f"{REGISTRIES}/myregistry/scheduleRun",
        {
            "type": "TaskRunRequest",
            "taskId": f"{TASKS}/existing",
            "overrideTaskStepProperties": {"values": [{"name": "a", "value": "b", "isSecret": True}], "arguments": []},
        },
    ),
    (
        "POST",
        f"{REGISTRIES}/myregistry/scheduleRun",
        {
            "type": "DockerBuildRequest",
            "imageNames": ["a:1"],
            "dockerFilePath": "hello-world.dockerfile",
            "sourceLocation": "https://github.com/Azure-Samples/acr-tasks.git",
            "platform": {"os": "linux"},
        },
    ),
    (
        "PUT",
        f"{REGISTRIES}/myregistry/providers/Microsoft.Authorization/roleAssignments/{ONE}",
        {
            "properties": {
                "roleDefinitionId": role_id(ACR_PULL),
                "principalId": WHO,
                "principalType": "ServicePrincipal",
            }
        },
    ),
    ("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", {"properties": {"accessPolicies": [_ENTRY]}}),
    ("PUT", f"{VAULTS}/mykeyvault/accessPolicies/remove", {"properties": {"accessPolicies": [_ENTRY]}}),
    (
        "PUT",
        f"{VAULTS}/newvault",
        {
            "location": "eastus",
            "properties": {
                "tenantId": TENANT,
                "sku": {"family": "A", "name": "standard"},
                "accessPolicies": [_ENTRY],
                "networkAcls": {"bypass": "AzureServices", "ipRules": []},
            },
        },
    ),
    ("PATCH", f"{VAULTS}/mykeyvault", {"tags": {}, "properties": {"enableRbacAuthorization": True}}),
    ("PUT", f"{VAULTS}/mykeyvault/secrets/one", {"properties": {"value": "v", "attributes": {"enabled": True}}}),
    (
        "PUT",
        f"{REGISTRIES}/newregistry",
        {
            "location": "eastus",
            "sku": {"name": "Basic"},
            "properties": {"policies": {"a": {}}, "adminUserEnabled": True},
        },
    ),
    ("PATCH", f"{REGISTRIES}/myregistry", {"properties": {"roleAssignmentMode": "AbacRepositoryPermissions"}}),
    ("PUT", f"/subscriptions/{SUBSCRIPTION}/resourceGroups/new", {"location": "eastus", "tags": {}}),
    ("GET", f"{REGISTRIES}/myregistry/runs", {}),
    ("GET", TASKS, {}),
    ("POST", f"{TASKS}/existing/listDetails", {}),
    ("DELETE", f"{TASKS}/existing", {}),
    ("DELETE", GROUP, {}),
)
_JUNK: st.SearchStrategy[Json] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=6),
    st.sampled_from(
        ["", "[system]", "None", "/", "/subscriptions/x", ACR_PULL, f"{IDENTITIES}/existingid", "a b", "::"]
    ),
    st.just([]),
    st.just({}),
    st.just([{}]),
    st.just({"a": None}),
    st.just([None]),
)


def _places(content: Json, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    found = [place]
    if isinstance(content, dict):
        for name, value in content.items():
            found += _places(value, (*place, name))
    if isinstance(content, list):
        for index, value in enumerate(content):
            found += _places(value, (*place, index))
    return found


def _changed(content: Json, place: tuple[str | int, ...], junk: Json, *, drop: bool) -> Json:
    if not place:
        return junk
    first, rest = place[0], place[1:]
    if isinstance(content, dict):
        kept: JsonObject = {name: value for name, value in content.items() if name != first or not drop or rest}
        return kept if drop and not rest else {**kept, str(first): _changed(kept[str(first)], rest, junk, drop=drop)}
    assert isinstance(content, list)
    return [_changed(one, rest, junk, drop=drop) if at == first else one for at, one in enumerate(content)]


@st.composite
def mutated(draw: st.DrawFn) -> tuple[str, str, bytes]:
    """A good request with one or two places of its body, or of its address, spoiled."""
    method, path, body = draw(st.sampled_from(_GOOD))
    content: Json = body
    for _ in range(draw(st.integers(0, 2))):
        place = draw(st.sampled_from(_places(content)))
        content = _changed(content, place, draw(_JUNK), drop=draw(st.booleans()))
    segments = path.split("/")
    if draw(st.integers(0, 3)) == 0:
        index = draw(st.integers(1, len(segments) - 1))
        segments[index] = draw(st.sampled_from(["", "x", "%00", "%ff", "a%2Fb", "..", "*", segments[index].upper()]))
    text = json.dumps(content).encode()
    cut = draw(st.integers(0, len(text))) if draw(st.integers(0, 4)) == 0 else len(text)
    return method, "/".join(segments), text[:cut] if method in {"PUT", "PATCH", "POST"} else b""


@settings(max_examples=600, deadline=None)
@given(requests=st.lists(mutated(), min_size=1, max_size=4))
def test_a_spoiled_request_gets_an_answer_and_leaves_the_state_whole(requests: list[tuple[str, str, bytes]]) -> None:
    cloud = Cloud(Emulator(the_world(), clock=ManualClock()))
    cloud.send("PUT", f"{TASKS}/existing", with_identity("SystemAssigned"))
    for method, path, body in requests:
        cloud.send("GET", f"{REGISTRIES}/myregistry")  # runs that have ended leave their images now
        before = cloud.emulator.snapshot()
        reply = cloud.send_bytes(method, path, body)
        after = cloud.emulator.snapshot()
        assert reply.status < 500, (method, path, body, reply.body)
        if reply.status >= 400:
            assert after == before
            error = json.loads(reply.body)["error"]
            assert error["code"]
            assert error["message"]
        read_snapshot(json.loads(json.dumps(after)))


_SERVERS = st.sampled_from(["a.azurecr.io", "b.azurecr.io", "c.azurecr.io"])
_ENTRIES = st.one_of(st.none(), st.sampled_from(["[system]", "client"]).map(lambda who: {"identity": who}))


@settings(max_examples=100, deadline=None)
@given(patches=st.lists(st.dictionaries(_SERVERS, _ENTRIES, min_size=1), max_size=6))
def test_patches_of_credentials_add_up_to_the_last_word_on_each_server(
    patches: list[dict[str, dict[str, str] | None]],
) -> None:
    cloud = Cloud(Emulator(the_world(), clock=ManualClock()))
    cloud.send("PUT", f"{TASKS}/mytask", task_body())
    expected: dict[str, dict[str, str] | None] = {}
    for patch in patches:
        servers: JsonObject = json.loads(json.dumps(patch))
        cloud.send("PATCH", f"{TASKS}/mytask", {"properties": {"credentials": {"customRegistries": servers}}})
        expected |= patch
    details = json.loads(cloud.send("POST", f"{TASKS}/mytask/listDetails").body)
    left = {server: entry for server, entry in expected.items() if entry is not None}
    assert details["properties"].get("credentials", {}).get("customRegistries", {}) == left
