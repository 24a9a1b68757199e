"""A state that holds something of each kind, and a request for each operation of the emulator."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache

from acr_identity.emulator import Emulator, ManualClock, Request
from acr_identity.emulator.dispatch.routes import TABLE
from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.wire import Json, JsonObject
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
    role_id,
    task_body,
    the_world,
)

ONE = "aaaaaaaa-0000-0000-0000-000000000001"
_REGISTRY = f"{REGISTRIES}/myregistry"
_GIT = "https://github.com/Azure-Samples/acr-tasks.git"
_BUILD = f"""\
version: v1.1.0
steps:
  - build: -t $Registry/hello:$ID -f hello-world.dockerfile {_GIT}
  - push: [$Registry/hello:$ID]
"""
_VAULT: JsonObject = {"tenantId": TENANT, "sku": {"name": "standard"}, "accessPolicies": []}
_MADE: tuple[tuple[str, str, JsonObject], ...] = (
    ("PUT", f"{TASKS}/mytask", {**task_body(_BUILD), "identity": {"type": "SystemAssigned"}}),
    ("POST", f"{_REGISTRY}/scheduleRun", {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"}),
    (
        "PUT",
        f"{_REGISTRY}/taskRuns/mytaskrun",
        {"properties": {"runRequest": {"type": "TaskRunRequest", "taskId": f"{TASKS}/mytask"}}},
    ),
    ("PUT", f"{_REGISTRY}/agentPools/mypool", {"location": "eastus", "properties": {"count": 1, "tier": "S1"}}),
    (
        "PUT",
        f"{IDENTITIES}/existingid/federatedIdentityCredentials/github",
        {"properties": {"issuer": "https://a.example", "subject": "s", "audiences": ["api://a"]}},
    ),
    (
        "PUT",
        f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{ONE}",
        {"properties": {"roleName": "Mine", "permissions": [{"actions": ["*/read"]}], "assignableScopes": [GROUP]}},
    ),
    (
        "PUT",
        f"{_REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{ONE}",
        {
            "properties": {
                "roleDefinitionId": role_id(ACR_PULL),
                "principalId": ONE,
                "principalType": "ServicePrincipal",
            }
        },
    ),
    ("PUT", f"{VAULTS}/deletedvault", {"location": "eastus", "properties": _VAULT}),
    ("DELETE", f"{VAULTS}/deletedvault", {}),
    ("PUT", f"{VAULTS}/mykeyvault/secrets/gone", {"properties": {"value": "x"}}),
    (
        "PUT",
        f"{REGISTRIES}/abacregistry/providers/Microsoft.Authorization/locks/mylock",
        {"properties": {"level": "CanNotDelete", "notes": "n"}},
    ),
)


@cache
def rich_state() -> str:
    """The JSON of a snapshot that holds something of each kind."""
    cloud = Cloud(Emulator(the_world(), clock=ManualClock()))
    owner: JsonObject = {
        "tenantId": TENANT,
        "objectId": cloud.emulator.snapshot()["owner"],
        "permissions": {"secrets": ["all"]},
    }
    policies: JsonObject = {"properties": {"accessPolicies": [owner]}}
    for method, path, body in (*_MADE, ("PUT", f"{VAULTS}/mykeyvault/accessPolicies/add", policies)):
        reply = cloud.send(method, path, body or None)
        assert reply.status < 300, f"{method} {path}: {reply.body.decode()}"
    cloud.send("DELETE", "https://mykeyvault.vault.azure.net/secrets/gone", version="7.4")
    cloud.send("GET", "/tenants")  # the run that has ended leaves its image
    return json.dumps(cloud.emulator.snapshot())


_PARTS = {
    "subscription": SUBSCRIPTION,
    "tenant": TENANT,
    "group": "myResourceGroup",
    "registry": "myregistry",
    "identity": "existingid",
    "credential": "github",
    "task": "mytask",
    "run": "cf1",
    "task_run": "mytaskrun",
    "pool": "mypool",
    "vault": "mykeyvault",
    "secret": "UserName",
    "namespace": "Microsoft.KeyVault",
    "location": "eastus",
    "lock": "mylock",
    "role": ONE,
    "assignment": ONE,
    "scope*": _REGISTRY.removeprefix("/"),
    "repository*": "hello",
    "tag": "cf1",
    "reference": "cf1",
}
_HOSTS = {
    "arm": "management.azure.com",
    "metadata": "management.azure.com",
    "vault": "mykeyvault.vault.azure.net",
    "registry": "myregistry.azurecr.io",
    "login": "login.microsoftonline.com",
    "graph": "graph.microsoft.com",
    "blob": "acrlogs.blob.core.windows.net",
}
_BODY: JsonObject = {
    "location": "eastus",
    "tags": {},
    "name": "password",
    "value": "x",
    "type": "TaskRunRequest",
    "taskId": f"{TASKS}/mytask",
    "properties": {
        "enabled": True,
        "level": "ReadOnly",
        "step": {"type": "EncodedTask", "encodedTaskContent": encoded("a")},
    },
}
_ORDER = ("GET", "HEAD", "POST", "PATCH", "PUT", "DELETE")


def requests_to(emulator: Emulator) -> Iterator[Request]:
    """A request for each operation, those that change the least first."""
    operations = emulator.snapshot()["operations"]
    operation = next(iter(operations), "x") if isinstance(operations, dict) else "x"
    tokens = {
        "arm": emulator.token(),
        "vault": emulator.token(audience="https://vault.azure.net"),
        "graph": emulator.token(audience="https://graph.microsoft.com"),
    }
    for route in sorted(TABLE.routes, key=lambda route: (_ORDER.index(route.method), -len(route.path))):
        yield _request(route, operation, tokens.get(route.plane, tokens["arm"]))


def _request(route: Route, operation: str, token: str) -> Request:
    parts = {**_PARTS, "operation": operation}
    path = re.sub(r"\{([^}]*)\}", lambda part: parts.get(part[1], "x"), route.path)
    version = "7.4" if route.plane == "vault" else "2025-03-01-preview"
    body = b"" if route.method in {"GET", "HEAD", "DELETE"} else json.dumps(_BODY).encode()
    headers = {"Authorization": f"Bearer {token}"}
    return Request.to(route.method, f"https://{_HOSTS[route.plane]}{path}?api-version={version}", headers, body)


Place = tuple[str | int, ...]


def places_in(content: Json, place: Place = ()) -> Iterator[Place]:
    """The places of a JSON value, itself first."""
    yield place
    if isinstance(content, dict):
        for name, inner in content.items():
            yield from places_in(inner, (*place, name))
    if isinstance(content, list):
        for index, inner in enumerate(content):
            yield from places_in(inner, (*place, index))
