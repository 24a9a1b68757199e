"""The requests of `az acr repository` and of docker, at the registry's own host."""

from __future__ import annotations

import base64
from urllib.parse import urlencode

import pytest

from acr_identity.emulator import ManualClock, Request
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from emulator.clouds import (
    ACR_PULL,
    GROUP,
    IDENTITIES,
    REGISTRIES,
    REPOSITORY_READER,
    Cloud,
    content,
    part,
    role_id,
)

BASE, ABAC = "mybaseregistry.azurecr.io", "abacregistry.azurecr.io"
NO_NAME = "00000000-0000-0000-0000-000000000000"
NODE = "baseimages/node"


def ask(cloud: Cloud, method: str, url: str, authorization: str = "", form: dict[str, str] | None = None) -> Reply:
    headers = {"Authorization": authorization} if authorization else {}
    return cloud.emulator.handle(Request.to(method, f"https://{url}", headers, urlencode(form or {}).encode()))


def refresh(cloud: Cloud, host: str, token: str) -> Reply:
    form = {"grant_type": "access_token", "service": host, "tenant": "t", "access_token": token}
    return ask(cloud, "POST", f"{host}/oauth2/exchange", form=form)


def access(cloud: Cloud, host: str, token: str, scope: str) -> Reply:
    """The access token for a scope, by way of a refresh token, as az gets it."""
    held = str(content(refresh(cloud, host, token))["refresh_token"])
    form = {"grant_type": "refresh_token", "service": host, "scope": scope, "refresh_token": held}
    return ask(cloud, "POST", f"{host}/oauth2/token", form=form)


def read(cloud: Cloud, path: str, scope: str, host: str = BASE, token: str = "") -> Reply:
    given = content(access(cloud, host, token or cloud.emulator.token(), scope))
    return ask(cloud, "GET", f"{host}{path}", f"Bearer {given['access_token']}")


def somebody(cloud: Cloud, role: str, registry: str, condition: str = "") -> str:
    """The token of a new principal with a role at a registry."""
    made = content(cloud.send("PUT", f"{IDENTITIES}/somebody", {"location": "eastus"}, version="2024-11-30"))
    principal = str(part(made, "properties")["principalId"])
    properties: JsonObject = {
        "roleDefinitionId": role_id(role),
        "principalId": principal,
        "principalType": "ServicePrincipal",
    }
    if condition:
        properties |= {"condition": condition, "conditionVersion": "2.0"}
    name = "aaaaaaaa-0000-0000-0000-000000000009"
    path = f"{REGISTRIES}/{registry}/providers/Microsoft.Authorization/roleAssignments/{name}"
    assert cloud.send("PUT", path, {"properties": properties}, version="2022-04-01").status == 201
    return cloud.emulator.token(principal)


def codes(reply: Reply) -> tuple[int, Json]:
    errors = content(reply)["errors"]
    assert isinstance(errors, list)
    assert isinstance(errors[0], dict)
    return reply.status, errors[0]["code"]


def test_the_challenge_leads_to_the_token_service(cloud: Cloud) -> None:
    reply = ask(cloud, "GET", f"{BASE}/v2/")
    assert codes(reply) == (401, "UNAUTHORIZED")
    assert reply.header("WWW-Authenticate") == f'Bearer realm="https://{BASE}/oauth2/token",service="{BASE}"'
    given = content(access(cloud, BASE, cloud.emulator.token(), "registry:catalog:*"))["access_token"]
    assert ask(cloud, "GET", f"{BASE}/v2/", f"Bearer {given}").status == 200


def test_the_owner_lists_repositories_and_tags(cloud: Cloud) -> None:
    assert content(read(cloud, "/acr/v1/_catalog?n=100", "registry:catalog:*")) == {"repositories": [NODE]}
    shown = content(read(cloud, f"/acr/v1/{NODE}/_tags?n=100", f"repository:{NODE}:metadata_read"))
    tags = shown["tags"]
    assert isinstance(tags, list)
    assert isinstance(tags[0], dict)
    digest = cloud.emulator.images(BASE)[0].partition("@")[2]
    assert (shown["imageName"], tags[0]["name"], tags[0]["digest"]) == (NODE, "15-alpine", digest)
    repository = content(read(cloud, f"/acr/v1/{NODE}", f"repository:{NODE}:metadataRead"))
    assert (repository["manifestCount"], repository["tagCount"]) == (1, 1)
    one = content(read(cloud, f"/acr/v1/{NODE}/_tags/15-alpine", f"repository:{NODE}:metadata_read"))
    assert one["tag"] == tags[0]
    manifest = content(read(cloud, f"/acr/v1/{NODE}/_manifests/{digest}", f"repository:{NODE}:metadata_read"))
    assert part(manifest, "manifest")["tags"] == ["15-alpine"]


