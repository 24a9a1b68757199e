"""How much a plan may remove before somebody has to say that it is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.errors import TooManyRemovalsError

if TYPE_CHECKING:
    from acr_identity.plan.values import Plan

FEW = 5
"""So many removals are never too many."""
PERCENT = 30
"""Nor are more, up to this part of what we own."""


def refusal_of_removals(plan: Plan, max_removals: int | None = None) -> TooManyRemovalsError | None:
    """Return why `apply` must not make so many removals, or `None` if it may.

    Args:
        plan: the plan.
        max_removals: how many are meant, at most. By default `FEW`, or `PERCENT` of what we own if that is more; a plan
            to destroy is meant as it is.
    """
    going = plan.removals
    allowed = _allowed(plan) if max_removals is None else max_removals
    if allowed is None or len(going) <= max(allowed, 0):
        return None
    return TooManyRemovalsError(going, owned=plan.owned, allowed=max(allowed, 0))


def _allowed(plan: Plan) -> int | None:
    # Where nobody has counted what we own, it may be no more than what goes.
    return max(FEW, plan.owned * PERCENT // 100) if plan.purpose == "apply" else None
