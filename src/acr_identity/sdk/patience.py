"""Whether, when and for how long a request is sent again: decided from values alone."""

from __future__ import annotations

import email.utils
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import TypeAlias

_REFUSAL = 400
_TOO_MANY, _BUSY = 429, 503
_FAULTS = frozenset({408, 500, 502, 503, 504})
_MILLISECONDS = ("retry-after-ms", "x-ms-retry-after-ms")
_FIRST_PAUSE, _LONGEST_PAUSE = 0.5, 30.0
_MINUTE, _DAY = 60, 86_400


class Trouble(Enum):
    """What kept a request from being done, if it is one of the things that pass. The value is the reason in words."""

    THROTTLED = "Azure takes no more requests for now"
    BUSY = "Azure is busy and says when to come again"
    FAULT = "Azure has a fault"
    NO_ANSWER = "no answer came"

    @property
    def patience(self) -> float:
        """Return for how many seconds, from the first time on, it is waited for that it passes."""
        return _PATIENCE[self]


_PATIENCE = {Trouble.THROTTLED: 600.0, Trouble.BUSY: 120.0, Trouble.FAULT: 30.0, Trouble.NO_ANSWER: 5.0}
LONGEST_PATIENCE = max(_PATIENCE.values())


@dataclass(frozen=True, slots=True)
class Again:
    """The request is sent again after so many seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Enough:
    """The request is not sent again. `note` says why in words, if more than the answer itself is to be told."""

    note: str = ""


Decision: TypeAlias = Again | Enough


def trouble_of(status: int, asked: float | None, *, repeatable: bool) -> Trouble | None:
    """Return what keeps a request from being done, or `None` where its answer is final.

    A 429 was not done, so that any request may follow it. After all else, only one that may be done twice.

    Args:
        status: the status of the answer.
        asked: after how many seconds to come again, if the answer says so.
        repeatable: whether the request may be done twice.
    """
    if status == _TOO_MANY:
        return Trouble.THROTTLED
    if not repeatable or status < _REFUSAL:
        return None
    if status == _BUSY and asked is not None:
        return Trouble.BUSY
    return Trouble.FAULT if status in _FAULTS or asked is not None else None


def decide(trouble: Trouble, asked: float | None, *, tries: int, waited: float) -> Decision:
    """Return whether to send again.

    Args:
        trouble: what was in the way.
        asked: after how many seconds to come again, if the answer says so. It is never sooner than that.
        tries: how often the request has met it.
        waited: for how many seconds it has been so.
    """
    patience = trouble.patience
    seconds = _pause(asked or 0.0, tries)
    if waited + seconds <= patience:
        return Again(seconds)
    if asked is not None and asked > patience:
        return Enough(f"the answer asks to wait {_duration(asked)}; here it is at most {_duration(patience)}")
    return Enough(f"it has been so for {_duration(waited)}" if trouble in {Trouble.THROTTLED, Trouble.BUSY} else "")


def _pause(asked: float, tries: int) -> float:
    # What asks to come again at once would be asked without a pause for as long as patience lasts.
    own = float(min(_FIRST_PAUSE * 2 ** min(tries - 1, 10), _LONGEST_PAUSE))
    return asked if asked >= _FIRST_PAUSE else max(asked, own)


def retry_after(headers: Mapping[str, str], now: datetime | None = None) -> float | None:
    """Return after how many seconds an answer asks to come again, or `None` where it says nothing that makes sense.

    It is a number of seconds, or a date by the service's own clock (RFC 9110, `Retry-After`); some services of Azure
    have milliseconds in a header of their own. A date that has passed is 0.

    >>> retry_after({"Retry-After": "7"}), retry_after({"Retry-After": "soon"}), retry_after({"Retry-After": "-1"})
    (7.0, None, None)
    """
    given = {name.lower(): value for name, value in headers.items()}
    text = given.get("retry-after", "")
    seconds = _number(text)
    if seconds is None and text:
        seconds = _until(text, _date(given.get("date", "")) or now or datetime.now(UTC))
    if seconds is None:
        found = (_number(given.get(name, "")) for name in _MILLISECONDS)
        seconds = next((each / 1000 for each in found if each is not None), None)
    return seconds


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if number >= 0 else None


def _until(text: str, now: datetime) -> float | None:
    date = _date(text)
    return None if date is None else max(0.0, (date - now).total_seconds())


def _date(text: str) -> datetime | None:
    try:
        date = email.utils.parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return date if date.tzinfo else date.replace(tzinfo=UTC)


def _duration(seconds: float) -> str:
    """Return a time in words.

    >>> _duration(0.4), _duration(90), _duration(600), _duration(601), _duration(1e300)
    ('1 s', '90 s', '10 min', '601 s', 'more than a day')
    """
    if seconds > _DAY:
        return "more than a day"
    whole = math.ceil(seconds) or 1
    return f"{whole // _MINUTE} min" if whole > _MINUTE and whole % _MINUTE == 0 else f"{whole} s"