def test_docker_lists_tags_and_reads_manifests(cloud: Cloud) -> None:
    scope = f"repository:{NODE}:pull"
    digest = cloud.emulator.images(BASE)[0].partition("@")[2]
    assert content(read(cloud, f"/v2/{NODE}/tags/list", scope)) == {"name": NODE, "tags": ["15-alpine"]}
    for reference in ("15-alpine", digest):
        manifest = read(cloud, f"/v2/{NODE}/manifests/{reference}", scope)
        assert (manifest.status, manifest.header("Docker-Content-Digest")) == (200, digest)
    assert codes(read(cloud, f"/v2/{NODE}/manifests/none", scope)) == (404, "MANIFEST_UNKNOWN")
    assert codes(read(cloud, "/v2/none/tags/list", "repository:none:pull")) == (404, "NAME_UNKNOWN")


def test_an_exchange_proves_who_asks_and_no_more(cloud: Cloud) -> None:
    made = content(cloud.send("PUT", f"{IDENTITIES}/stranger", {"location": "eastus"}, version="2024-11-30"))
    token = cloud.emulator.token(str(part(made, "properties")["principalId"]))
    assert refresh(cloud, BASE, token).status == 200
    assert codes(access(cloud, BASE, token, f"repository:{NODE}:pull")) == (401, "UNAUTHORIZED")
    assert codes(refresh(cloud, BASE, "no token")) == (401, "UNAUTHORIZED")
    other = {"grant_type": "access_token", "service": ABAC, "access_token": token}
    assert codes(ask(cloud, "POST", f"{BASE}/oauth2/exchange", form=other)) == (400, "UNSUPPORTED")


def test_acr_pull_pulls_and_pushes_nothing(cloud: Cloud) -> None:
    token = somebody(cloud, ACR_PULL, "mybaseregistry")
    assert access(cloud, BASE, token, f"repository:{NODE}:pull").status == 200
    given = content(access(cloud, BASE, token, f"repository:{NODE}:pull,push,delete"))["access_token"]
    path = f"{BASE}/acr/v1/{NODE}"
    assert codes(ask(cloud, "DELETE", path, f"Bearer {given}")) == (401, "UNAUTHORIZED")
    assert codes(access(cloud, BASE, token, f"repository:{NODE}:delete")) == (401, "UNAUTHORIZED")


def test_a_condition_limits_tokens_to_its_repositories(cloud: Cloud) -> None:
    condition = (
        "((!(ActionMatches{'Microsoft.ContainerRegistry/registries/repositories/content/read'})) OR (@Request["
        "Microsoft.ContainerRegistry/registries/repositories:name] StringStartsWithIgnoreCase 'team/'))"
    )
    token = somebody(cloud, REPOSITORY_READER, "abacregistry", condition)
    statuses = [access(cloud, ABAC, token, f"repository:{name}:pull").status for name in ("Team/app", "base")]
    assert statuses == [200, 401]
    assert access(cloud, ABAC, token, "repository:base:metadata_read").status == 200
    assert access(cloud, ABAC, token, "registry:catalog:*").status == 401


def test_a_token_is_for_one_registry_one_scope_and_a_while(cloud: Cloud, clock: ManualClock) -> None:
    given = content(access(cloud, BASE, cloud.emulator.token(), f"repository:{NODE}:pull"))["access_token"]
    paths = (f"{BASE}/v2/{NODE}/tags/list", f"{BASE}/v2/other/tags/list", f"{ABAC}/v2/{NODE}/tags/list")
    statuses = [ask(cloud, "GET", path, f"Bearer {given}").status for path in paths]
    clock.advance(2 * 3600)
    assert [*statuses, ask(cloud, "GET", paths[0], f"Bearer {given}").status] == [200, 401, 401, 401]


def test_the_admin_user_logs_in_with_its_password(cloud: Cloud) -> None:
    cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", {"properties": {"adminUserEnabled": True}})
    found = cloud.registries.registries.list_credentials("myResourceGroup", "mybaseregistry").passwords
    assert found is not None
    right = base64.b64encode(f"mybaseregistry:{found[0].value}".encode()).decode()
    wrong = base64.b64encode(b"mybaseregistry:wrong").decode()
    path = f"{BASE}/acr/v1/_catalog"
    assert [ask(cloud, "GET", path, f"Basic {one}").status for one in (right, wrong, "***")] == [200, 401, 401]
    by_docker = ask(cloud, "GET", f"{BASE}/oauth2/token?service={BASE}&scope=repository:{NODE}:pull", f"Basic {right}")
    assert by_docker.status == 200
    by_form = {"grant_type": "password", "service": BASE, "scope": "registry:catalog:*", "username": "mybaseregistry"}
    form = {**by_form, "password": str(found[1].value)}
    assert ask(cloud, "POST", f"{BASE}/oauth2/token", form=form).status == 200


