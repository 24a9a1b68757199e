"""The four flows of Microsoft's two articles, as the examples have them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

from acr_identity.emulator import Emulator, Request
from acr_identity.provisioner import Provisioner

EXAMPLES = Path(__file__).parents[2] / "examples"
GROUP = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/myResourceGroup"


@dataclass(frozen=True)
class Flow:
    """One flow: its folder, its task, and what a run of it is given."""

    name: str
    task: str
    pushed: str
    values: dict[str, str] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return EXAMPLES / self.name

    @property
    def spec(self) -> Path:
        return self.folder / "spec.yaml"

    @property
    def world(self) -> Path:
        return self.folder / "world.yaml"

    def __str__(self) -> str:
        return self.name


_DOCKER_HUB = {"PrivateRepo": "hubuser/hubrepo"}
CROSS_USER = Flow("cross-registry", "helloworldtask", "myregistry.azurecr.io/hello-world:cf1")
CROSS_SYSTEM = Flow("cross-registry-system", "helloworldtask", "myregistry.azurecr.io/hello-world:cf1")
VAULT_USER = Flow("key-vault", "dockerhubtask", "docker.io/hubuser/hubrepo:cf1", _DOCKER_HUB)
VAULT_SYSTEM = Flow("key-vault-system", "dockerhubtask", "docker.io/hubuser/hubrepo:cf1", _DOCKER_HUB)
FLOWS = (CROSS_USER, CROSS_SYSTEM, VAULT_USER, VAULT_SYSTEM)


def emulator_of(provisioner: Provisioner) -> Emulator:
    """Return the emulator behind an emulated provisioner."""
    return provisioner.emulator


def run(provisioner: Provisioner, flow: Flow) -> tuple[str, list[str], list[str]]:
    """Run the flow's task; return its status, the lines of its log and the images that it pushed."""
    started = provisioner.run(flow.task, flow.values)
    lines = list(started)
    ended = started.wait()
    return ended.status, lines, [re.sub(r"@sha256:[0-9a-f]{64}$", "", str(image)) for image in ended.images]


def ask(emulator: Emulator, method: str, path: str, body: object = None, *, version: str) -> object:
    """Send a request to the emulator as its owner, below all of our code, and return the answer's JSON."""
    url = f"https://management.azure.com{path}?api-version={version}"
    headers = {"Authorization": f"Bearer {emulator.token()}", "Content-Type": "application/json"}
    content = b"" if body is None else json.dumps(body).encode()
    reply = emulator.handle(Request.to(method, url, headers, content))
    assert reply.status < 400, (reply.status, reply.body)
    return json.loads(reply.body) if reply.body else None


def holdings(emulator: Emulator) -> object:
    """Return all that the world holds, but for times of change and the count of what was ever made.

    The order of lists, such as a vault's access policies, does not count.
    """
    return _without(emulator.snapshot(), {"births", "modified"})


def _without(value: object, keys: set[str]) -> object:
    if isinstance(value, list):
        return sorted((_without(one, keys) for one in value), key=repr)
    if not isinstance(value, dict):
        return value
    return {key: _without(one, keys) for key, one in value.items() if key not in keys}


REGISTRIES = f"{GROUP}/providers/Microsoft.ContainerRegistry/registries"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/mykeyvault"
TASKS_VERSION = "2025-03-01-preview"
IDENTITIES_VERSION = "2024-11-30"
ROLES_VERSION = "2022-04-01"
VAULTS_VERSION = "2026-05-15"
REGISTRIES_VERSION = "2025-11-01"


def drop_roles(emulator: Emulator) -> None:
    """Delete the role assignments on the base registry."""
    listed = ask(
        emulator,
        "GET",
        f"{REGISTRIES}/mybaseregistry/providers/Microsoft.Authorization/roleAssignments",
        version=ROLES_VERSION,
    )
    assert isinstance(listed, dict)
    for one in listed["value"]:
        if one["properties"]["scope"].endswith("mybaseregistry"):
            ask(emulator, "DELETE", one["id"], version=ROLES_VERSION)


def drop_credential(emulator: Emulator) -> None:
    """Remove the task's credential for the base registry."""
    body = {"properties": {"credentials": {"customRegistries": {"mybaseregistry.azurecr.io": None}}}}
    ask(emulator, "PATCH", f"{REGISTRIES}/myregistry/tasks/helloworldtask", body, version=TASKS_VERSION)


def drop_policies(emulator: Emulator) -> None:
    """Take all access policies from the vault."""
    ask(emulator, "PATCH", VAULT, {"properties": {"accessPolicies": []}}, version=VAULTS_VERSION)
