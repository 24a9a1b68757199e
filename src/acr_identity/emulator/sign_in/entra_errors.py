"""Refusals as Entra words them: an OAuth error, a number, and a text that ends with ids and the time.

Envelope: learn.microsoft.com/entra/identity-platform/reference-error-codes (Handling error codes).
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_guid, moment
from acr_identity.emulator.kernel.arm_errors import ArmError
from acr_identity.emulator.kernel.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import JsonObject, Request

_OTHER = 900144
_METHOD = 900561
_NOT_ALLOWED = 405


class EntraError(ArmError):
    """A refusal of the directory. `code` is the OAuth error, `number` the one after `AADSTS`."""

    def __init__(self, status: int, code: str, number: int, message: str) -> None:
        super().__init__(status, code, message)
        self.number = number


def entra_reply(error: ArmError, request: Request, now: float) -> Reply:
    """Return the envelope of a refusal; one that is not the directory's own (no such path, wrong verb) becomes one."""
    trace, asked = str(uuid.uuid4()), request.header("client-request-id")
    correlation = asked.lower() if is_guid(asked) else str(uuid.uuid4())
    time = f"{moment(now):%Y-%m-%d %H:%M:%S}Z"
    own = error if isinstance(error, EntraError) else _foreign(error)
    content: JsonObject = {
        "error": own.code,
        "error_description": (
            f"AADSTS{own.number}: {own.message} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {time}"
        ),
        "error_codes": [own.number],
        "timestamp": time,
        "trace_id": trace,
        "correlation_id": correlation,
        "error_uri": f"{request.base}/error?code={own.number}",
    }
    return Reply.json(own.status, content, (("Cache-Control", "no-store, no-cache"), *error.headers))


def missing_parameter(name: str) -> EntraError:
    """Return 400: the form lacks a parameter."""
    message = f"The request body must contain the following parameter: '{name}'."
    return EntraError(400, "invalid_request", 900144, message)


def unknown_tenant(tenant: str, code: str = "invalid_request") -> EntraError:
    """Return 400: there is no such directory here."""
    if not is_guid(tenant) and "." not in tenant:
        message = f"Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
        return EntraError(400, code, 900023, message)
    message = (
        f"Tenant '{tenant}' not found. Check to make sure you have the correct tenant ID and are signing into the "
        "correct cloud. Check with your subscription administrator, this may happen if there are no active "
        "subscriptions for the tenant."
    )
    return EntraError(400, code, 90002, message)


def unknown_client(client: str, tenant: str) -> EntraError:
    """Return 400: the directory has no such application."""
    message = (
        f"Application with identifier '{client}' was not found in the directory '{tenant}'. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You may have sent your authentication request to the wrong tenant."
    )
    return EntraError(400, "unauthorized_client", 700016, message)


def wrong_secret(client: str) -> EntraError:
    """Return 401: the application has no such secret."""
    message = (
        "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not "
        f"the client secret ID, for a secret added to app '{client}'."
    )
    return EntraError(401, "invalid_client", 7000215, message)


def unknown_resource(resource: str, tenant: str) -> EntraError:
    """Return 400: the directory gives no tokens for this resource."""
    message = (
        f"The resource principal named {resource} was not found in the tenant named {tenant}. This can happen if the "
        "application has not been installed by the administrator of the tenant or consented to by any user in the "
        "tenant. You might have sent your authentication request to the wrong tenant."
    )
    return EntraError(400, "invalid_resource", 500011, message)


def _foreign(error: ArmError) -> EntraError:
    number = _METHOD if error.status == _NOT_ALLOWED else _OTHER
    return EntraError(error.status, "invalid_request", number, error.message)
