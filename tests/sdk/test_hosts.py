"""Tokens go to the cloud's own hosts only, whatever an answer says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from urllib3.util import parse_url

from acr_identity.changes import AssignRole, CreateIdentity, EnableTask, Grantee
from acr_identity.errors import AzureError, ExitCode
from acr_identity.gateway import Gateway
from acr_identity.ids import CLOUDS, PUBLIC_CLOUD, Cloud, Role
from acr_identity.sdk.hosts import ElsewhereError, OwnHosts
from acr_identity.state import Known, SystemIdentity
from sdk.places import GROUP, IDENTITY, REGISTRY, SUBSCRIPTION, TASK, TENANT, VAULT, GatewayTo
from sdk.wire import A_TOKEN, Answer, Json, always

PRIVATE = replace(PUBLIC_CLOUD, name="mine", resource_manager="https://arm.example:8443")
LINKS = [
    ("https://evil.example/more?sig=hush", "https://evil.example"),
    ("https://evil.example:444/more", "https://evil.example:444"),
    ("https://management.azure.com.evil.example/more", "https://management.azure.com.evil.example"),
    ("https://evil.example/https://management.azure.com/", "https://evil.example"),
    ("https://somebody:hush@evil.example/more", "https://evil.example"),
    ("https://management.azure.com@evil.example/more", "https://evil.example"),
    ("https://evil.example\\@management.azure.com/more", "https://management.azure.com"),
    ("https://management.azure.com:8443/more", "https://management.azure.com:8443"),
    ("http://management.azure.com/more", "http://management.azure.com"),
    ("//evil.example/more", "https://evil.example"),
    ("/more", "an address without a host"),
    ("https://[evil/more", "an address without sense"),
    ("https://evil.example:port/more", "an address without sense"),
]
GRANT = AssignRole(REGISTRY, Role.ACR_PULL, Grantee(SystemIdentity(TASK), Known("p")), "", "")


@pytest.mark.parametrize(("link", "named"), LINKS)
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda gateway: gateway.registries(SUBSCRIPTION), id="registries"),
        pytest.param(lambda gateway: gateway.identities(GROUP), id="identities"),
        pytest.param(lambda gateway: gateway.assignments(REGISTRY), id="assignments"),
    ],
)
def test_a_next_page_elsewhere_is_an_error_that_names_the_host(
    gateway_to: GatewayTo, link: str, named: str, ask: Callable[[Gateway], object]
) -> None:
    gateway, wire = gateway_to(always(Answer({"value": [], "nextLink": link})))

    with pytest.raises(AzureError) as caught:
        ask(gateway)

    assert len(wire.sent) == 1
    error = caught.value
    assert named in error.message or "(ValueError)" in error.message
    assert error.exit_code is ExitCode.FAILED
    assert error.advice
    assert not any(secret in f"{error}{error.__cause__}" for secret in ("hush", A_TOKEN, "more"))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda gateway: gateway.registry(REGISTRY), id="GET"),
        pytest.param(lambda gateway: gateway.task(TASK), id="POST"),
        pytest.param(lambda gateway: gateway.create_identity(CreateIdentity(IDENTITY, "eastus", (), "")), id="PUT"),
        pytest.param(lambda gateway: gateway.assign_role(GRANT, {}), id="PUT of a role"),
        pytest.param(lambda gateway: gateway.enable_task(EnableTask(TASK, None, ""), {}), id="PATCH"),
        pytest.param(lambda gateway: gateway.delete_task(TASK), id="DELETE"),
        pytest.param(lambda gateway: gateway.schedule(TASK, []), id="a run"),
        pytest.param(lambda gateway: gateway.read_log("https://logs.example/log?sig=hush", 0), id="a log"),
    ],
)
def test_a_redirect_is_followed_nowhere(gateway_to: GatewayTo, status: int, ask: Callable[[Gateway], object]) -> None:
    gateway, wire = gateway_to(always(Answer(None, status, {"Location": "https://evil.example/x?sig=hush"})))

    with pytest.raises(AzureError, match=rf"redirect to https://evil.example \({status}\)") as caught:
        ask(gateway)

    assert len(wire.sent) == 1
    assert not any(secret in str(caught.value) for secret in ("hush", A_TOKEN))


OPERATION = {
    "Azure-AsyncOperation": "https://evil.example/operation",
    "Location": "https://evil.example/result",
    "Retry-After": "1",
}


@pytest.mark.parametrize("status", [200, 201, 202])
@pytest.mark.parametrize(
    "ask",
    [
        pytest.param(lambda gateway: gateway.create_identity(CreateIdentity(IDENTITY, "eastus", (), "")), id="PUT"),
        pytest.param(lambda gateway: gateway.enable_task(EnableTask(TASK, None, ""), {}), id="PATCH"),
        pytest.param(lambda gateway: gateway.add_vault_access(VAULT, TENANT, ["p"]), id="a vault"),
        pytest.param(lambda gateway: gateway.delete_identity(IDENTITY), id="DELETE"),
        pytest.param(lambda gateway: gateway.registry(REGISTRY), id="GET"),
    ],
)
def test_the_address_of_an_operation_is_never_asked(
    gateway_to: GatewayTo, status: int, ask: Callable[[Gateway], object]
) -> None:
    body: Json = {"location": "eastus", "properties": {"loginServer": "a.azurecr.io", "provisioningState": "Creating"}}
    gateway, wire = gateway_to(always(Answer(body, status, OPERATION)))

    try:
        ask(gateway)
    except AzureError as error:
        assert error.status in {0, status}  # noqa: PT017 - that some statuses are refused is not what is tested

    assert [sent.host for sent in wire.sent] == ["management.azure.com"]


@pytest.mark.parametrize(
    "link",
    [
        "https://management.azure.com/more",
        "https://MANAGEMENT.azure.com/more",
        "https://management.azure.com:443/more",
        "https://eastus.management.azure.com/more",
        "https://westus2.management.azure.com:443/more",
    ],
)
def test_pages_of_the_clouds_own_hosts_are_read(gateway_to: GatewayTo, link: str) -> None:
    pages = iter([Answer({"value": [], "nextLink": link}), Answer({"value": []})])
    gateway, wire = gateway_to(lambda _sent: next(pages))

    assert gateway.registries(SUBSCRIPTION) == ()
    assert f"https://{wire.sent[1].host}/more".lower() == link.lower()
    assert wire.sent[1].headers["authorization"] == f"Bearer {A_TOKEN}"


@pytest.mark.parametrize("cloud", [*CLOUDS.values(), PRIVATE], ids=lambda cloud: cloud.name)
def test_each_cloud_has_hosts_of_its_own(cloud: Cloud) -> None:
    others = [other for other in (*CLOUDS.values(), PRIVATE) if other != cloud]
    hosts = OwnHosts(cloud)

    hosts.check(f"{cloud.resource_manager}/subscriptions")
    for other in others:
        with pytest.raises(ElsewhereError, match=other.resource_manager):
            hosts.check(f"{other.resource_manager}/subscriptions")


def test_only_clouds_of_microsoft_have_hosts_of_regions() -> None:
    for cloud in CLOUDS.values():
        OwnHosts(cloud).check(cloud.resource_manager.replace("https://", "https://eastus.") + "/")
    with pytest.raises(ElsewhereError):
        OwnHosts(PRIVATE).check("https://eastus.arm.example:8443/")
    with pytest.raises(ElsewhereError):
        OwnHosts(PUBLIC_CLOUD).check("https://a.eastus.management.azure.com/")


HOSTS = ("management.azure.com", "eastus.", "evil.example", "[", "]", ".", "..", "\u3002", "\uff4d")
AROUND = (
    "https://",
    "http://",
    "@",
    ":443",
    ":8443",
    "/",
    "\\",
    "?",
    "#",
    " ",
    "\t",
    "\n",
    "%2f",
    "%00",
    "user:hush",
    ";",
)
PARTS = st.sampled_from((*HOSTS, *AROUND))


@given(url=st.lists(PARTS, max_size=12).map("".join))
def test_what_is_allowed_is_the_own_host_in_the_eyes_of_the_transport_too(url: str) -> None:
    try:
        OwnHosts(PUBLIC_CLOUD).check(url)
    except ElsewhereError:
        return
    seen = parse_url(url)
    assert seen.scheme == "https"
    assert seen.auth is None
    assert seen.port in {None, 443}
    assert str(seen.host).removeprefix("eastus.") == "management.azure.com"
