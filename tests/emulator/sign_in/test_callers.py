from __future__ import annotations

import pytest
from pydantic import ValidationError

from acr_identity.emulator import World
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.scenes import ARM, DEPLOYER, GROUP, IDENTITY, OPERATOR, OPERATOR_SECRET, REGISTRY, Scene, error_of

TASK = f"{ARM}{REGISTRY}/tasks/mytask?api-version=2025-03-01-preview"
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
ONE: JsonObject = {"client_id": DEPLOYER, "secret": "marker"}


def task(**more: JsonObject) -> JsonObject:
    step: JsonObject = {"type": "EncodedTask", "encodedTaskContent": "c3RlcHM6IFtd", "values": []}
    properties: JsonObject = {"platform": {"os": "linux", "architecture": "amd64"}, "step": step}
    return {"location": "eastus", "properties": properties, **more}


def test_a_role_counts_where_it_was_given(scene: Scene) -> None:
    token = scene.token(ARM, OPERATOR, OPERATOR_SECRET)
    other = GROUP.replace("/rg", "/other")
    statuses = [scene.get(f"{ARM}{path}?api-version=2024-11-01", token).status for path in (GROUP, REGISTRY, other)]
    assert statuses == [200, 200, 403]


def test_a_refusal_names_the_client_and_its_object(scene: Scene) -> None:
    token = scene.token(ARM, OPERATOR, OPERATOR_SECRET)
    name = "aaaaaaaa-0000-0000-0000-000000000001"
    role = f"{GROUP.partition('/resourceGroups')[0]}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    properties: JsonObject = {"roleDefinitionId": role, "principalId": name, "principalType": "ServicePrincipal"}
    path = f"{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{name}"
    reply = scene.send("PUT", f"{ARM}{path}?api-version=2022-04-01", token, {"properties": properties})
    error = error_of(reply)
    assert (reply.status, error["code"]) == (403, "AuthorizationFailed")
    assert str(error["message"]).startswith(f"The client '{OPERATOR}' with object id '")


def test_attaching_an_identity_asks_for_the_right_to_assign_it() -> None:
    scene = Scene()
    caller = scene.emulator.caller(["Microsoft.ContainerRegistry/registries/tasks/write"])
    attached: JsonObject = {"type": "UserAssigned", "userAssignedIdentities": {IDENTITY: {}}}
    reply = scene.send("PUT", TASK, caller.token, task(identity=attached))
    allowed = scene.send("PUT", TASK, scene.token(ARM, OPERATOR, OPERATOR_SECRET), task(identity=attached))
    assert (reply.status, error_of(reply)["code"], allowed.status) == (403, "LinkedAuthorizationFailed", 200)


@pytest.mark.parametrize(
    ("principals", "said"),
    [
        ({"a": {**ONE, "roles": [{"role": "Emperor"}]}}, "there is no built-in role 'Emperor'"),
        ({"a": {**ONE, "roles": [{"role": "Reader", "vault": "v"}]}}, "at vault 'v'; add it under vaults"),
        ({"a": {**ONE, "roles": [{"role": "Reader", "vault": "v", "registry": "r"}]}}, "counts at one place"),
        ({"a": ONE, "b": ONE}, "'b' has the client_id of another"),
        ({"a": {**ONE, "client_id": "me"}}, "should match pattern"),
        ({"a": {**ONE, "secret": ""}}, "at least 1"),
    ],
)
def test_a_world_with_a_service_principal_that_cannot_be_is_refused(principals: JsonObject, said: str) -> None:
    with pytest.raises(ValidationError, match=said) as caught:
        World.model_validate({"service_principals": principals})
    assert "marker" not in str(caught.value)


def test_a_role_may_be_had_at_an_identity() -> None:
    roles: JsonObject = {"roles": [{"role": "Managed Identity Operator", "identity": "one"}]}
    world = World.model_validate(
        {
            "resource_groups": {"rg": {}},
            "identities": {"one": {}, "two": {}},
            "service_principals": {"a": {**ONE, **roles}},
        }
    )
    scene = Scene()
    scene.emulator.world = world
    scene.emulator.reset()
    token = scene.token(ARM, DEPLOYER, "marker")
    base = f"{ARM}{IDENTITY.removesuffix('myid')}"
    statuses = [scene.get(f"{base}{name}?api-version=2024-11-30", token).status for name in ("one", "two")]
    assert statuses == [200, 403]
