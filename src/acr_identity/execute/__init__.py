"""The writes: a plan's changes in the order of their dependencies, and the runs of tasks.

The names are loaded when they are first used: a plan needs none but the clock.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand

if TYPE_CHECKING:
    from acr_identity.execute.clock import Clock, SystemClock
    from acr_identity.execute.engine import execute
    from acr_identity.execute.progress import Progress, Silent
    from acr_identity.execute.report import Done, Failed, Outcome, Report, Skipped
    from acr_identity.execute.run_follower import RunFollower, reason_of_failure

__all__ = [
    "Clock",
    "Done",
    "Failed",
    "Outcome",
    "Progress",
    "Report",
    "RunFollower",
    "Silent",
    "Skipped",
    "SystemClock",
    "execute",
    "reason_of_failure",
]

__getattr__ = on_demand(
    __name__,
    {
        "clock": ("Clock", "SystemClock"),
        "engine": ("execute",),
        "progress": ("Progress", "Silent"),
        "report": ("Done", "Failed", "Outcome", "Report", "Skipped"),
        "run_follower": ("RunFollower", "reason_of_failure"),
    },
)
