"""A plan: changes in an order in which they can be made, as one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from acr_identity.display import Shown
from acr_identity.plan.canonical import canonical
from acr_identity.secrecy import NotPickled
from acr_identity.state.comparison import ANY_CASE

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.errors import PlacedMistake
    from acr_identity.plan.inputs import PlanInputs
    from acr_identity.plan.modes import Mode


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change and the keys of the changes that must be done before it."""

    change: Change
    after: tuple[str, ...] = field(default=(), metadata=ANY_CASE)


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
    applied as it is. `unset` names the environment variables of the spec that have no value, with their places: such a
    plan is to be looked at, and cannot be applied. What it could not compare for want of them is in `not_compared`.
    `owned` is how many things of ours the plan found: tasks, identities, grants, credentials; 0 where nobody has
    counted them. `modes` are how those registries and vaults decided of which it must be so still when all is done.
    `leftover` names what carries the mark of this spec, is not in it any more, and stays. `inputs` are
    what a provisioner made it from; two plans that say the same are equal, whatever they were made from. Printed, or in
    a notebook, it shows itself.
    """

    steps: tuple[PlannedChange, ...] = ()
    notes: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()
    purpose: Literal["apply", "destroy"] = "apply"
    not_compared: tuple[NotCompared, ...] = ()
    unset: tuple[PlacedMistake, ...] = ()
    owned: int = 0
    leftover: tuple[str, ...] = ()
    modes: tuple[Mode, ...] = field(default=(), compare=False, repr=False)
    inputs: PlanInputs | None = field(default=None, compare=False, repr=False)

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
    def removals(self) -> tuple[str, ...]:
        """Return what goes: each task, identity, grant and credential, and each identity that a task loses."""
        return tuple(title for change in self.changes for title in change.takes_out)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of what the plan does, for telling whether it is the one that was looked at.

        Secret values and notes are not part of it, nor is how ids are spelt. It is the same on any Python.
        """
        return hashlib.sha256(canonical(self._content).encode()).hexdigest()

    def does_the_same_as(self, other: Plan) -> bool:
        """Say whether both do the same with the same secrets, whatever their notes and the spelling of ids."""
        return self.canonical_with_secrets() == other.canonical_with_secrets()

    def canonical_with_secrets(self) -> str:
        """Return all that `digest` covers and the values of the secrets, as one text. It is a secret itself."""
        return canonical(self._content, secrets=True)

    @property
    def _content(self) -> tuple[object, ...]:
        done = (self.purpose, self.steps, self.unsafe)
        return (*done, tuple(one.message for one in self.unset)) if self.unset else done
