from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlencode

import requests
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential

from acr_identity.emulator import Emulator, EmulatorAdapter, ManualClock, Reply, Request, Settings, World
from acr_identity.emulator.kernel.wire import Json, JsonObject

SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
TENANT = "22222222-2222-2222-2222-222222222222"
DEPLOYER = "33333333-3333-3333-3333-333333333333"
OPERATOR = "55555555-5555-5555-5555-555555555555"
SECRET = "marker-of-the-deployer"
OPERATOR_SECRET = "marker-of-the-operator"
LOGIN = f"https://login.microsoftonline.com/{TENANT}"
TOKEN = f"{LOGIN}/oauth2/v2.0/token"
ARM = "https://management.azure.com"
VAULT = "https://vault.azure.net"
GRAPH = "https://graph.microsoft.com"
SHARED = "https://127.0.0.1:8443"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
REGISTRY = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries/myregistry"
IDENTITY = f"{GROUP}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/myid"
READ_GROUP = f"{ARM}{GROUP}?api-version=2024-11-01"
READ_SECRET = "https://myvault.vault.azure.net/secrets/one?api-version=7.4"


def the_world(tenant: str = TENANT) -> World:
    deployer: JsonObject = {
        "client_id": DEPLOYER,
        "secret": SECRET,
        "roles": [{"role": "Owner"}, {"role": "Key Vault Secrets User", "vault": "myvault"}],
    }
    operator: JsonObject = {
        "client_id": OPERATOR,
        "secret": OPERATOR_SECRET,
        "roles": [{"role": "contributor", "resource_group": "RG"}, {"role": "AcrPull", "registry": "myregistry"}],
    }
    return World.model_validate(
        {
            "subscription": SUBSCRIPTION,
            "tenant": tenant,
            "resource_groups": {"rg": {}, "other": {}},
            "registries": {"myregistry": {"resource_group": "rg"}},
            "vaults": {"myvault": {"resource_group": "rg", "rbac": True, "secrets": {"one": "value"}}},
            "identities": {"myid": {"resource_group": "rg"}},
            "service_principals": {"deployer": deployer, "operator": operator},
        }
    )


@dataclass
class Scene:
    """An emulator, its clock, and a session that talks to it."""

    clock: ManualClock = field(default_factory=ManualClock)
    settings: Settings | None = None
    tenant: str = TENANT
    signing_key: bytes | None = None

    def __post_init__(self) -> None:
        self.emulator = Emulator(
            the_world(self.tenant), clock=self.clock, settings=self.settings, signing_key=self.signing_key
        )
        self.session = requests.Session()
        self.session.mount("https://", EmulatorAdapter(self.emulator))

    @property
    def transport(self) -> RequestsTransport:
        return RequestsTransport(session=self.session, session_owner=False)

    def credential(self, client: str = DEPLOYER, secret: str = SECRET, tenant: str = TENANT) -> ClientSecretCredential:
        return ClientSecretCredential(tenant, client, secret, transport=self.transport)

    def post(self, url: str, form: dict[str, str]) -> Reply:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.emulator.handle(Request.to("POST", url, headers, urlencode(form).encode()))

    def ask(self, **changes: str | None) -> Reply:
        """Ask for a token for ARM, with changes to the form; `None` leaves a parameter out."""
        form: dict[str, str | None] = {
            "grant_type": "client_credentials",
            "client_id": DEPLOYER,
            "client_secret": SECRET,
            "scope": f"{ARM}/.default",
        }
        return self.post(TOKEN, {name: value for name, value in (form | changes).items() if value is not None})

    def token(self, resource: str, client: str = DEPLOYER, secret: str = SECRET) -> str:
        reply = self.ask(scope=f"{resource}/.default", client_id=client, client_secret=secret)
        assert reply.status == 200, reply.body
        return str(content(reply)["access_token"])

    def get(self, url: str, token: str = "") -> Reply:
        return self.emulator.handle(Request.to("GET", url, {"Authorization": f"Bearer {token}"} if token else {}))

    def send(self, method: str, url: str, token: str, body: Json = None) -> Reply:
        sent = b"" if body is None else Reply.json(200, body).body
        return self.emulator.handle(Request.to(method, url, {"Authorization": f"Bearer {token}"}, sent))


def content(reply: Reply) -> JsonObject:
    found = reply.content()
    assert isinstance(found, dict)
    return found


def error_of(reply: Reply) -> JsonObject:
    found = content(reply)["error"]
    assert isinstance(found, dict)
    return found


def values(reply: Reply) -> list[JsonObject]:
    found = content(reply)["value"]
    assert isinstance(found, list)
    return [one for one in found if isinstance(one, dict)]
