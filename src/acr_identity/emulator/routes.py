"""The route table: every operation that the emulator answers, as data."""

from __future__ import annotations

from acr_identity.emulator import identities, registries, resources
from acr_identity.emulator.authorization import assignments, definitions
from acr_identity.emulator.routing import RouteTable
from acr_identity.emulator.runs import blob
from acr_identity.emulator.runs import handlers as runs
from acr_identity.emulator.tasks import handlers as tasks
from acr_identity.emulator.vaults import handlers as vaults
from acr_identity.emulator.vaults import secrets

TABLE = RouteTable(
    (
        *resources.ROUTES,
        *registries.ROUTES,
        *identities.ROUTES,
        *tasks.ROUTES,
        *runs.ROUTES,
        *vaults.ROUTES,
        *secrets.ROUTES,
        *definitions.ROUTES,
        *assignments.ROUTES,
        *blob.ROUTES,
    )
)
"""All routes. It holds no state, so that emulators may share it."""
