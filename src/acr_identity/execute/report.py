"""What became of a plan."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.display import Shown
from acr_identity.errors import AcrIdentityError, ExitCode, NotAuthorisedError

if TYPE_CHECKING:
    from acr_identity.changes import Change


@dataclass(frozen=True, slots=True)
class Done:
    """The change was made, or what it wanted was there already when it was tried (`found`)."""

    change: Change
    found: bool = False
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Failed:
    """The change was tried and refused."""

    change: Change
    error: AcrIdentityError
    seconds: float = field(default=0.0, compare=False)


@dataclass(frozen=True, slots=True)
class Skipped:
    """The change was not tried: another had to come first and was not made; `None` says that the work was stopped."""

    change: Change
    blocked_by: Change | None = None


Outcome: TypeAlias = Done | Failed | Skipped


@dataclass(frozen=True, slots=True)
class Report(Shown):
    """What was done, what failed and what was not tried, in the order of the plan."""

    outcomes: tuple[Outcome, ...] = ()
    interrupted: bool = False
    notes: tuple[str, ...] = ()

    def followed_by(self, later: Report) -> Report:
        """Return both as one report: what was tried again counts as it ended then."""
        again = {outcome.change.key for outcome in later.outcomes}
        kept = tuple(outcome for outcome in self.outcomes if outcome.change.key not in again)
        return Report(kept + later.outcomes, later.interrupted, self.notes)

    @property
    def failures(self) -> tuple[Failed, ...]:
        """Return the changes that were refused."""
        return tuple(outcome for outcome in self.outcomes if isinstance(outcome, Failed))

    @property
    def is_complete(self) -> bool:
        """Say whether every change of the plan was made."""
        return all(isinstance(outcome, Done) for outcome in self.outcomes)

    @property
    def exit_code(self) -> ExitCode:
        """Return what a command that made this report ends with."""
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.is_complete:
            return ExitCode.DONE
        if any(isinstance(outcome, Done) for outcome in self.outcomes):
            return ExitCode.PARTLY_DONE
        refused = all(isinstance(failure.error, NotAuthorisedError) for failure in self.failures)
        return ExitCode.NOT_AUTHORISED if refused and self.failures else ExitCode.FAILED
