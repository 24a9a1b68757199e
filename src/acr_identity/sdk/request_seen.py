"""What can be told of a request without telling a secret."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One attempt of one request.

    `path` is without host and query, so that no signature is in it. `status` is 0 where no answer came. `request_id` is
    the service's `x-ms-request-id`, or the id that we sent where there is none. `correlation_id` is the same for all
    requests of one gateway.
    """

    method: str
    path: str
    status: int
    seconds: float
    request_id: str
    correlation_id: str
