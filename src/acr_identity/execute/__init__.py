"""The writes: a plan's changes in the order of their dependencies, and the runs of tasks."""

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
