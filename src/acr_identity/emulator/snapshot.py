"""A state as JSON, and back."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from pydantic import TypeAdapter, ValidationError

from acr_identity.emulator.kernel.state import State
from acr_identity.emulator.state_check import misfits

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import JsonObject


class SnapshotError(ValueError):
    """Something that is no snapshot of an emulator."""


def write_snapshot(state: State) -> JsonObject:
    """Return the state as a JSON object, with all its secrets."""
    content: JsonObject = _adapter().dump_python(state, mode="json")
    return content


def read_snapshot(content: JsonObject) -> State:
    """Return the state that a snapshot holds.

    Raises:
        SnapshotError: it is no snapshot. The message names the place, but nothing of the content.
    """
    try:
        state = _adapter().validate_python(content)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise SnapshotError(f"it is no snapshot of an emulator: {first['msg']} at '{place}'") from None
    misfit = next(misfits(state), None)
    if misfit is not None:
        raise SnapshotError(f"it is no snapshot of an emulator: its parts do not fit together at '{misfit}'")
    return state


@functools.cache
def _adapter() -> TypeAdapter[State]:
    return TypeAdapter(State)
