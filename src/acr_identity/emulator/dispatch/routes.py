"""The route table: every operation that the emulator answers, as data."""

from __future__ import annotations

from acr_identity.emulator import (
    authorization,
    graph,
    identities,
    metadata,
    registries,
    registry_data,
    resources,
    runs,
    sign_in,
    tasks,
    vaults,
)
from acr_identity.emulator.kernel.routing import RouteTable

TABLE = RouteTable(
    (
        *resources.ROUTES,
        *registries.ROUTES,
        *registry_data.ROUTES,
        *identities.ROUTES,
        *tasks.ROUTES,
        *runs.ROUTES,
        *vaults.ROUTES,
        *authorization.ROUTES,
        *sign_in.ROUTES,
        *graph.ROUTES,
        *metadata.ROUTES,
    )
)
"""All routes. It holds no state, so that emulators may share it."""
