"""Plans that are looked at before they are applied: kept in a document, and compared with what would be done now.

The names are loaded when they are first used: to tell that a file is a spec takes none of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.loading import on_demand

if TYPE_CHECKING:
    from acr_identity.provisioner.saved_plan.differences import plan_differences
    from acr_identity.provisioner.saved_plan.saved_plan import SavedPlan

__all__ = ["SavedPlan", "plan_differences"]

__getattr__ = on_demand(__name__, {"differences": ("plan_differences",), "saved_plan": ("SavedPlan",)})
