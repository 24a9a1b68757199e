"""Managed identities for Azure Container Registry tasks, from one typed spec.

The public names are loaded when they are first used, so that `import acr_identity` costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from acr_identity.loading import LOADING

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
    "acr_identity.emulator": ("Emulator", "World"),
    "acr_identity.errors": (
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
    "acr_identity.execute": ("Progress", "Report"),
    "acr_identity.ids": ("ArmId", "Cloud"),
    "acr_identity.plan": ("Plan",),
    "acr_identity.provisioner": ("Provisioner", "SavedPlan", "TaskRun", "load_cloud"),
    "acr_identity.spec": ("Spec", "Task", "TaskFile", "dump_spec", "load_spec", "parse_spec"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

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


def __getattr__(name: str) -> object:
    """Load a public name from its home."""
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    with LOADING:
        return getattr(importlib.import_module(_HOME_OF[name]), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return __all__
