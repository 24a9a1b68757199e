"""Long-running operations: a link to ask, and an answer that says for how long it goes on."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from acr_identity.emulator.kernel.arm import made_guid
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.state import Operation, OperationError, State, including
from acr_identity.emulator.kernel.wire import Headers, JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

AT_ONCE = ("retry-after-ms", "10")
"""When to ask again. Clients that are told `Retry-After: 0` wait at their own pace; `az` would for 30 seconds."""


def ask_again(call: Call, header: Literal["Location", "Azure-AsyncOperation"], path: str, query: str = "") -> Headers:
    """Return the header lines that say where and when to ask how an operation goes; `query` ends the address."""
    return (header, f"{call.request.base}{path}?api-version={call.api_version}{query}"), AT_ONCE


def begin(
    call: Call, state: State, resource: str, running: str, error: OperationError | None = None
) -> tuple[State, Operation | None]:
    """Begin an operation on the resource under this key; `None` when the settings want none.

    With an `error` it fails in the end, or now.

    Raises:
        ArmError: it fails, and the settings want no polls.
    """
    if call.settings.lro_polls < 1:
        if error:
            raise ArmError(error.status, error.code, error.message)
        return state, None
    name = made_guid("operation", resource, len(state.operations))
    operation = Operation(name, resource, running, call.settings.lro_polls, error, call.now, call.now)
    return replace(state, operations=including(state.operations, name, operation)), operation


def running_on(state: State, resource: str) -> Operation | None:
    """Return the operation that goes on for the resource under this key."""
    return next((one for one in state.operations.values() if one.resource == resource and one.polls_left > 0), None)


def polled(state: State, operation: Operation, now: float) -> State:
    """Return the state after one more question for an operation."""
    counted = replace(operation, polls_left=max(0, operation.polls_left - 1), changed=now)
    return replace(state, operations=including(state.operations, operation.id, counted))


def show_status(call: Call) -> Answer:
    """Answer a poll of an `Azure-AsyncOperation` link: `{"status": ...}` with 200."""
    operation = operation_of(call)
    if operation.polls_left < 1:
        return Reply.json(200, _ended(operation.error))
    return Change(polled(call.state, operation, call.now), Reply.json(200, {"status": operation.running}, (AT_ONCE,)))


def show_result(call: Call) -> Answer:
    """Answer a poll of a `Location` link: 202 while it goes on, then 200 without a body."""
    operation = operation_of(call)
    if operation.polls_left < 1:
        if operation.error:
            raise ArmError(operation.error.status, operation.error.code, operation.error.message)
        return Reply(200)
    headers = ask_again(call, "Location", call.request.path)
    return Change(polled(call.state, operation, call.now), Reply(202, headers))


def _ended(error: OperationError | None) -> JsonObject:
    if error is None:
        return {"status": "Succeeded"}
    return {"status": "Failed", "error": {"code": error.code, "message": error.message}}


def operation_of(call: Call) -> Operation:
    """Return the operation that a poll asks for.

    Raises:
        ArmError: 404 when there is none.
    """
    name = call.params["operation"]
    operation = call.state.operations.get(name.lower())
    if operation is None:
        raise ArmError(404, "OperationNotFound", f"The operation '{name}' could not be found.")
    return operation
