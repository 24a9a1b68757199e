"""The one place where errors of the Azure SDK become ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from azure.core import exceptions as core
from pydantic import BaseModel, ConfigDict, ValidationError

from acr_identity.errors import AzureError, ConflictError, NotAuthorisedError, UnreachableError
from acr_identity.sdk import advice
from acr_identity.sdk.hosts import ElsewhereError
from acr_identity.sdk.policies import CertificateRefusedError
from acr_identity.sdk.redaction import SHOWN_CHARACTERS, redact, shorten
from acr_identity.sdk.retries import Answer, FinalAnswerError
from acr_identity.sdk.tokens import CredentialFailedError

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

_ELSEWHERE = (
    "Something between here and Azure changes the answers, or resource_manager of the cloud is not the service's own "
    "address: find out which before you go on."
)

_NOT_FOUND = 404
_NOT_AUTHORISED = frozenset({401, 403})
_CONFLICT = frozenset({409, 412})
# What tells where to look stands at the end of these, behind a long id or two.
_LONG_TEXTS = dict.fromkeys(
    ("ScopeLocked", "LinkedAuthorizationFailed", "DenyAssignmentAuthorizationFailed", "RequestDisallowedByPolicy"), 2000
)
_OURS = (CredentialFailedError, CertificateRefusedError, ElsewhereError, FinalAnswerError)
# The SDK trusts the shape of an answer: a proxy that says something else shows as any of these.
_SENSELESS = (ValueError, AttributeError, TypeError, LookupError)
_NO_ANSWER = (core.ServiceRequestError, core.ServiceResponseError, core.IncompleteReadError, OSError)


@dataclass(frozen=True, slots=True)
class Call:
    """What is being asked, for messages: "cannot OPERATION NAME".

    `resource` is the id of the target. `secrets` are the texts in the request that no message may repeat.
    """

    operation: str
    resource: str
    secrets: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the last part of the resource."""
        return self.resource.rstrip("/").rpartition("/")[2]


def attempt(call: Call, action: Callable[[], T]) -> T:
    """Return what the action returns.

    Raises:
        AzureError: the action raised an error of the SDK, of the network, or on an answer that makes no sense. The
            original is the cause, except where its own text holds a secret.
    """
    try:
        return action()
    except (core.AzureError, *_OURS, OSError, *_SENSELESS) as error:
        failure = _translate(call, error)
        cause = error if _is_clean(call, error) else None
    # Outside the handler, so that a cause which holds a secret is not kept as the context either.
    raise failure from cause


def attempt_read(call: Call, action: Callable[[], T]) -> T | None:
    """Return what the action returns, or `None` where the service says 404.

    Raises:
        AzureError: as `attempt`.
    """
    try:
        return attempt(call, action)
    except AzureError as error:
        if error.status == _NOT_FOUND:
            return None
        raise


def attempt_delete(call: Call, action: Callable[[], object]) -> None:
    """Do the action; that the thing is not there, or what it was part of, is success.

    Raises:
        AzureError: as `attempt`.
    """
    attempt_read(call, action)


def _is_clean(call: Call, error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        text = f"{seen} {getattr(seen, 'exc_msg', '')}"
        if redact(text, call.secrets) != text:
            return False
        seen = seen.__cause__ or seen.__context__
    return True


def _translate(call: Call, error: Exception) -> AzureError:
    match error:
        case CertificateRefusedError():
            return _unreachable(call, "the server's certificate is not trusted", advice.NO_TRUST)
        case CredentialFailedError():
            return _sign_in_failed(call, error)
        case FinalAnswerError(response=response, note=note):
            return _refused(call, response, note)
        case core.HttpResponseError(response=Answer() as response) if not isinstance(error, core.DecodeError):
            return _refused(call, response)
        case _ if isinstance(error, _NO_ANSWER):
            return _unreachable(call, _reason(error), advice.NO_ANSWER)
        case _:
            return _unusable(call, error)


def _unusable(call: Call, error: Exception) -> AzureError:
    if isinstance(error, ElsewhereError):
        return _failure(AzureError, call, f"{error}: nothing was sent there", _ELSEWHERE)
    return _failure(AzureError, call, f"the answer cannot be read ({type(error).__name__})", advice.READ_AGAIN)


def _sign_in_failed(call: Call, error: CredentialFailedError) -> AzureError:
    cause = error.__cause__
    if isinstance(cause, _NO_ANSWER):
        return _unreachable(
            call, f"sign-in failed: {_reason(cause)}", "Check the network and authority in the cloud file."
        )
    return _failure(NotAuthorisedError, call, f"sign-in failed: {cause}", advice.SIGN_IN)


def _unreachable(call: Call, text: str, hint: str) -> UnreachableError:
    return UnreachableError(_message(call, text), operation=call.operation, resource=call.resource, advice=hint)


def _failure(kind: type[AzureError], call: Call, text: str, hint: str) -> AzureError:
    return kind(_message(call, text), operation=call.operation, resource=call.resource, advice=hint)


def _message(call: Call, text: str) -> str:
    return f"cannot {call.operation} {call.name}: {shorten(redact(text, call.secrets))}"


def _reason(error: BaseException) -> str:
    match error:
        case core.ServiceRequestTimeoutError() | core.ServiceResponseTimeoutError() | TimeoutError():
            return "no answer in time"
        case core.ServiceResponseError() | core.IncompleteReadError():
            return "the connection was cut before the answer was complete"
        case _:
            return "no connection"


class _Refusal(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, defer_build=True)

    code: str | None = None
    message: str | None = None


class _Envelope(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True, defer_build=True)

    error: _Refusal


def _refused(call: Call, response: Answer, note: str = "") -> AzureError:
    status = response.status_code
    refusal = _read_refusal(response)
    code = shorten(redact(refusal.code or "", call.secrets))
    text = redact(refusal.message or response.reason or "", call.secrets)
    parts = (f"{status} {code}".strip(), shorten(text, _LONG_TEXTS.get(code, SHOWN_CHARACTERS)), note)
    return _kind(status)(
        f"cannot {call.operation} {call.name}: {': '.join(filter(None, parts))}",
        operation=call.operation,
        resource=call.resource,
        status=status,
        code=code,
        request_id=_request_id(response),
        advice=advice.advise(status, code, text, operation=call.operation, resource=call.resource),
    )


def _kind(status: int) -> type[AzureError]:
    if status in _NOT_AUTHORISED:
        return NotAuthorisedError
    return ConflictError if status in _CONFLICT else AzureError


def _read_refusal(response: Answer) -> _Refusal:
    """Read `{"error": {"code", "message"}}`, or the code that blob storage gives as a header beside XML."""
    try:
        return _Envelope.model_validate_json(response.text()).error
    except ValidationError:
        return _Refusal(code=response.headers.get("x-ms-error-code"))


def _request_id(response: Answer) -> str:
    return response.headers.get("x-ms-request-id") or response.headers.get("x-ms-correlation-request-id") or ""
