"""Sends a request again while that may help and patience lasts. Nothing else in this package repeats requests."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Protocol, TypeAlias, runtime_checkable

from azure.core.exceptions import ServiceRequestError, ServiceResponseError
from azure.core.pipeline import PipelineRequest, PipelineResponse
from azure.core.pipeline.policies import HTTPPolicy
from azure.core.rest import HttpRequest, HttpResponse

from acr_identity.sdk.patience import LONGEST_PATIENCE, Again, Enough, Trouble, decide, retry_after, trouble_of
from acr_identity.sdk.pauses import place_of

if TYPE_CHECKING:
    from acr_identity.sdk.pauses import Pauses

Sent: TypeAlias = PipelineRequest[HttpRequest]
Answered: TypeAlias = PipelineResponse[HttpRequest, HttpResponse]

SENT_AGAIN = "acr_identity.sent_again"
"""The key in the context of a request that was sent again though it may have been done the first time."""
_REPEATABLE_METHODS = frozenset({"GET", "HEAD", "PUT", "DELETE"})


@runtime_checkable
class Answer(Protocol):
    """What the two kinds of answer of the SDK have in common: its older clients do not use `azure.core.rest`."""

    @property
    def status_code(self) -> int:
        """Return what HTTP says of the outcome, such as 429."""

    @property
    def reason(self) -> str | None:
        """Return the words beside the status."""

    @property
    def headers(self) -> MutableMapping[str, str]:
        """Return the headers; their names may be asked for in any case."""

    def text(self) -> str:
        """Return the body."""


class FinalAnswerError(Exception):
    """A refusal that is not waited for any longer. `note` says why."""

    def __init__(self, response: Answer, note: str) -> None:
        super().__init__(f"status {response.status_code}: {note}")
        self.response = response
        self.note = note


class RetryPolicy(HTTPPolicy[HttpRequest, HttpResponse]):
    """Takes the place of the SDK's, which counts tries, and lets each thread wait for itself.

    A call that may be sent twice, though its method does not say so, is given `repeatable=True`.
    """

    def __init__(self, pauses: Pauses) -> None:
        super().__init__()
        self._pauses = pauses

    def send(self, request: Sent) -> Answered:
        """Send the request, again if need be.

        Raises:
            FinalAnswerError: the service asks for more patience than there is.
            azure.core.exceptions.AzureError: no answer came.
        """
        by_method = request.http_request.method in _REPEATABLE_METHODS
        may_repeat = bool(request.context.options.pop("repeatable", by_method))
        attempts = _Attempts(self._pauses, request, may_repeat=may_repeat)
        attempts.take_turn()
        while True:
            try:
                response = self.next.send(request)
            except (ServiceRequestError, ServiceResponseError):
                if not attempts.go_on_without_answer():
                    raise
            else:
                if not attempts.go_on_after(response.http_response):
                    return response
            request.context[SENT_AGAIN] = attempts.may_have_been_done


class _Attempts:
    """The attempts of one request."""

    def __init__(self, pauses: Pauses, request: Sent, *, may_repeat: bool) -> None:
        self._pauses = pauses
        self._place = place_of(request.http_request.url)
        self._may_repeat = may_repeat
        self._stop = pauses.stop
        self._clock = pauses.clock
        self._first: float | None = None
        self._trouble: Trouble | None = None
        self._since = 0.0
        self._tries = 0
        self.may_have_been_done = False

    def take_turn(self) -> None:
        self._pauses.take_turn(self._place, self._stop)

    def go_on_without_answer(self) -> bool:
        return self._may_repeat and self._goes_on(Trouble.NO_ANSWER, None, None)

    def go_on_after(self, answer: Answer) -> bool:
        asked = retry_after(answer.headers)
        trouble = trouble_of(answer.status_code, asked, repeatable=self._may_repeat)
        if trouble is not Trouble.THROTTLED:
            self._pauses.taken(self._place)
        return trouble is not None and self._goes_on(trouble, asked, answer)

    def _goes_on(self, trouble: Trouble, asked: float | None, answer: Answer | None) -> bool:
        waited = self._note(trouble)
        self.may_have_been_done |= trouble is not Trouble.THROTTLED
        if self._stop.is_set():
            return False
        match decide(trouble, asked, tries=self._tries, waited=waited):
            case Enough(note=note) if note and answer is not None:
                raise FinalAnswerError(answer, note)
            case Again(seconds) if not self._has_lasted_too_long:
                self._wait(trouble, seconds)
                return not self._stop.is_set()
            case _:
                return False

    def _wait(self, trouble: Trouble, seconds: float) -> None:
        if trouble is Trouble.THROTTLED:
            self._pauses.begin(self._place, seconds, trouble.value)
            self.take_turn()
        else:
            self._pauses.wait(seconds, trouble.value, self._stop)

    def _note(self, trouble: Trouble) -> float:
        """Return for how many seconds there has been this trouble, and no other between."""
        now = self._clock.monotonic()
        if trouble is not self._trouble:
            self._trouble, self._since, self._tries = trouble, now, 0
        self._first = now if self._first is None else self._first
        self._tries += 1
        together = self._pauses.refused(self._place) if trouble is Trouble.THROTTLED else 0.0
        return max(now - self._since, together)

    @property
    def _has_lasted_too_long(self) -> bool:
        """Say whether troubles of several kinds have taken turns for longer than any of them is waited for."""
        return self._first is not None and self._clock.monotonic() - self._first > LONGEST_PATIENCE
