"""What a change is called, and the sign of what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.changes import Action
from acr_identity.render.document import Mark, Tone
from acr_identity.render.escape import visible

if TYPE_CHECKING:
    from acr_identity.changes import Change

MARKS = {
    Action.CREATE: Mark("+", Tone.GOOD),
    Action.CHANGE: Mark("~", Tone.CHANGED),
    Action.REMOVE: Mark("-", Tone.BAD),
}
"""The sign of each action."""


def change_title(change: Change) -> str:
    """Return what a change does in one short line, safe to print: `create identity myACRTasksId`."""
    return visible(change.title)
