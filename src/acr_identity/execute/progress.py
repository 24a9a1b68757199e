"""What somebody who watches the work is told."""

from __future__ import annotations

from typing import Protocol

from acr_identity.changes import Change
from acr_identity.execute.report import Outcome


class Progress(Protocol):
    """A watcher. Its methods are called from the threads that do the work, one call at a time for one change."""

    def started(self, change: Change) -> None:
        """Learn that work on a change has begun."""

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        """Learn why a change is tried again, and after how many seconds; without a change, requests are sent again."""

    def ended(self, outcome: Outcome) -> None:
        """Learn that a change was made, refused or skipped."""


class Silent:
    """Nobody watches."""

    def started(self, change: Change) -> None:
        """Say nothing."""

    def waiting(self, change: Change | None, reason: str, seconds: float) -> None:
        """Say nothing."""

    def ended(self, outcome: Outcome) -> None:
        """Say nothing."""
