"""What is left of our work for principals that are gone."""

from __future__ import annotations

import json
from typing import Any

from acr_identity.emulator import Emulator


def grants_of_dead_principals(emulator: Emulator) -> list[str]:
    """Return the role assignments of ours, and the vault entries that are no stranger's, whose principal is gone."""
    world: dict[str, Any] = json.loads(json.dumps(emulator.snapshot()))
    alive = {one["principal_id"] for one in world["identities"].values()}
    alive |= {one["system_principal"] for one in world["tasks"].values() if one["system_principal"]}
    roles = (
        f"role {one['principal_id']}"
        for one in world["assignments"].values()
        if (one["description"] or "").startswith("acr_identity") and one["principal_id"] not in alive
    )
    entries = (
        f"vault {entry['objectId']}"
        for vault in world["vaults"].values()
        for entry in vault["properties"]["accessPolicies"]
        if entry["objectId"] not in alive
    )
    return sorted((*roles, *entries))
