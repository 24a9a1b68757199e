"""The unmodified clients sign in."""

from __future__ import annotations

import jwt
import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError
from azure.identity import ClientSecretCredential, DefaultAzureCredential, EnvironmentCredential
from azure.mgmt.authorization import AuthorizationManagementClient
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

from emulator.scenes import (
    ARM,
    DEPLOYER,
    OPERATOR,
    OPERATOR_SECRET,
    REGISTRY,
    SECRET,
    SHARED,
    SUBSCRIPTION,
    TENANT,
    Scene,
)

READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"


def registries(
    scene: Scene, credential: ClientSecretCredential | EnvironmentCredential | DefaultAzureCredential
) -> set[str | None]:
    client = ContainerRegistryManagementClient(credential, SUBSCRIPTION, transport=scene.transport, retry_total=0)
    return {one.name for one in client.registries.list()}


def test_a_client_secret_credential_signs_in(scene: Scene) -> None:
    assert registries(scene, scene.credential()) == {"myregistry"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"TENANT_ID": TENANT, "CLIENT_ID": DEPLOYER, "CLIENT_SECRET": SECRET}.items():
        monkeypatch.setenv(f"AZURE_{name}", value)


@pytest.mark.usefixtures("environment")
def test_an_environment_credential_signs_in(scene: Scene) -> None:
    assert registries(scene, EnvironmentCredential(transport=scene.transport)) == {"myregistry"}


@pytest.mark.usefixtures("environment")
def test_the_default_credential_signs_in_by_its_environment(scene: Scene) -> None:
    assert registries(scene, DefaultAzureCredential(transport=scene.transport)) == {"myregistry"}


@pytest.mark.parametrize("is_discovered", [True, False])
def test_a_loopback_authority_signs_in_with_and_without_instance_discovery(
    scene: Scene, *, is_discovered: bool
) -> None:
    credential = ClientSecretCredential(
        TENANT,
        DEPLOYER,
        SECRET,
        authority=SHARED,
        disable_instance_discovery=not is_discovered,
        transport=scene.transport,
    )
    client = ContainerRegistryManagementClient(
        credential,
        SUBSCRIPTION,
        base_url=SHARED,
        credential_scopes=[f"{SHARED}/.default"],
        transport=scene.transport,
        retry_total=0,
    )
    assert [one.name for one in client.registries.list()] == ["myregistry"]


@pytest.mark.parametrize(
    ("client", "secret", "tenant", "number"),
    [
        (DEPLOYER, "wrong", TENANT, "AADSTS7000215"),
        (TENANT, SECRET, TENANT, "AADSTS700016"),
    ],
)
def test_a_credential_tells_why_it_was_refused(
    scene: Scene, client: str, secret: str, tenant: str, number: str
) -> None:
    with pytest.raises(ClientAuthenticationError, match=number):
        scene.credential(client, secret, tenant).get_token(f"{ARM}/.default")


def test_a_credential_for_an_unknown_directory_is_refused(scene: Scene) -> None:
    with pytest.raises(ClientAuthenticationError, match="Unable to get authority configuration"):
        scene.credential(tenant=DEPLOYER).get_token(f"{ARM}/.default")


@pytest.mark.parametrize("resource", ["https://management.core.windows.net/", "https://graph.microsoft.com/"])
def test_a_client_that_can_do_continuous_evaluation_signs_in_as_the_azure_cli_does(scene: Scene, resource: str) -> None:
    credential = scene.credential()
    first = credential.get_token(f"{resource}/.default", enable_cae=True)
    again = credential.get_token(f"{resource}/.default", enable_cae=True)
    claims = jwt.decode(first.token, options={"verify_signature": False})
    assert (claims["aud"], claims["xms_cc"]) == (resource, ["CP1"])
    assert again.token == first.token


def test_an_operator_without_the_right_cannot_assign_roles(scene: Scene) -> None:
    credential = scene.credential(OPERATOR, OPERATOR_SECRET)
    client = AuthorizationManagementClient(credential, SUBSCRIPTION, transport=scene.transport, retry_total=0)
    name = "aaaaaaaa-0000-0000-0000-000000000001"
    role = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/{READER}"
    properties = {"roleDefinitionId": role, "principalId": name, "principalType": "ServicePrincipal"}
    with pytest.raises(HttpResponseError) as caught:
        client.role_assignments.create(REGISTRY, name, {"properties": properties})
    error = caught.value.error
    assert (caught.value.status_code, error and error.code) == (403, "AuthorizationFailed")
    assert error
    assert f"The client '{OPERATOR}' with object id '" in str(error.message)
    assert (
        "does not have authorization to perform action 'Microsoft.Authorization/roleAssignments/write' over scope "
        f"'{REGISTRY}/providers/Microsoft.Authorization/roleAssignments/{name}' or the scope is invalid. If access was "
        "recently granted, please refresh your credentials."
    ) in str(error.message)
