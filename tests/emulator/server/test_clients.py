"""The clients of Azure over HTTPS, with nothing between but what `emulator env` and `emulator run` tell them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from azure.identity import ClientSecretCredential, EnvironmentCredential
from azure.mgmt.msi import ManagedServiceIdentityClient

from acr_identity.emulator import Emulator, World
from acr_identity.emulator.server import Endpoint, Places, served
from acr_identity.emulator.server.control import account_of
from acr_identity.emulator.server.environment import cloud_file
from acr_identity.provisioner import Provisioner, load_cloud
from acr_identity.spec import load_document
from flows.flows import CROSS_SYSTEM, CROSS_USER, Flow


@dataclass(frozen=True)
class Token:
    token: str = field(repr=False)
    expires_on: int


@dataclass(frozen=True)
class Credential:
    """Gives one token for whatever it is asked."""

    token: str = field(repr=False)

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> Token:
        del scopes, claims, tenant_id
        return Token(self.token, int(time.time()) + 3600)


def cloud_of(emulator: Emulator, endpoint: Endpoint, places: Places) -> Path:
    """Write the cloud file of a server."""
    text = cloud_file(endpoint.url, endpoint.ca_bundle.name, emulator.settings.hosts)
    places.cloud.write_text(text)
    return places.cloud


@pytest.mark.parametrize("flow", [CROSS_USER, CROSS_SYSTEM], ids=str)
def test_a_spec_is_applied_and_taken_back_by_the_cloud_file(places: Places, flow: Flow) -> None:
    emulator = Emulator(load_document(flow.world, World))
    with served(emulator, places) as endpoint:
        cloud = load_cloud(cloud_of(emulator, endpoint, places))
        with Provisioner(Credential(emulator.token()), cloud) as provisioner:
            assert provisioner.apply(provisioner.plan(flow.spec)).is_complete
            assert provisioner.plan(flow.spec).is_empty
            assert provisioner.destroy(flow.spec).is_complete


def test_a_client_of_the_sdk_signs_in_and_writes(
    emulator: Emulator, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_of(emulator)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(endpoint.ca_bundle))
    with (
        ClientSecretCredential(
            account.tenant,
            account.client_id,
            account.client_secret,
            authority=endpoint.url,
            disable_instance_discovery=True,
        ) as credential,
        ManagedServiceIdentityClient(
            credential,
            account.subscription,
            base_url=endpoint.url,
            credential_scopes=["https://management.azure.com/.default"],
        ) as client,
    ):
        made = client.user_assigned_identities.create_or_update("rg", "myid", {"location": "eastus"})
        assert [one.name for one in client.user_assigned_identities.list_by_subscription()] == [made.name]


def test_a_client_that_knows_only_public_azure_works_with_two_variables(
    emulator: Emulator, endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = account_of(emulator)
    for name, value in (
        ("HTTPS_PROXY", endpoint.proxy),
        ("REQUESTS_CA_BUNDLE", str(endpoint.ca_bundle)),
        ("AZURE_TENANT_ID", account.tenant),
        ("AZURE_CLIENT_ID", account.client_id),
        ("AZURE_CLIENT_SECRET", account.client_secret),
    ):
        monkeypatch.setenv(name, value)
    with (
        EnvironmentCredential() as credential,
        ManagedServiceIdentityClient(credential, account.subscription) as client,
    ):
        assert list(client.user_assigned_identities.list_by_subscription()) == []
    assert {record.host for record in emulator.requests} == {"login.microsoftonline.com", "management.azure.com"}
