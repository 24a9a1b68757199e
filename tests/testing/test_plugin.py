"""The pytest plugin, used as other people's tests use it."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]

WORLD = """
resource_groups: {myResourceGroup: {}}
registries: {myregistry: {}}
vaults: {mykeyvault: {secrets: {UserName: hubuser}}}
"""
HEAD = """
import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
from azure.mgmt.msi import ManagedServiceIdentityClient

def names(credential, world, **options):
    client = ContainerRegistryManagementClient(credential, world.subscription, **options)
    return [one.name for one in client.registries.list()]
"""


@pytest.fixture
def people(pytester: pytest.Pytester) -> pytest.Pytester:
    """A folder with a world, in which tests of other people are run."""
    pytester.makefile(".yaml", world=WORLD)
    return pytester


def run(people: pytest.Pytester, text: str, *, head: str = HEAD) -> pytest.RunResult:
    people.makepyfile(test_script=head + text)
    return people.runpytest_subprocess("--strict-markers", "-p", "no:cacheprovider")


def test_a_test_has_an_empty_subscription_unless_it_says_more(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
def test_empty(azure_credential, azure_transport, azure_emulator):
    assert names(azure_credential, azure_emulator.world, transport=azure_transport) == []

@pytest.mark.azure_world("world.yaml")
def test_world(azure_credential, azure_transport, azure_world):
    assert names(azure_credential, azure_world, transport=azure_transport) == ["myregistry"]
""",
    )
    done.assert_outcomes(passed=2)


def test_each_test_has_an_azure_of_its_own_with_snapshots(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
@pytest.mark.azure_world("world.yaml")
@pytest.mark.parametrize("again", [False, True])
def test_delete(azure_credential, azure_transport, azure_emulator, again):
    options = {"transport": azure_transport, "polling_interval": 0}
    before = azure_emulator.snapshot()
    client = ContainerRegistryManagementClient(azure_credential, azure_emulator.world.subscription, **options)
    client.registries.begin_delete("myResourceGroup", "myregistry").wait()
    assert names(azure_credential, azure_emulator.world, transport=azure_transport) == []
    azure_emulator.restore(before)
    assert names(azure_credential, azure_emulator.world, transport=azure_transport) == ["myregistry"]
""",
    )
    done.assert_outcomes(passed=2)


def test_faults_settings_clock_and_world_can_be_changed(people: pytest.Pytester) -> None:
    people.makefile(".yaml", faults="settings: {page_size: 1}\nfaults: [{status: 404, code: Gone, method: GET}]")
    done = run(
        people,
        """
from acr_identity.emulator import ManualClock, Settings, World

@pytest.fixture
def azure_world():
    return World(resource_groups={"rg": {}}, identities={"one": {}, "two": {}})

@pytest.fixture
def azure_clock():
    return ManualClock()

@pytest.fixture
def azure_settings():
    return Settings(line_seconds=3)

@pytest.mark.azure_faults("faults.yaml")
def test_all(azure_credential, azure_transport, azure_emulator, azure_clock):
    subscription = azure_emulator.world.subscription
    client = ManagedServiceIdentityClient(azure_credential, subscription, transport=azure_transport)
    with pytest.raises(ResourceNotFoundError, match="Gone"):
        client.user_assigned_identities.get("rg", "one")
    assert [one.name for one in client.user_assigned_identities.list_by_subscription()] == ["one", "two"]
    assert [one.status for one in azure_emulator.requests] == [404, 200, 200]
    assert (azure_emulator.settings.page_size, azure_emulator.settings.line_seconds) == (1, 3)
    assert azure_emulator.clock is azure_clock
""",
    )
    done.assert_outcomes(passed=1)


def test_the_session_reaches_nothing_else(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
import requests

@pytest.mark.parametrize("address", ["https://example.com", "http://example.com"])
def test_elsewhere(azure_session, address):
    with pytest.raises((requests.ConnectionError, requests.exceptions.InvalidSchema)):
        azure_session.get(address)
""",
    )
    done.assert_outcomes(passed=2)


def test_a_token_is_for_the_service_that_the_scope_names(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
@pytest.mark.azure_world("world.yaml")
@pytest.mark.parametrize(("scope", "status"), [("https://vault.azure.net", 200), ("https://management.azure.com", 401)])
def test_secret(azure_credential, azure_session, azure_emulator, scope, status):
    token = azure_credential.get_token(f"{scope}/.default").token
    url = "https://mykeyvault.vault.azure.net/secrets/UserName?api-version=7.4"
    answer = azure_session.get(url, headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code in (status, 403)
    assert (answer.status_code == 401) == (status == 401)
""",
    )
    done.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("azure_world()", '*as in @pytest.mark.azure_world("FILE.yaml")*'),
        ("azure_world(3)", "*the argument of a marker is the path of a file, not int*"),
        ('azure_faults("none.yaml")', "*none.yaml: it cannot be read: No such file or directory*"),
        ('azure_world("none.yaml")', "*none.yaml: it cannot be read: No such file or directory*"),
    ],
)
def test_a_mistake_in_a_marker_is_told(people: pytest.Pytester, marker: str, said: str) -> None:
    done = run(people, f"@pytest.mark.{marker}\ndef test_it(azure_emulator): pass\n")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines([said])


def test_unmodified_clients_reach_the_served_azure_which_is_new_for_each_test(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
import subprocess, sys
from azure.identity import DefaultAzureCredential

SCRIPT = '''
import os
from azure.identity import DefaultAzureCredential
from azure.mgmt.containerregistry import ContainerRegistryManagementClient
with DefaultAzureCredential() as credential:
    client = ContainerRegistryManagementClient(credential, os.environ["AZURE_SUBSCRIPTION_ID"])
    print([one.name for one in client.registries.list()])
'''

def test_empty(azure_environment, azure_world):
    with DefaultAzureCredential() as credential:
        assert names(credential, azure_world) == []

@pytest.mark.azure_world("world.yaml")
def test_another_process(azure_environment, served_azure_emulator):
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == "['myregistry']\\n"
    assert {one.status for one in served_azure_emulator.emulator.requests} == {200}
""",
    )
    done.assert_outcomes(passed=2)


def test_a_session_that_asks_for_nothing_loads_neither_the_emulator_nor_the_sdk(people: pytest.Pytester) -> None:
    done = run(
        people,
        """
import sys

def test_nothing():
    assert not {"acr_identity.emulator", "azure.core", "requests"} & set(sys.modules)
""",
        head="",
    )
    done.assert_outcomes(passed=1)


def test_without_the_extra_a_test_that_wants_to_be_served_is_told_what_to_install(people: pytest.Pytester) -> None:
    people.makeconftest("import sys\nsys.modules['uvicorn'] = sys.modules['h11'] = None")
    done = run(
        people,
        """
def test_in_process(azure_credential, azure_transport, azure_emulator):
    assert names(azure_credential, azure_emulator.world, transport=azure_transport) == []

def test_served(azure_environment):
    pass
""",
    )
    done.assert_outcomes(passed=1, errors=1)
    done.stdout.fnmatch_lines(["*no Azure can be served: * install them with `pip install 'acr-identity?emulator?'`"])
