"""The facade for scripts and notebooks: plan, apply, run, show and destroy as short methods."""

from acr_identity.provisioner import display as display
from acr_identity.provisioner.clouds import CloudFile, load_cloud
from acr_identity.provisioner.facade import Provisioner
from acr_identity.provisioner.saved_plan import SavedPlan
from acr_identity.provisioner.task_run import TaskRun

__all__ = [
    "CloudFile",
    "Provisioner",
    "SavedPlan",
    "TaskRun",
    "load_cloud",
]
