"""The few refusals that pass by themselves and that the SDK cannot know: try again, within a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    Change,
    CreateTask,
    RemoveVaultAccess,
    ReplaceTask,
    UpdateTask,
)
from acr_identity.errors import AzureError, ConflictError
from acr_identity.execute.clock import Clock

BUDGET_SECONDS = 180.0
"""For how long one change is tried again, in all."""
MISSING_RIGHT_SECONDS = 30.0
"""For how long, where the refusal is most probably for want of a right, and only perhaps because something is new."""
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class Patience:
    """Why the same request may succeed in a while, and for how many seconds it is worth trying again."""

    reason: str
    seconds: float = BUDGET_SECONDS


def patience_with(change: Change, error: AzureError, *, identity_is_new: bool) -> Patience | None:
    """Return why the same request may succeed in a while, or `None` if it will not."""
    match change:
        case AssignRole() if error.code == "PrincipalNotFound":
            return Patience("the principal is not known to role assignments yet")
        case AddVaultAccess() | RemoveVaultAccess() if isinstance(error, ConflictError):
            return Patience("the vault is being changed by somebody else")
        case CreateTask() | UpdateTask() | ReplaceTask() if identity_is_new:
            return _patience_with_identity(error.code)
        case _:
            return None


def _patience_with_identity(code: str) -> Patience | None:
    match code:
        case "FailedIdentityOperation" | "IdentityNotFound":
            return Patience("the new identity cannot be used yet")
        case "LinkedAuthorizationFailed":
            reason = "the new identity cannot be used yet, or you lack the role Managed Identity Operator on it"
            return Patience(reason, MISSING_RIGHT_SECONDS)
        case _:
            return None


def persist(
    action: Callable[[], _Result],
    patience: Callable[[AzureError], Patience | None],
    clock: Clock,
    stop: threading.Event,
    on_wait: Callable[[str, float], None],
) -> _Result:
    """Do something, again and again while there is a reason to wait and time is left.

    Raises:
        AzureError: the last refusal.
    """
    begin, pause = clock.monotonic(), _FIRST_PAUSE
    while True:
        try:
            return action()
        except AzureError as error:
            found = patience(error)
            if found is None or stop.is_set() or clock.monotonic() + pause > begin + found.seconds:
                raise
            on_wait(found.reason, pause)
            clock.wait(pause, stop)
            if stop.is_set():
                raise
        pause = min(pause * 2, _LONGEST_PAUSE)
