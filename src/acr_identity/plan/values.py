"""A plan: changes in an order in which they can be made, as one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from acr_identity.display import Shown
from acr_identity.secrecy import NotPickled

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.errors import PlacedMistake


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change and the keys of the changes that must be done before it."""

    change: Change
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotCompared:
    """A field of a task that exists, whose wanted value stands in an environment variable that is not set, or empty."""

    task: str
    field: str
    variable: str
    state: str = "not set"

    def __str__(self) -> str:
        return f"{self.field} of task {self.task}: the environment variable {self.variable} is {self.state}"


@dataclass(frozen=True, slots=True)
class Plan(Shown, NotPickled):
    """What `apply` will do, in order: each change comes behind those that it needs.

    `notes` are sentences on what the plan cannot know or does not do. `unsafe` are reasons for which it must not be
    applied as it is. `unset` names the environment variables of the spec that have no value, with their places:
    such a plan is to be looked at, and cannot be applied. What it could not compare for want of them is in
    `not_compared`. Printed, or in a notebook, it shows itself.
    """

    steps: tuple[PlannedChange, ...] = ()
    notes: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    purpose: Literal["apply", "destroy"] = "apply"
    not_compared: tuple[NotCompared, ...] = ()
    unset: tuple[PlacedMistake, ...] = ()

    _instead = (
        "a plan is not pickled, for it holds secrets: send the spec, plan there, and compare `digest` "
        "(`print(plan)` and `acr-identity plan --output json` show a plan without its secrets)"
    )

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do, as far as could be compared."""
        return not self.steps

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes in order."""
        return tuple(step.change for step in self.steps)

    @property
    def digest(self) -> str:
        """Return a short sign of what the plan does, for telling whether it is the one that was looked at.

        Secret values are not part of it. Ids that are spelt in another case make another digest.
        """
        done = (self.purpose, self.steps, self.unsafe)
        known = (*done, [one.message for one in self.unset]) if self.unset else done
        return hashlib.sha256(repr(known).encode()).hexdigest()[:16]
