from __future__ import annotations

import base64
from dataclasses import dataclass, field
from functools import cached_property
from typing import Protocol

import jwt
import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient

from acr_identity.emulator import Emulator, EmulatorAdapter, Reply, Request, Settings, World
from acr_identity.emulator.kernel.wire import Json, JsonObject

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup"
REGISTRIES = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries"
TASKS = f"{REGISTRIES}/myregistry/tasks"
IDENTITIES = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
VAULTS = f"{GROUP}/providers/Microsoft.KeyVault/vaults"
ACR_PULL = "7f951dda-4ed3-4680-a7ca-43fe172d538d"
ACR_PUSH = "8311e382-0749-4cb8-b61a-304f252e45ec"
REPOSITORY_READER = "b93aa761-3e63-49ed-ac28-beffa264f7ac"
SECRETS_USER = "4633458b-17de-408a-b874-0445c86b69e6"


def the_world() -> World:
    return World.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "tenant": TENANT,
            "resource_groups": {"myResourceGroup": {}},
            "registries": {
                "myregistry": {},
                "mybaseregistry": {"images": ["baseimages/node:15-alpine"]},
                "abacregistry": {"role_assignment_mode": "AbacRepositoryPermissions", "images": ["base:1"]},
            },
            "vaults": {
                "mykeyvault": {"secrets": {"UserName": "hubuser", "Password": "hub-password"}},
                "rolevault": {"secrets": {"UserName": "hubuser"}, "rbac": True},
            },
            "identities": {"existingid": {"tags": {"kept": "yes"}}},
            "service_principals": {},
            "images": ["mcr.microsoft.com/hello-world:latest", "node:15-alpine"],
            "docker_hub": {"hubuser": "hub-password"},
            "contexts": {
                "https://github.com/Azure-Samples/acr-tasks.git": {
                    "hello-world.dockerfile": "FROM mcr.microsoft.com/hello-world\n",
                    "node.dockerfile": "FROM node:15-alpine\n",
                    "private.dockerfile": "FROM mybaseregistry.azurecr.io/baseimages/node:15-alpine\n",
                    "task.yaml": "version: v1.1.0\nsteps:\n  - cmd: mcr.microsoft.com/hello-world\n",
                }
            },
        }
    )


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def task_body(text: str = "steps:\n  - cmd: mcr.microsoft.com/hello-world\n", **properties: Json) -> JsonObject:
    """The body of a PUT of a task whose step is a task file."""
    step: JsonObject = {"type": "EncodedTask", "encodedTaskContent": encoded(text), "values": []}
    shared: JsonObject = {"platform": {"os": "linux", "architecture": "amd64"}, "step": step}
    return {"location": "eastus", "properties": {**shared, **properties}}


def with_identity(kind: str, *users: str) -> JsonObject:
    """The body of a PUT of a task with identities."""
    identity: JsonObject = {"type": kind}
    if users:
        attached: JsonObject = {user: {} for user in users}
        identity["userAssignedIdentities"] = attached
    return {**task_body(), "identity": identity}


def role_id(guid: str) -> str:
    return f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{guid}"


def content(reply: Reply) -> JsonObject:
    found = reply.content()
    assert isinstance(found, dict)
    return found


def part(holder: JsonObject, *names: str) -> JsonObject:
    """The object that these names lead to."""
    for name in names:
        found = holder[name]
        assert isinstance(found, dict)
        holder = found
    return holder


def error_of(reply: Reply) -> tuple[int, Json]:
    return reply.status, part(content(reply), "error")["code"]


@dataclass(frozen=True)
class FixedToken:
    token: str = field(repr=False)

    def get_token(self, *_scopes: str, **_options: object) -> AccessToken:
        return AccessToken(self.token, 4102444800)


class Cloud:
    """An emulator with the real clients of the Azure SDK in front of it."""

    def __init__(self, emulator: Emulator, token: str | None = None) -> None:
        self.emulator = emulator
        self._token = token or emulator.token()
        self.session = requests.Session()
        self.session.mount("https://", EmulatorAdapter(emulator))
        self._transport = RequestsTransport(session=self.session, session_owner=False)

    def as_caller(self, *actions: str, scope: str | None = None) -> Cloud:
        return Cloud(self.emulator, self.emulator.caller(actions, scope=scope).token)

    def send(self, method: str, path: str, body: Json = None, *, version: str = "2025-03-01-preview") -> Reply:
        """Send a request past the SDK."""
        return self.send_bytes(method, path, b"" if body is None else Reply.json(200, body).body, version=version)

    def send_bytes(self, method: str, path: str, body: bytes, *, version: str = "2025-03-01-preview") -> Reply:
        joint = "&" if "?" in path else "?"
        url = path if path.startswith("https://") else f"https://management.azure.com{path}"
        headers = {"Authorization": f"Bearer {self._token_for(url)}"}
        return self.emulator.handle(Request.to(method, f"{url}{joint}api-version={version}", headers, body))

    def _token_for(self, url: str) -> str:
        if ".vault.azure.net/" not in url:
            return self._token
        principal = jwt.decode(self._token, options={"verify_signature": False})["oid"]
        return self.emulator.token(principal, audience="https://vault.azure.net")

    def read(self, path: str, *, version: str = "2025-03-01-preview") -> JsonObject:
        """What a GET answers."""
        reply = self.send("GET", path, version=version)
        assert reply.status == 200
        return content(reply)

    @cached_property
    def identities(self) -> ManagedServiceIdentityClient:
        return ManagedServiceIdentityClient(
            FixedToken(self._token), SUBSCRIPTION, transport=self._transport, retry_total=0
        )

    @cached_property
    def registries(self) -> ContainerRegistryManagementClient:
        return ContainerRegistryManagementClient(
            FixedToken(self._token), SUBSCRIPTION, transport=self._transport, retry_total=0, polling_interval=0
        )

    @cached_property
    def tasks(self) -> ContainerRegistryTasksMgmtClient:
        return ContainerRegistryTasksMgmtClient(
            FixedToken(self._token), SUBSCRIPTION, transport=self._transport, retry_total=0, polling_interval=0
        )

    @cached_property
    def access(self) -> AuthorizationManagementClient:
        return AuthorizationManagementClient(
            FixedToken(self._token), SUBSCRIPTION, transport=self._transport, retry_total=0
        )

    @cached_property
    def vaults(self) -> KeyVaultManagementClient:
        return KeyVaultManagementClient(
            FixedToken(self._token), SUBSCRIPTION, transport=self._transport, retry_total=0, polling_interval=0
        )


class CloudMaker(Protocol):
    def __call__(self, settings: Settings | None = None) -> Cloud: ...
