from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from acr_identity.emulator import Emulator, World
from acr_identity.emulator.server import Endpoint, Places, served


@pytest.fixture
def emulator() -> Emulator:
    world = World.model_validate(
        {
            "resource_groups": {"rg": {}},
            "registries": {"myregistry": {"images": ["app:1"]}},
            "vaults": {"mykeyvault": {"rbac": True, "secrets": {"user": "hubuser"}}},
        }
    )
    return Emulator(world)


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places.beside(tmp_path / "emulator.json")


@pytest.fixture
def endpoint(emulator: Emulator, places: Places) -> Iterator[Endpoint]:
    with served(emulator, places) as endpoint:
        yield endpoint


@pytest.fixture
def session(emulator: Emulator, endpoint: Endpoint) -> Iterator[requests.Session]:
    """A client that trusts the authority of the emulator, and signs in as the owner."""
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(endpoint.ca_bundle)
        session.headers["Authorization"] = f"Bearer {emulator.token()}"
        yield session
