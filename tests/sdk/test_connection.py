from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import TYPE_CHECKING

import pytest
import requests
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.containerregistrytasks import ContainerRegistryTasksMgmtClient
from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient

from acr_identity.errors import SettingsError, UnreachableError
from acr_identity.gateway import Gateway
from acr_identity.ids import CLOUDS, PUBLIC_CLOUD, ArmId, Cloud
from acr_identity.sdk import RequestSeen, connect
from acr_identity.sdk.asker import Service
from acr_identity.sdk.policies import SdkCredential
from acr_identity.sdk.tokens import TokenCache, default_credential
from clocks import VirtualClock
from sdk.places import IDENTITY, REGISTRY, SUBSCRIPTION, VAULT
from sdk.tls import serve, write_certificate
from sdk.wire import Answer, Credential, Wire, always, in_turn, refusal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sdk.places import GatewayTo
    from sdk.wire import Json

GONE = refusal(404, "ResourceNotFound")


def test_the_gateway_is_the_port() -> None:
    with connect(PUBLIC_CLOUD, Credential(), transport_adapter=Wire(always(GONE))) as gateway:
        port: Gateway = gateway

        assert port.registry(REGISTRY) is None


def ask_everything(gateway: Gateway, subscription: str) -> None:
    registry = ArmId(str(REGISTRY).replace(SUBSCRIPTION, subscription))
    vault = ArmId(str(VAULT).replace(SUBSCRIPTION, subscription))
    identity = ArmId(str(IDENTITY).replace(SUBSCRIPTION, subscription))
    gateway.registry(registry)
    gateway.vault(vault)
    gateway.identity(identity)
    gateway.task(registry.child("tasks", "hello"))
    gateway.assignments(registry)


def test_sixteen_threads_with_all_clients_ask_once_for_a_token() -> None:
    credential = Credential()
    wire = Wire(always(GONE))
    together = Barrier(16)

    def work(number: int) -> None:
        together.wait()
        ask_everything(gateway, f"{number % 4}1111111-1111-1111-1111-111111111111")

    with connect(PUBLIC_CLOUD, credential, transport_adapter=wire) as gateway, ThreadPoolExecutor(16) as threads:
        list(threads.map(work, range(16)))

    assert credential.asked == [(PUBLIC_CLOUD.credential_scopes, None)]
    assert {sent.headers["authorization"] for sent in wire.sent} == {"Bearer a-token"}
    assert len(wire.sent) == 16 * 5


@pytest.mark.parametrize("cloud", CLOUDS.values(), ids=str)
def test_each_client_speaks_to_its_own_cloud_with_its_own_scopes(cloud: Cloud) -> None:
    credential = Credential()
    wire = Wire(always(GONE))

    with connect(cloud, credential, transport_adapter=wire) as gateway:
        ask_everything(gateway, SUBSCRIPTION)

    assert {f"https://{sent.host}" for sent in wire.sent} == {cloud.resource_manager}
    assert credential.asked == [(cloud.credential_scopes, None)]


def test_each_request_carries_the_command_and_itself(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(GONE))

    ask_everything(gateway, SUBSCRIPTION)

    assert {sent.headers["x-ms-correlation-request-id"] for sent in wire.sent} == {"one-command"}
    assert len({sent.headers["x-ms-client-request-id"] for sent in wire.sent}) == len(wire.sent)
    assert all(sent.headers["user-agent"].startswith("acr-identity ") for sent in wire.sent)


def test_each_service_is_asked_in_the_version_that_the_sdk_takes_by_itself() -> None:
    credential = SdkCredential(TokenCache(Credential))
    registries = ContainerRegistryManagementClient(credential, SUBSCRIPTION)
    tasks = ContainerRegistryTasksMgmtClient(credential, SUBSCRIPTION)
    vaults = KeyVaultManagementClient(credential, SUBSCRIPTION)
    versions = {service: service.value for service in Service}
    del versions[Service.RESOURCES]  # of which no client of the SDK is used
    assert versions == {
        Service.REGISTRIES: registries._config.api_version,  # noqa: SLF001 - the SDK gives it no public name
        Service.TASKS: tasks._config.api_version,  # noqa: SLF001 - the same
        Service.VAULTS: vaults._config.api_version,  # noqa: SLF001 - the same
        Service.IDENTITIES: ManagedServiceIdentityClient.DEFAULT_API_VERSION,
        Service.ROLES: AuthorizationManagementClient.DEFAULT_API_VERSION,
    }


