"""The route table: every operation that the emulator answers, as data."""

from __future__ import annotations

from acr_identity.emulator import identities, metadata, registries, registry_data, resources
from acr_identity.emulator.authorization import assignments, definitions, locks, permissions
from acr_identity.emulator.graph import handlers as graph
from acr_identity.emulator.routing import RouteTable
from acr_identity.emulator.runs import blob, task_runs, upload
from acr_identity.emulator.runs import handlers as runs
from acr_identity.emulator.sign_in import discovery, token_endpoint
from acr_identity.emulator.tasks import agent_pools
from acr_identity.emulator.tasks import handlers as tasks
from acr_identity.emulator.vaults import data as vault_data
from acr_identity.emulator.vaults import deleted as deleted_vaults
from acr_identity.emulator.vaults import deleted_secrets, secrets
from acr_identity.emulator.vaults import handlers as vaults

TABLE = RouteTable(
    (
        *resources.ROUTES,
        *registries.ROUTES,
        *registry_data.ROUTES,
        *identities.ROUTES,
        *tasks.ROUTES,
        *runs.ROUTES,
        *task_runs.ROUTES,
        *agent_pools.ROUTES,
        *upload.ROUTES,
        *vaults.ROUTES,
        *deleted_vaults.ROUTES,
        *secrets.ROUTES,
        *vault_data.ROUTES,
        *deleted_secrets.ROUTES,
        *definitions.ROUTES,
        *assignments.ROUTES,
        *locks.ROUTES,
        *permissions.ROUTES,
        *blob.ROUTES,
        *discovery.ROUTES,
        *token_endpoint.ROUTES,
        *graph.ROUTES,
        *metadata.ROUTES,
    )
)
"""All routes. It holds no state, so that emulators may share it."""
