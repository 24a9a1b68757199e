"""The official SDK clients, signed in by azure-identity, over HTTPS: the same as in process. These need no `az`."""

from __future__ import annotations

import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
import requests
from azure.core.pipeline.transport import RequestsTransport
from azure.identity import ClientSecretCredential
from azure.mgmt.containerregistry import ContainerRegistryManagementClient

from acr_identity.emulator import Emulator, EmulatorAdapter, RequestRecord, World
from acr_identity.emulator.server.control import account_of
from acr_identity.emulator.server.environment import Way, cloud_file
from acr_identity.provisioner import Provisioner, load_cloud
from acr_identity.testing.credential import EmulatedCredential
from acr_identity.testing.served import ServedEmulator
from az.shell import environment_of
from az.worlds import differences, without_times
from flows.flows import FLOWS, Flow

every_flow = pytest.mark.parametrize("flow", FLOWS, ids=str)
BY_CALLER = frozenset({"author"})
"""What differs because the one is signed in as an application, and the other as the owner."""


@pytest.fixture
def azure(served: ServedEmulator, flow: Flow) -> ServedEmulator:
    """The served Azure, which holds the world of the flow and nothing else."""
    served.begin(World.load(flow.world))
    return served


@pytest.fixture
def cloud(azure: ServedEmulator) -> Path:
    """The file that `emulator start` writes for `--cloud`."""
    hosts = azure.emulator.settings.hosts
    azure.places.cloud.write_text(cloud_file(azure.endpoint.url, azure.endpoint.ca_bundle.name, hosts))
    return azure.places.cloud


@pytest.fixture
def over_https(azure: ServedEmulator, cloud: Path) -> Iterator[Provisioner]:
    account = account_of(azure.emulator)
    with (
        ClientSecretCredential(
            account.tenant,
            account.client_id,
            account.client_secret,
            authority=azure.endpoint.url,
            disable_instance_discovery=True,
            connection_verify=str(azure.endpoint.ca_bundle),
        ) as credential,
        Provisioner(credential, load_cloud(cloud)) as provisioner,
    ):
        yield provisioner


def done(provisioner: Provisioner, flow: Flow) -> tuple[list[str], str, list[str]]:
    """Apply and run; return the changes that were made, how the run ended, and the lines of its log without times."""
    report = provisioner.apply(provisioner.plan(flow.spec))
    run = provisioner.run(flow.task, flow.values)
    lines = [without_times(line) for line in run]
    return sorted(type(one.change).__name__ for one in report.outcomes), run.wait().status, lines


def asked(records: Sequence[RequestRecord]) -> Counter[tuple[str, str, int]]:
    """Count what Resource Manager was asked, and how it answered, by route."""
    arm = (one for one in records if one.route.startswith("/subscriptions/"))
    return Counter((one.method, one.route, one.status) for one in arm)


@every_flow
def test_the_clients_do_over_https_what_they_do_in_process(
    azure: ServedEmulator, over_https: Provisioner, flow: Flow
) -> None:
    emulator = Emulator()
    emulator.restore(azure.emulator.snapshot())
    with Provisioner.emulated(emulator) as in_process:
        expected = done(in_process, flow)
    assert done(over_https, flow) == expected
    difference = differences(azure.emulator.snapshot(), emulator.snapshot(), ignored=BY_CALLER)
    assert difference == [], "\n".join(difference)
    assert asked(azure.emulator.requests) == asked(emulator.requests)


@every_flow
def test_the_command_line_applies_by_the_cloud_file(azure: ServedEmulator, cloud: Path, flow: Flow) -> None:
    told = environment_of(azure, Way.CLOUD, "")
    del told["ACR_IDENTITY_CLOUD"]
    command = [sys.executable, "-m", "acr_identity", "apply", str(flow.spec), "--cloud", str(cloud), "--yes"]
    ended = subprocess.run(command, env=told, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ended.returncode == 0, ended.stderr
    assert {one.host for one in azure.emulator.requests} == {f"127.0.0.1:{azure.endpoint.port}"}
    with Provisioner.emulated(azure.emulator) as provisioner:
        assert provisioner.plan(flow.spec).is_empty


def test_a_client_that_sets_no_pace_of_its_own_is_told_to_ask_again_soon(served: ServedEmulator) -> None:
    served.begin(World.model_validate({"resource_groups": {"rg": {}}}))
    emulator = served.emulator
    with requests.Session() as session:
        session.mount("https://", EmulatorAdapter(emulator))
        client = ContainerRegistryManagementClient(
            EmulatedCredential(emulator),
            emulator.world.subscription,
            transport=RequestsTransport(session=session, session_owner=False),
        )
        start = time.monotonic()
        made = client.registries.begin_create("rg", "newregistry", {"location": "eastus", "sku": {"name": "Basic"}})
        assert made.result().name == "newregistry"
    assert len([one for one in emulator.requests if "/operationStatuses/" in one.path]) == 2
    assert time.monotonic() - start < 10
