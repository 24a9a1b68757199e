"""What identities of one task do side by side: each reads what is its own."""

from __future__ import annotations

import pytest

from acr_identity.spec import Spec, TaskFile
from flows.teams import Json, apply, azure, identity, spec, titles, world
from flows.test_rights import status

VAULTS = ("by-policies", "by-roles")
TWO_READERS = """\
version: v1.1.0
secrets:
  - id: mine
    keyvault: https://{vault}.vault.azure.net/secrets/Word
  - id: theirs
    keyvault: https://{vault}.vault.azure.net/secrets/Other
    clientID: {client}
steps:
  - cmd: bash echo {{{{.Secrets.mine}}}} {{{{.Secrets.theirs}}}}
"""


@pytest.mark.parametrize("decides", ["by-policies", "by-roles"])
def test_two_identities_of_a_task_read_one_vault_each_what_is_its_own(decides: str) -> None:
    secrets = {"Word": "one", "Other": "two"}
    emulator = azure(
        identities={"puller": {"resource_group": "rg"}},
        vaults={name: {"resource_group": "rg", "rbac": name == "by-roles", "secrets": secrets} for name in VAULTS},
    )
    client = world(emulator)["identities"][identity().lower()]["client_id"]
    file = TaskFile(path="task.yaml", content=TWO_READERS.format(vault=decides, client=client))
    both = [{"names": ["Word"], "identity": "system"}, {"names": ["Other"], "identity": "puller"}]

    def wanted(readers: list[Json]) -> Spec:
        read: Json = {"identity": ["system", "puller"], "secrets": {decides: readers}}
        return spec({"one-task": {"command": None, "file": file, **read}}, "web")

    apply(emulator, wanted(both))
    assert titles(emulator, wanted(both)) == []
    assert status(emulator, wanted(both)) == "Succeeded"
    for gone in (0, 1):
        apply(emulator, wanted(both[1 - gone :][:1]))
        assert status(emulator, wanted(both)) == "Failed"
        apply(emulator, wanted(both))
        assert status(emulator, wanted(both)) == "Succeeded"
