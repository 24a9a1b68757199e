"""The token buckets of Azure Resource Manager: how many requests one may send, and how fast one may again.

Source: learn.microsoft.com, "Understand how Azure Resource Manager throttles requests": buckets for each subscription,
principal and kind of operation, and one of fifteen times the size for all principals of a subscription. The names of
the headers and what a fresh bucket shows are those of recordings; the text of the refusal is that of public reports.
"""

from __future__ import annotations

import math
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError
from acr_identity.emulator.kernel.wire import Headers

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import Request

RequestKind: TypeAlias = Literal["reads", "writes", "deletes"]
"""The kinds of request that are counted apart; a POST counts as a write."""


@dataclass(frozen=True, slots=True)
class Limit:
    """How many requests fit into a bucket, and how many come back each second."""

    size: int
    per_second: int

    def times(self, factor: int) -> Limit:
        """Return the same, so many times as large."""
        return Limit(self.size * factor, self.per_second * factor)


LIMITS: dict[RequestKind, Limit] = {"reads": Limit(250, 25), "writes": Limit(200, 10), "deletes": Limit(200, 10)}
"""The limits of one principal in one subscription; those of a tenant are the same."""
ALL_PRINCIPALS = 15
"""How many times larger the buckets are that all principals of a subscription share."""


@dataclass(frozen=True, slots=True)
class Bucket:
    """What is in a bucket at a time, in seconds.

    >>> bucket = Bucket(Limit(250, 25), left=0.5, at=100.0)
    >>> bucket.wait, bucket.filled(100.5).left
    (1, 13.0)
    """

    limit: Limit
    left: float
    at: float

    @property
    def wait(self) -> int:
        """Return how many whole seconds it takes until it holds a token; 0 when it holds one."""
        return math.ceil((1 - self.left) / self.limit.per_second) if self.left < 1 else 0

    def filled(self, now: float) -> Bucket:
        """Return the bucket at a later time."""
        left = self.left + max(0.0, now - self.at) * self.limit.per_second
        return Bucket(self.limit, min(float(self.limit.size), left), max(now, self.at))

    def without_one(self) -> Bucket:
        """Return the bucket with one token less."""
        return Bucket(self.limit, self.left - 1, self.at)


def kind_of(method: str) -> RequestKind:
    """Return the kind of request that a verb makes."""
    match method:
        case "GET" | "HEAD" | "OPTIONS":
            return "reads"
        case "DELETE":
            return "deletes"
        case _:
            return "writes"


class Throttling:
    """The buckets of an emulator. Safe to use from several threads.

    Args:
        enforced: whether an empty bucket refuses requests. Requests are counted in any case.
    """

    def __init__(self, *, enforced: bool = False) -> None:
        self.enforced = enforced
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, ...], Bucket] = {}

    def clear(self) -> None:
        """Fill all buckets."""
        with self._lock:
            self._buckets.clear()

    def take(self, request: Request, subscription: str, principal: str, now: float) -> Headers:
        """Count a request, and say in header lines what is left. `now` is in seconds.

        Raises:
            ArmError: 429 `SubscriptionRequestsThrottled` with `Retry-After`, when a bucket is empty and it counts.
        """
        kind = kind_of(request.method)
        scope = "subscription" if _is_in_subscription(request.decoded_path) else "tenant"
        limit = LIMITS[kind]
        keys: dict[tuple[str, ...], Limit] = {(scope, kind, principal): limit}
        if scope == "subscription":
            keys[scope, kind] = limit.times(ALL_PRINCIPALS)
        with self._lock:
            found = {key: self._bucket(key, size, now) for key, size in keys.items()}
            wait = max(bucket.wait for bucket in found.values())
            if wait and self.enforced:
                raise _too_many(kind, subscription, principal, wait, _lines(found))
            taken = {key: bucket.without_one() if bucket.left >= 1 else bucket for key, bucket in found.items()}
            self._buckets |= taken
            return _lines(taken)

    def _bucket(self, key: tuple[str, ...], limit: Limit, now: float) -> Bucket:
        known = self._buckets.get(key)
        return known.filled(now) if known else Bucket(limit, float(limit.size), now)


def _is_in_subscription(path: str) -> bool:
    head, _, rest = path.lstrip("/").partition("/")
    return head.lower() == "subscriptions" and bool(rest)


def _lines(found: dict[tuple[str, ...], Bucket]) -> Headers:
    return tuple((_header(key), str(math.floor(bucket.left))) for key, bucket in found.items())


def _header(key: tuple[str, ...]) -> str:
    scope, kind, *principal = key
    return (
        f"x-ms-ratelimit-remaining-{scope}-{kind}" if principal else f"x-ms-ratelimit-remaining-{scope}-global-{kind}"
    )


def _too_many(kind: RequestKind, subscription: str, principal: str, wait: int, left: Headers) -> ArmError:
    message = (
        f"Number of '{kind.removesuffix('s')}' requests for subscription '{subscription}' actor '{principal}' "
        f"exceeded. Please try again after '{wait}' seconds after additional tokens are available. "
        "Refer to https://aka.ms/arm-throttling for additional information."
    )
    headers = (("Retry-After", str(wait)), *left, *GATEWAY)
    return ArmError(429, "SubscriptionRequestsThrottled", message, headers=headers)
