from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TypeAlias

import pytest
import requests
from azure.core.credentials import AccessToken
from azure.core.pipeline.transport import RequestsTransport
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient

from acr_identity.emulator import Emulator, EmulatorAdapter, Fault, ManualClock, Reply, Request, Settings, World
from acr_identity.emulator.wire import Json, JsonObject

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/myResourceGroup"
REGISTRIES = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries"


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
            "images": ["mcr.microsoft.com/hello-world:latest", "node:15-alpine"],
            "docker_hub": {"hubuser": "hub-password"},
            "contexts": {
                "https://github.com/Azure-Samples/acr-tasks.git": {
                    "hello-world.dockerfile": "FROM mcr.microsoft.com/hello-world\n",
                    "private.dockerfile": "FROM mybaseregistry.azurecr.io/baseimages/node:15-alpine\n",
                    "task.yaml": "version: v1.1.0\nsteps:\n  - cmd: mcr.microsoft.com/hello-world\n",
                }
            },
        }
    )


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
        content = b"" if body is None else Reply.json(200, body).body
        joint = "&" if "?" in path else "?"
        url = path if path.startswith("https://") else f"https://management.azure.com{path}"
        return self.emulator.handle(
            Request.to(method, f"{url}{joint}api-version={version}", {"Authorization": f"Bearer {self._token}"}, content)
        )

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


CloudMaker: TypeAlias = Callable[..., Cloud]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def make_cloud(clock: ManualClock) -> CloudMaker:
    """Make a cloud with settings of its own; the knobs are those of `Settings`."""

    def make(settings: Settings | None = None) -> Cloud:
        return Cloud(Emulator(the_world(), clock=clock, settings=settings))

    return make


@pytest.fixture
def cloud(make_cloud: CloudMaker) -> Cloud:
    return make_cloud()
