"""The few refusals that pass by themselves and that the SDK cannot know: try again, within a budget."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
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
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0
_IDENTITY_CODES = frozenset({"FailedIdentityOperation", "LinkedAuthorizationFailed", "IdentityNotFound"})

_Result = TypeVar("_Result")


def reason_to_wait(change: Change, error: AzureError, *, identity_is_new: bool) -> str | None:
    """Return why the same request may succeed in a while, or `None` if it will not."""
    match change:
        case AssignRole() if error.code == "PrincipalNotFound":
            return "the principal is not known to role assignments yet"
        case AddVaultAccess() | RemoveVaultAccess() if isinstance(error, ConflictError):
            return "the vault is being changed by somebody else"
        case CreateTask() | UpdateTask() | ReplaceTask() if identity_is_new and error.code in _IDENTITY_CODES:
            return "the new identity cannot be used yet"
        case _:
            return None


def persist(
    action: Callable[[], _Result],
    reason: Callable[[AzureError], str | None],
    clock: Clock,
    stop: threading.Event,
    on_wait: Callable[[str, float], None],
) -> _Result:
    """Do something, again and again while there is a reason to wait and time is left.

    Raises:
        AzureError: the last refusal.
    """
    for pause in _pauses(clock):
        try:
            return action()
        except AzureError as error:
            why = reason(error)
            if why is None or stop.is_set():
                raise
            on_wait(why, pause)
            clock.wait(pause, stop)
            if stop.is_set():
                raise
    return action()


def _pauses(clock: Clock) -> Iterator[float]:
    end = clock.monotonic() + BUDGET_SECONDS
    pause = _FIRST_PAUSE
    while clock.monotonic() + pause <= end:
        yield pause
        pause = min(pause * 2, _LONGEST_PAUSE)
