"""What is asked of roles and deny assignments, and whether a condition on one of them holds for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from acr_identity.emulator.rights.conditions import ConditionError, Question, holds, read_condition

REPOSITORY = "microsoft.containerregistry/registries/repositories:name"
"""The attribute of conditions that limits a role to repositories."""


@dataclass(frozen=True, slots=True)
class Ask:
    """May this principal do this here?"""

    principal_id: str
    action: str
    scope: str
    repository: str = ""
    """The repository in question, for the conditions of role assignments."""
    attributes: Mapping[str, str] = field(default_factory=dict)
    """What else conditions may ask for: values by attribute, its name in lower case."""


def condition_holds(condition: str | None, ask: Ask) -> bool:
    """Say whether a condition lets through what is asked; none lets all through, one that is not emulated nothing."""
    if not condition:
        return True
    attributes = {**ask.attributes, REPOSITORY: ask.repository} if ask.repository else ask.attributes
    try:
        return holds(read_condition(condition), Question(ask.action, attributes))
    except ConditionError:
        return False
