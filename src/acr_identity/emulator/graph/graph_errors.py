"""Refusals as Microsoft Graph sends them: the usual envelope, with the time and the ids of the request in it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_guid, moment
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import JsonObject, Request


def graph_reply(error: ArmError, request: Request, now: float) -> Reply:
    """Return the envelope of a refusal. Source: learn.microsoft.com/graph/errors."""
    name, asked = str(uuid.uuid4()), request.header("client-request-id")
    inner: JsonObject = {
        "date": f"{moment(now):%Y-%m-%dT%H:%M:%S}",
        "request-id": name,
        "client-request-id": asked.lower() if is_guid(asked) else name,
    }
    content: JsonObject = {"code": error.code, "message": error.message, "innerError": inner}
    return Reply.json(error.status, {"error": content}, error.headers)


def not_found(name: str) -> ArmError:
    """Return 404: the directory has no such object."""
    message = f"Resource '{name}' does not exist or one of its queried reference-property objects are not present."
    return ArmError(404, "Request_ResourceNotFound", message)


def unsupported_filter(expression: str) -> ArmError:
    """Return 400: a filter that Graph, or the emulator, does not understand."""
    return ArmError(400, "Request_UnsupportedQuery", f"Unsupported or invalid query filter clause: {expression}")