def test_an_entry_of_netrc_does_not_replace_the_token(
    gateway_to: GatewayTo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text("machine management.azure.com login somebody password else\n")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    gateway, wire = gateway_to(always(GONE))

    gateway.registry(REGISTRY)

    assert wire.only.headers["authorization"] == "Bearer a-token"


def seen_by(wire: Wire, ask: Callable[[Gateway], object]) -> list[RequestSeen]:
    seen: list[RequestSeen] = []
    with connect(
        PUBLIC_CLOUD,
        Credential(),
        transport_adapter=wire,
        correlation="c",
        on_request=seen.append,
        clock=VirtualClock(),
    ) as gateway:
        ask(gateway)
    assert all(each.seconds >= 0 for each in seen)
    return [replace(each, seconds=0) for each in seen]


def test_each_attempt_is_told_of() -> None:
    busy = refusal(503, "ServerBusy", headers={"x-ms-request-id": "r-1"})
    wire = Wire(in_turn(busy, refusal(404, "ResourceNotFound", headers={"x-ms-request-id": "r-2"})))

    seen = seen_by(wire, lambda gateway: gateway.registry(REGISTRY))

    assert seen == [
        RequestSeen("GET", str(REGISTRY), 503, 0, "r-1", "c"),
        RequestSeen("GET", str(REGISTRY), 404, 0, "r-2", "c"),
    ]


def test_an_attempt_without_an_answer_is_told_of_with_our_own_id() -> None:
    wire = Wire(always(requests.ConnectionError("refused")))

    def ask(gateway: Gateway) -> None:
        with pytest.raises(UnreachableError):
            gateway.registry(REGISTRY)

    seen = seen_by(wire, ask)

    ours = {sent.headers["x-ms-client-request-id"] for sent in wire.sent}
    assert seen == [RequestSeen("GET", str(REGISTRY), 0, 0, each, "c") for each in ours] * len(wire.sent)


def test_the_signature_of_a_log_is_not_told() -> None:
    wire = Wire(always(Answer(b"abc", 200, {"x-ms-request-id": "r-1"})))

    seen = seen_by(wire, lambda gateway: gateway.read_log("https://a.blob.core.windows.net/c/d?sig=hush", 0))

    assert seen == [RequestSeen("GET", "/c/d", 200, 0, "r-1", "c")]


@pytest.mark.parametrize(
    ("cloud", "concurrency", "message"),
    [
        (replace(PUBLIC_CLOUD, resource_manager="http://localhost:1"), 1, "tokens are sent over https:// only"),
        (replace(PUBLIC_CLOUD, resource_manager="https://host:99999"), 1, "tokens are sent over https:// only"),
        (replace(PUBLIC_CLOUD, resource_manager="https://[::1"), 1, "tokens are sent over https:// only"),
        (replace(PUBLIC_CLOUD, ca_bundle="/not/there.pem"), 1, "which is not a file"),
        (PUBLIC_CLOUD, 0, "concurrency is 0"),
    ],
)
def test_what_the_sdk_would_refuse_later_is_refused_at_once(cloud: Cloud, concurrency: int, message: str) -> None:
    credential = Credential()

    with pytest.raises(SettingsError, match=message):
        connect(cloud, credential, concurrency=concurrency)
    assert credential.asked == []


def test_an_authority_counts_only_where_it_gives_the_tokens() -> None:
    cloud = replace(PUBLIC_CLOUD, authority="http://localhost:1")

    with pytest.raises(SettingsError, match="authority of cloud AzureCloud"):
        connect(cloud, None)
    with connect(cloud, Credential(), transport_adapter=Wire(always(GONE))) as gateway:
        assert gateway.registry(REGISTRY) is None


def private_cloud(address: str, ca_bundle: Path | str) -> Cloud:
    return replace(PUBLIC_CLOUD, name="mine", resource_manager=address, authority=address, ca_bundle=str(ca_bundle))


def test_the_authorities_of_the_cloud_win_over_those_of_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(write_certificate(tmp_path / "another")))
    with (
        serve(tmp_path, lambda _line: {"value": []}) as server,
        connect(private_cloud(server.address, server.authorities), Credential()) as gateway,
    ):
        assert gateway.assignments(VAULT) == ()


