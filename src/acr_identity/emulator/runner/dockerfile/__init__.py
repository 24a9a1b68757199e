"""Dockerfiles: what the runner's scanner makes of one, and what docker pulls for it. The two differ."""

from __future__ import annotations

from acr_identity.emulator.runner.dockerfile.instructions import Instruction, instructions
from acr_identity.emulator.runner.dockerfile.scan import Scan, scan
from acr_identity.emulator.runner.dockerfile.stages import Pull, pulls

__all__ = ["Instruction", "Pull", "Scan", "instructions", "pulls", "scan"]
