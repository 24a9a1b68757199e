"""Every list reads its `$filter` alike: a quoted text is a value, whatever is in it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator.kernel.wire import Json
from emulator.scenes import ARM, GRAPH, GROUP, REGISTRY, SUBSCRIPTION, Scene, error_of, values

ME = f"{ARM}/subscriptions/{SUBSCRIPTION}"
ROLE = "99999999-9999-9999-9999-999999999999"
ROLES = f"{ME}/providers/Microsoft.Authorization/roleDefinitions"
LISTS = {
    "resources": (f"{ME}/resources", "name eq {}", "2024-11-01"),
    "parts of names": (f"{ME}/resources", "substringof({}, name)", "2024-11-01"),
    "groups": (f"{ME}/resourcegroups", "tagName eq {}", "2024-11-01"),
    "runs": (f"{ARM}{REGISTRY}/runs", "TaskName eq {} and Status eq 'Failed'", "2019-04-01"),
    "images of runs": (f"{ARM}{REGISTRY}/runs", "contains(OutputImageManifests, {})", "2019-04-01"),
    "role definitions": (ROLES, "atScope() and roleName eq {}", "2022-04-01"),
    "role assignments": (
        f"{ME}/providers/Microsoft.Authorization/roleAssignments",
        "atScope() and assignedTo({})",
        "2022-04-01",
    ),
    "service principals": (f"{GRAPH}/v1.0/servicePrincipals", "displayName eq {}", ""),
    "their names": (f"{GRAPH}/v1.0/servicePrincipals", "servicePrincipalNames/any(c:c eq {})", ""),
    "users": (f"{GRAPH}/v1.0/users", "startswith(userPrincipalName, {})", ""),
}
# Nothing in this world is named so.
texts = st.text(st.characters(codec="utf-8"), max_size=10).map(lambda text: f"~{text}") | st.sampled_from(
    ["~'", "~it's", "~''", "~ and ", "~' or name eq 'a", "~)", "~,", "~%"]
)


@pytest.fixture(scope="module")
def asked_scene() -> Scene:
    """An emulator that all examples ask, and that none of them changes."""
    return Scene()


@pytest.fixture(scope="module")
def changed_scene() -> Scene:
    """An emulator in which each example replaces what the one before it made."""
    return Scene()


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def found(scene: Scene, url: str, expression: str, version: str) -> list[object]:
    reply = scene.get(
        f"{url}?api-version={version}&$filter={quote(expression)}", scene.token(GRAPH if GRAPH in url else ARM)
    )
    assert reply.status == 200, reply.body
    return [one.get("name", one.get("displayName")) for one in values(reply)]


@pytest.mark.parametrize("name", LISTS)
@given(text=texts)
def test_a_text_in_quotes_is_a_value_whatever_is_in_it(asked_scene: Scene, name: str, text: str) -> None:
    url, expression, version = LISTS[name]
    assert found(asked_scene, url, expression.format(quoted(text)), version) == []


@given(name=texts, value=texts)
def test_a_tag_is_found_by_its_name_and_value(changed_scene: Scene, name: str, value: str) -> None:
    body: dict[str, Json] = {"location": "eastus", "tags": {name: value}}
    put = changed_scene.send("PUT", f"{ARM}{GROUP}?api-version=2024-11-01", changed_scene.token(ARM), body)
    assert put.status == 200
    wanted = f"tagName eq {quoted(name)} and tagValue eq {quoted(value)}"
    assert found(changed_scene, f"{ME}/resourcegroups", wanted, "2024-11-01") == ["rg"]


@given(name=texts)
def test_a_custom_role_is_found_by_its_name(changed_scene: Scene, name: str) -> None:
    properties: dict[str, Json] = {
        "roleName": name,
        "permissions": [{"actions": ["*/read"]}],
        "assignableScopes": [f"/subscriptions/{SUBSCRIPTION}"],
    }
    url = f"{ROLES}/{ROLE}?api-version=2022-04-01"
    assert changed_scene.send("PUT", url, changed_scene.token(ARM), {"properties": properties}).status == 201
    assert found(changed_scene, ROLES, f"roleName eq {quoted(name)} and type eq 'CustomRole'", "2022-04-01") == [ROLE]


@pytest.mark.parametrize(
    ("path", "expression"),
    [
        ("users", "appId eq 'x'"),
        ("users", "servicePrincipalNames/any(c:c eq 'x')"),
        ("servicePrincipals", "userPrincipalName eq 'x'"),
        ("servicePrincipals", "displayName EQ 'x'"),
        ("servicePrincipals", "displayName ne 'x'"),
    ],
)
def test_graph_refuses_a_property_that_the_kind_does_not_have(scene: Scene, path: str, expression: str) -> None:
    reply = scene.get(f"{GRAPH}/v1.0/{path}?$filter={quote(expression)}", scene.token(GRAPH))
    assert (reply.status, error_of(reply)["code"]) == (400, "Request_UnsupportedQuery")