def test_a_server_with_an_authority_that_nobody_named_is_not_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with (
        serve(tmp_path, lambda _line: {"value": []}) as server,
        connect(private_cloud(server.address, ""), Credential()) as gateway,
        pytest.raises(UnreachableError, match="certificate is not trusted"),
    ):
        gateway.assignments(VAULT)
    assert server.lines == []


def test_threads_share_as_many_connections_as_were_allowed(tmp_path: Path) -> None:
    with (
        serve(tmp_path, lambda _line: {"value": []}) as server,
        connect(private_cloud(server.address, server.authorities), Credential(), concurrency=12) as gateway,
        ThreadPoolExecutor(12) as threads,
    ):
        found = list(threads.map(lambda _number: gateway.assignments(VAULT), range(120)))

    assert found == [()] * 120
    assert len(server.lines) == 120
    assert len(server.peers) <= 12


def test_the_default_credential_asks_the_authority_of_the_cloud_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No other host can be reached in these tests, so a look at Microsoft's would fail."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(write_certificate(tmp_path / "another")))
    monkeypatch.setenv("AZURE_TENANT_ID", "11111111-1111-1111-1111-111111111111")
    monkeypatch.setenv("AZURE_CLIENT_ID", "22222222-2222-2222-2222-222222222222")
    monkeypatch.setenv("AZURE_CLIENT_SECRET", "hush")
    monkeypatch.setenv("AZURE_TOKEN_CREDENTIALS", "EnvironmentCredential")

    def reply(line: str) -> Json:
        base = f"{server.address}/11111111-1111-1111-1111-111111111111"
        if "openid-configuration" in line:
            return {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            }
        return {"access_token": "given", "token_type": "Bearer", "expires_in": 3600}

    with serve(tmp_path, reply) as server:
        token = default_credential(private_cloud(server.address, server.authorities)).get_token("scope/.default")

    assert token.token == "given"


def run_python(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)


def test_importing_the_package_loads_no_sdk() -> None:
    done = run_python("""
import sys
import acr_identity, acr_identity.sdk
print([name for name in ("azure", "msal", "requests", "pydantic") if name in sys.modules])
""")

    assert done.stdout == "[]\n"


def test_a_credential_that_is_given_spares_azure_identity() -> None:
    done = run_python("""
import sys
from acr_identity.ids import PUBLIC_CLOUD, ArmId
from acr_identity.sdk import connect
class Credential:
    def get_token(self, *scopes, **options):
        raise RuntimeError("no")
with connect(PUBLIC_CLOUD, Credential()) as gateway:
    try:
        gateway.vault(ArmId("/subscriptions/s/resourceGroups/g/providers/p/vaults/v"))
    except Exception as error:
        print(error)
print([name for name in ("azure.identity", "msal", "aiohttp") if name in sys.modules])
""")

    assert done.stdout == "cannot read vault v: sign-in failed: no\n[]\n"


def test_the_sdk_prints_nothing_to_the_terminal() -> None:
    done = run_python("""
import io, time
import requests
from acr_identity.errors import AzureError
from acr_identity.ids import PUBLIC_CLOUD, ArmId
from acr_identity.sdk import connect
from urllib3 import HTTPResponse
class Credential:
    def get_token(self, *scopes, **options):
        return type("Token", (), {"token": "t", "expires_on": int(time.time()) + 3600})
class Html(requests.adapters.BaseAdapter):
    def send(self, request, **options):
        response = requests.Response()
        response.status_code, response.request, response.url = 400, request, request.url
        response.headers["Content-Type"] = "text/html"
        response.raw = HTTPResponse(io.BytesIO(b"<html>"), status=400, preload_content=False)
        return response
    def close(self): pass
with connect(PUBLIC_CLOUD, Credential(), transport_adapter=Html()) as gateway:
    try:
        gateway.vault(ArmId("/subscriptions/s/resourceGroups/g/providers/p/vaults/v"))
    except AzureError as error:
        print(error)
""")

    assert (done.stdout, done.stderr) == ("cannot read vault v: 400\n", "")


def test_identities_of_a_group_with_an_odd_name_are_found(gateway_to: GatewayTo) -> None:
    gateway, wire = gateway_to(always(Answer({"value": []})))
    group = ArmId.group(SUBSCRIPTION, "a (b).c-d_é")

    gateway.identities(group)

    assert wire.only.path == f"{group}/providers/Microsoft.ManagedIdentity/userAssignedIdentities"
