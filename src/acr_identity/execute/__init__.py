"""The writes: a plan's changes in the order of their dependencies, and the runs of tasks."""

from acr_identity.execute.report import Done, Failed, Outcome, Report, Skipped

__all__ = ["Done", "Failed", "Outcome", "Report", "Skipped"]
