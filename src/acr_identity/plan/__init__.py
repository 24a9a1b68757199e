"""The difference between a spec and what Azure has, as an ordered list of changes. Pure: values in, value out."""

from acr_identity.plan.values import Plan, PlannedChange

__all__ = ["Plan", "PlannedChange"]
