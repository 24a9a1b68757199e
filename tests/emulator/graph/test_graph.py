from __future__ import annotations

import pytest

from acr_identity.emulator import Reply, Settings
from acr_identity.emulator.kernel.wire import JsonObject
from emulator.scenes import (
    ARM,
    DEPLOYER,
    GRAPH,
    GROUP,
    IDENTITY,
    OPERATOR,
    REGISTRY,
    Scene,
    content,
    error_of,
    values,
)

_NEW = IDENTITY.replace("myid", "newid").replace("resourceGroups", "resourcegroups")


def ask(scene: Scene, path: str) -> Reply:
    return scene.get(f"{GRAPH}/v1.0/{path}", scene.token(GRAPH))


def get_by_ids(scene: Scene, body: JsonObject) -> Reply:
    return scene.send("POST", f"{GRAPH}/v1.0/directoryObjects/getByIds", scene.token(GRAPH), body)


def make_identity(scene: Scene) -> JsonObject:
    url = f"{ARM}{_NEW}?api-version=2024-11-30"
    properties = content(scene.send("PUT", url, scene.token(ARM), {"location": "eastus"}))["properties"]
    assert isinstance(properties, dict)
    return properties


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        (f"servicePrincipalNames/any(c:c eq '{DEPLOYER}')", {"deployer"}),
        (f"appId eq '{OPERATOR}'", {"operator"}),
        ("displayName eq 'myid'", {"myid"}),
        ("startswith(displayName,'DE')", {"deployer"}),
        ("servicePrincipalNames/any(c:c eq 'nobody')", set()),
        ("displayName eq 'it''s'", set()),
        ("", {"deployer", "operator", "myid"}),
    ],
)
def test_service_principals_are_found_by_filter(scene: Scene, expression: str, names: set[str]) -> None:
    reply = ask(scene, f"servicePrincipals?$filter={expression}")
    assert {one["displayName"] for one in values(reply)} == names
    assert content(reply)["@odata.context"] == f"{GRAPH}/v1.0/$metadata#servicePrincipals"


def test_nobody_goes_by_an_object_id(scene: Scene) -> None:
    principal = make_identity(scene)["principalId"]
    assert values(ask(scene, f"servicePrincipals?$filter=servicePrincipalNames/any(c:c eq '{principal}')")) == []


def test_a_user_assigned_identity_shows_its_resource(scene: Scene) -> None:
    made = make_identity(scene)
    shown = content(ask(scene, f"servicePrincipals/{made['principalId']}"))
    wanted = ("id", "appId", "displayName", "servicePrincipalType", "alternativeNames")
    assert {name: shown[name] for name in wanted} == {
        "id": made["principalId"],
        "appId": made["clientId"],
        "displayName": "newid",
        "servicePrincipalType": "ManagedIdentity",
        "alternativeNames": ["isExplicit=True", _NEW],
    }


def test_the_identity_of_a_task_shows_its_task(scene: Scene) -> None:
    path = f"{REGISTRY}/tasks/mytask"
    step: JsonObject = {"type": "EncodedTask", "encodedTaskContent": "c3RlcHM6IFtd", "values": []}
    properties: JsonObject = {"platform": {"os": "linux"}, "step": step}
    body: JsonObject = {"location": "eastus", "identity": {"type": "SystemAssigned"}, "properties": properties}
    made = scene.send("PUT", f"{ARM}{path}?api-version=2025-03-01-preview", scene.token(ARM), body)
    identity = content(made)["identity"]
    assert isinstance(identity, dict)
    shown = content(ask(scene, f"directoryObjects/{identity['principalId']}"))
    assert (shown["displayName"], shown["alternativeNames"], shown["@odata.type"]) == (
        "myregistry/tasks/mytask",
        ["isExplicit=False", path],
        "#microsoft.graph.servicePrincipal",
    )


def test_objects_are_found_by_their_ids_with_their_types(scene: Scene) -> None:
    users = values(ask(scene, "users"))
    principals = values(ask(scene, f"servicePrincipals?$filter=appId eq '{DEPLOYER}'"))
    user, principal = users[0]["id"], principals[0]["id"]
    everybody: JsonObject = {"ids": [user, principal, GROUP[15:51]]}
    found = {one["id"]: one["@odata.type"] for one in values(get_by_ids(scene, everybody))}
    assert found == {user: "#microsoft.graph.user", principal: "#microsoft.graph.servicePrincipal"}
    some = get_by_ids(scene, {**everybody, "types": ["servicePrincipal", "directoryObjectPartnerReference"]})
    assert [one["id"] for one in values(some)] == [principal]


@pytest.mark.parametrize("body", [{}, {"ids": "a"}, {"ids": ["me"]}, {"ids": [GROUP[15:51]] * 1001}])
def test_ids_that_are_none_are_refused(scene: Scene, body: JsonObject) -> None:
    reply = get_by_ids(scene, body)
    assert (reply.status, error_of(reply)["code"]) == (400, "Request_BadRequest")


def test_a_service_principal_is_nobody_to_me(scene: Scene) -> None:
    reply = ask(scene, "me")
    error = error_of(reply)
    assert (reply.status, error["code"], error["message"]) == (
        400,
        "BadRequest",
        "/me request is only valid with delegated authentication flow.",
    )
    inner = error["innerError"]
    assert isinstance(inner, dict)
    assert inner["date"] == "2026-01-01T00:00:00"
    assert inner["request-id"] == inner["client-request-id"]


def test_a_user_is_found_by_name_and_by_id(scene: Scene) -> None:
    found = values(ask(scene, "users?$filter=userPrincipalName eq 'Owner@example.com'"))
    assert [one["displayName"] for one in found] == ["owner"]
    for name in ("owner@example.com", found[0]["id"]):
        assert content(ask(scene, f"users/{name}"))["userPrincipalName"] == "owner@example.com"


@pytest.mark.parametrize("path", ["servicePrincipals/nobody", "users/nobody", "directoryObjects/nobody"])
def test_nobody_is_not_found(scene: Scene, path: str) -> None:
    reply = ask(scene, path)
    assert (reply.status, error_of(reply)["code"]) == (404, "Request_ResourceNotFound")


@pytest.mark.parametrize("expression", ["x", "appId eq 1", "tags eq 'a'", "appId eq 'a' and appId eq 'b'"])
def test_a_filter_that_is_not_understood_is_refused(scene: Scene, expression: str) -> None:
    reply = ask(scene, f"servicePrincipals?$filter={expression}")
    assert (reply.status, error_of(reply)["code"]) == (400, "Request_UnsupportedQuery")


def test_a_new_principal_appears_after_a_while() -> None:
    scene = Scene(settings=Settings(replication_seconds=20))
    made = make_identity(scene)
    body: JsonObject = {"ids": [made["principalId"]]}
    query = f"servicePrincipals?$filter=appId eq '{made['clientId']}'"
    assert (values(get_by_ids(scene, body)), values(ask(scene, query))) == ([], [])
    scene.clock.advance(20)
    assert [len(values(reply)) for reply in (get_by_ids(scene, body), ask(scene, query))] == [1, 1]


def test_who_may_sign_in_is_known_from_the_start() -> None:
    scene = Scene(settings=Settings(replication_seconds=20))
    assert len(values(ask(scene, f"servicePrincipals?$filter=appId eq '{DEPLOYER}'"))) == 1


def test_graph_shows_no_secret(scene: Scene) -> None:
    assert b"marker" not in ask(scene, "servicePrincipals").body
