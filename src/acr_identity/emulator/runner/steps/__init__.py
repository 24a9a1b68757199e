"""The steps of a run: what each kind of them does."""

from __future__ import annotations

from acr_identity.emulator.runner.steps.execute import Executed, execute

__all__ = ["Executed", "execute"]
