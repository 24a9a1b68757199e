from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from acr_identity.emulator.server.environment import Way
from acr_identity.testing.served import ServedEmulator, serving
from az.articles import empty_world
from az.shell import Shell, Walk, environment_of, sign_in
from flows.flows import EXAMPLES

AZ = "ACR_IDENTITY_AZ"
"""The variable that names the Azure CLI to test with; the `az` of the search path when it is not set."""


@pytest.fixture(scope="session")
def az() -> str:
    """The path of the Azure CLI."""
    found = os.environ.get(AZ) or shutil.which("az")
    if not found:
        pytest.skip(f"there is no az here, and {AZ} names none")
    return str(Path(found).absolute())


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedEmulator]:
    """One Azure for the whole session, over HTTPS on the loopback."""
    with serving(tmp_path_factory.mktemp("azure")) as served:
        served.begin(empty_world())
        yield served


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the task files of both articles, in which the commands are given."""
    folder = tmp_path_factory.mktemp("files")
    for task in EXAMPLES.glob("*/*task.yaml"):
        shutil.copy(task, folder)
    return folder


@pytest.fixture(scope="session")
def walk(served: ServedEmulator, az: str, files: Path) -> Walk:
    """Commands of an `az` that knows public Azure only, and comes to the emulator by its proxy."""
    served.begin(empty_world())
    shell = Shell(served.emulator, environment_of(served, Way.PROXY, az), files)
    sign_in(shell)
    return Walk(shell)


@pytest.fixture(scope="session")
def walk_in_a_cloud_of_its_own(served: ServedEmulator, az: str, files: Path) -> Walk:
    """Commands of an `az` that was told the address of the emulator as that of a cloud."""
    served.begin(empty_world())
    shell = Shell(served.emulator, environment_of(served, Way.CLOUD, az), files)
    register = "az cloud register --name Emulated --endpoint-resource-manager $AZURE_AUTHORITY_HOST"
    sign_in(shell, register, "az cloud set --name Emulated")
    return Walk(shell)
