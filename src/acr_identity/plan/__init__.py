"""The difference between a spec and what Azure has, as an ordered list of changes. Pure: values in, value out."""

from acr_identity.plan.destroy import make_destroy_plan
from acr_identity.plan.inputs import PlanInputs
from acr_identity.plan.make import make_plan
from acr_identity.plan.meanwhile import is_made
from acr_identity.plan.removals import refusal_of_removals
from acr_identity.plan.values import Plan, PlannedChange

__all__ = [
    "Plan",
    "PlanInputs",
    "PlannedChange",
    "is_made",
    "make_destroy_plan",
    "make_plan",
    "refusal_of_removals",
]
