"""Managed identities for Azure Container Registry tasks, from one typed spec.

The public names are loaded when they are first used, so that `import acr_identity` costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand

if TYPE_CHECKING:
    from acr_identity.emulator import Emulator, World
    from acr_identity.errors import (
        AcrIdentityError,
        AzureError,
        ExitCode,
        MissingResourceError,
        NotAuthorisedError,
        RunError,
        SettingsError,
        SpecError,
        StalePlanError,
        TaskMissingError,
        TooManyRemovalsError,
        UnsafePlanError,
    )
    from acr_identity.execute import Progress, Report
    from acr_identity.ids import ArmId, Cloud
    from acr_identity.plan import Plan
    from acr_identity.provisioner import Provisioner, SavedPlan, TaskRun, load_cloud
    from acr_identity.spec import Spec, Task, TaskFile, dump_spec, load_spec, parse_spec

_HOMES = {
    "emulator": ("Emulator", "World"),
    "errors": (
        "AcrIdentityError",
        "AzureError",
        "ExitCode",
        "MissingResourceError",
        "NotAuthorisedError",
        "RunError",
        "SettingsError",
        "SpecError",
        "StalePlanError",
        "TaskMissingError",
        "TooManyRemovalsError",
        "UnsafePlanError",
    ),
    "execute": ("Progress", "Report"),
    "ids": ("ArmId", "Cloud"),
    "plan": ("Plan",),
    "provisioner": ("Provisioner", "SavedPlan", "TaskRun", "load_cloud"),
    "spec": ("Spec", "Task", "TaskFile", "dump_spec", "load_spec", "parse_spec"),
}

__all__ = [
    "AcrIdentityError",
    "ArmId",
    "AzureError",
    "Cloud",
    "Emulator",
    "ExitCode",
    "MissingResourceError",
    "NotAuthorisedError",
    "Plan",
    "Progress",
    "Provisioner",
    "Report",
    "RunError",
    "SavedPlan",
    "SettingsError",
    "Spec",
    "SpecError",
    "StalePlanError",
    "Task",
    "TaskFile",
    "TaskMissingError",
    "TaskRun",
    "TooManyRemovalsError",
    "UnsafePlanError",
    "World",
    "dump_spec",
    "load_cloud",
    "load_spec",
    "parse_spec",
]


__getattr__ = on_demand(__name__, _HOMES)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
