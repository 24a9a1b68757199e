"""A plan: changes in an order in which they can be made, as one value."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.changes import Change


@dataclass(frozen=True, slots=True)
class PlannedChange:
    """A change and the keys of the changes that must be done before it."""

    change: Change
    after: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """What `apply` will do, in order: each change comes behind those that it needs.

    `notes` are sentences on what the plan cannot know or does not do. `unsafe` are reasons for which it must not be
    applied as it is.
    """

    steps: tuple[PlannedChange, ...] = ()
    notes: tuple[str, ...] = ()
    unsafe: tuple[str, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Say whether there is nothing to do."""
        return not self.steps

    @property
    def changes(self) -> tuple[Change, ...]:
        """Return the changes in order."""
        return tuple(step.change for step in self.steps)

    @property
    def digest(self) -> str:
        """Return a short sign of the whole plan. Equal plans have equal digests; secret values are not part of it."""
        return hashlib.sha256(repr(self.steps).encode()).hexdigest()[:16]
