"""Conditions of role assignments, version 2.0: read once, judged for each question.

Grammar: learn.microsoft.com/azure/role-based-access-control/conditions-format.
"""

from __future__ import annotations

from acr_identity.emulator.rights.conditions.expressions import Question, holds
from acr_identity.emulator.rights.conditions.reading import ConditionError, read_condition

__all__ = ["ConditionError", "Question", "holds", "read_condition"]
