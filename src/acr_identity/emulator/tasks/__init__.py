"""Microsoft.ContainerRegistry/registries/tasks."""

from __future__ import annotations

from acr_identity.emulator.tasks import tasks

ROUTES = tasks.ROUTES
"""All operations on tasks."""

__all__ = ["ROUTES"]
