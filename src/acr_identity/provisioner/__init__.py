"""The facade for scripts and notebooks: plan, apply, run, show and destroy as five short methods."""

from acr_identity.provisioner.display import ShownPlan, ShownReport, ShownTask
from acr_identity.provisioner.facade import Provisioner
from acr_identity.provisioner.task_run import TaskRun

__all__ = ["Provisioner", "ShownPlan", "ShownReport", "ShownTask", "TaskRun"]
