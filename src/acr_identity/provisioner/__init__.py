"""The facade for scripts and notebooks: plan, apply, run, show and destroy as short methods."""

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand
from acr_identity.provisioner import display as display
from acr_identity.provisioner.facade import Provisioner

if TYPE_CHECKING:
    from acr_identity.provisioner.clouds import CloudFile, load_cloud
    from acr_identity.provisioner.saved_plan import SavedPlan
    from acr_identity.provisioner.task_run import TaskRun

__all__ = [
    "CloudFile",
    "Provisioner",
    "SavedPlan",
    "TaskRun",
    "load_cloud",
]

__getattr__ = on_demand(
    __name__,
    {"clouds": ("CloudFile", "load_cloud"), "saved_plan": ("SavedPlan",), "task_run": ("TaskRun",)},
)
