"""Who made something and who changed it last, as the `systemData` of a resource tells it."""

from __future__ import annotations

from collections.abc import Callable

from acr_identity.emulator.kernel.arm import offset_time
from acr_identity.emulator.kernel.wire import JsonObject

_AUTHOR = "owner@example.com"


def system_data(created: float, modified: float, written: Callable[[float], str] = offset_time) -> JsonObject:
    """Return who made something and who changed it last, and when; `written` spells the times."""
    return {
        "createdBy": _AUTHOR,
        "createdByType": "User",
        "createdAt": written(created),
        **last_change(modified, written),
    }


def last_change(modified: float, written: Callable[[float], str] = offset_time) -> JsonObject:
    """Return the half of it that tells the last change."""
    return {"lastModifiedBy": _AUTHOR, "lastModifiedByType": "User", "lastModifiedAt": written(modified)}
