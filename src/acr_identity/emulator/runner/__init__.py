"""The task runner: decides a run from its task file and the answers of its surroundings."""

from __future__ import annotations

from acr_identity.emulator.kernel.runner_port import Outcome, RunRequest, Surroundings
from acr_identity.emulator.runner.run import run

__all__ = ["Outcome", "RunRequest", "Surroundings", "run"]
