"""Runs of tasks: how one is asked for, how it goes on the clock, its log, and the agents that it runs on."""

from __future__ import annotations

from acr_identity.emulator.runs import agent_pools, blob, runs, task_runs, upload

ROUTES = (*runs.ROUTES, *task_runs.ROUTES, *agent_pools.ROUTES, *upload.ROUTES, *blob.ROUTES)
"""All operations on runs, task runs, agent pools, uploads and logs."""

__all__ = ["ROUTES"]
