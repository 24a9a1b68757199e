"""How often, and for how long, a request is sent again. Nothing else in this package repeats what the SDK repeats."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Protocol, TypeAlias, runtime_checkable
from urllib.parse import urlsplit

from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy, RetryPolicy
from azure.core.rest import HttpRequest, HttpResponse

Sent: TypeAlias = PipelineRequest[HttpRequest]
Answered: TypeAlias = PipelineResponse[HttpRequest, HttpResponse]

RETRIES = 5
"""How often a request is repeated after 408, 429, 500, 502, 503, 504 or any refusal with `Retry-After`."""
LONGEST_WAIT_SECONDS = 120.0
"""The longest `Retry-After` that is waited for. After a longer one the answer is an error at once."""

REPEATABLE = frozenset({"PATCH", "POST"})
"""To be given as `retry_on_methods` with a call that may be sent twice, though its method does not say so."""

_REFUSAL = 400
_SERVER_FAULT = 500


@runtime_checkable
class Answer(Protocol):
    """What the two kinds of answer of the SDK have in common: its older clients do not use `azure.core.rest`."""

    @property
    def status_code(self) -> int:
        """Return the status."""

    @property
    def reason(self) -> str | None:
        """Return the words beside the status."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """Return the headers; their names may be asked for in any case."""

    def text(self) -> str:
        """Return the body."""


class FinalAnswerError(Exception):
    """An answer that is not to be asked for again, though the SDK would."""

    def __init__(self, response: Answer) -> None:
        super().__init__(f"status {response.status_code}")
        self.response = response


def retry_policy() -> RetryPolicy[HttpRequest, HttpResponse]:
    """Return the SDK's retries, with an end in sight."""
    return RetryPolicy(
        retry_total=RETRIES,
        retry_status=RETRIES,
        retry_connect=2,
        retry_read=2,
        retry_backoff_max=30,
    )


class PatiencePolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Says which answers are final, below the retries.

    Waits that the service asks for are kept up to `LONGEST_WAIT_SECONDS`, not shortened: to come back too early only
    costs another refusal. A request to queue a run is not repeated after a fault of the server, which may have queued
    it.
    """

    def send(self, request: Sent) -> Answered:
        """Send the request on.

        Raises:
            FinalAnswerError: the answer is a refusal for good, or for longer than we wait.
        """
        response = self.next.send(request)
        wait = RetryPolicy[HttpRequest, HttpResponse]().get_retry_after(response) or 0.0
        is_refusal = response.http_response.status_code >= _REFUSAL
        if is_refusal and (wait > LONGEST_WAIT_SECONDS or _may_have_queued(response)):
            raise FinalAnswerError(response.http_response)
        return response


def _may_have_queued(response: Answered) -> bool:
    is_run = urlsplit(response.http_request.url).path.endswith("/scheduleRun")
    return is_run and response.http_response.status_code >= _SERVER_FAULT