def test_a_refresh_token_is_a_password_of_nobody_in_particular(cloud: Cloud) -> None:
    held = content(refresh(cloud, BASE, cloud.emulator.token()))["refresh_token"]
    login = base64.b64encode(f"{NO_NAME}:{held}".encode()).decode()
    assert ask(cloud, "GET", f"{BASE}/v2/{NODE}/tags/list", f"Basic {login}").status == 200


def test_everybody_may_pull_where_everybody_may(cloud: Cloud) -> None:
    path = f"{BASE}/v2/{NODE}/tags/list"
    before = ask(cloud, "GET", path).status
    cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", {"properties": {"anonymousPullEnabled": True}})
    scope = f"{BASE}/oauth2/token?service={BASE}&scope=repository:{NODE}:pull"
    assert (before, ask(cloud, "GET", path).status, ask(cloud, "GET", scope).status) == (401, 200, 200)
    assert ask(cloud, "GET", f"{BASE}/acr/v1/_catalog").status == 401


def test_network_rules_keep_clients_out(cloud: Cloud) -> None:
    cloud.send("PATCH", f"{REGISTRIES}/mybaseregistry", {"properties": {"publicNetworkAccess": "Disabled"}})
    assert codes(ask(cloud, "GET", f"{BASE}/v2/")) == (403, "DENIED")


def test_lists_lead_from_page_to_page(cloud: Cloud) -> None:
    for tag in ("a", "b", "c"):
        body: JsonObject = {
            "source": {"registryUri": "mcr.microsoft.com", "sourceImage": "hello-world"},
            "targetTags": [f"{NODE}:{tag}"],
        }
        cloud.send("POST", f"{REGISTRIES}/mybaseregistry/importImage", body)
    scope, found = f"repository:{NODE}:metadata_read", []
    path = f"/acr/v1/{NODE}/_tags?n=3&orderby=timedesc"
    while path:
        reply = read(cloud, path, scope)
        tags = content(reply)["tags"]
        assert isinstance(tags, list)
        found.append([tag["name"] for tag in tags if isinstance(tag, dict)])
        path = reply.header("Link").partition("<")[2].partition(">")[0]
    assert found == [["c", "b", "a"], ["15-alpine"]]
    assert codes(read(cloud, f"/acr/v1/{NODE}/_tags?n=none", scope)) == (400, "UNSUPPORTED")


def test_tags_manifests_and_repositories_are_deleted(cloud: Cloud) -> None:
    for name in ("one:1", "one:2", "two:1"):
        body: JsonObject = {
            "source": {"registryUri": "docker.io", "sourceImage": "library/node:15-alpine"},
            "targetTags": [name],
        }
        cloud.send("POST", f"{REGISTRIES}/myregistry/importImage", body)
    host = "myregistry.azurecr.io"
    given = {
        name: content(access(cloud, host, cloud.emulator.token(), f"repository:{name}:delete"))["access_token"]
        for name in ("one", "two")
    }
    untagged = ask(cloud, "DELETE", f"{host}/acr/v1/one/_tags/1", f"Bearer {given['one']}")
    left = cloud.emulator.images(host)
    gone = ask(cloud, "DELETE", f"{host}/v2/one/manifests/2", f"Bearer {given['one']}")
    repository = ask(cloud, "DELETE", f"{host}/acr/v1/two", f"Bearer {given['two']}")
    assert [untagged.status, gone.status, repository.status] == [202, 202, 202]
    assert [name.partition("@")[0] for name in left] == ["one:2", "two:1"]
    assert cloud.emulator.images(host) == ()


@pytest.mark.parametrize(
    "form",
    [
        {"grant_type": "client_credentials"},
        {"grant_type": "refresh_token", "refresh_token": "x"},
        {"grant_type": "password", "username": "mybaseregistry", "password": ""},
        {},
    ],
)
def test_a_wrong_login_is_refused(cloud: Cloud, form: dict[str, str]) -> None:
    reply = ask(cloud, "POST", f"{BASE}/oauth2/token", form={**form, "scope": "registry:catalog:*"})
    assert reply.status in {400, 401}


def test_a_host_without_a_registry_has_no_repositories(cloud: Cloud) -> None:
    assert codes(ask(cloud, "GET", "nobody.azurecr.io/v2/")) == (404, "NAME_UNKNOWN")
    assert cloud.read(GROUP, version="2024-11-01")["name"] == "myResourceGroup"
