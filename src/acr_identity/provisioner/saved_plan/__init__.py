"""Plans that are looked at before they are applied: kept in a document, and compared with what would be done now."""

from acr_identity.provisioner.saved_plan.differences import plan_differences
from acr_identity.provisioner.saved_plan.saved_plan import SavedPlan

__all__ = ["SavedPlan", "plan_differences"]
