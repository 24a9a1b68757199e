"""Times as people write them, in seconds."""

from __future__ import annotations

import re

_PARTS = re.compile(
    r"(?:pt)?"
    r"(?:(?P<hours>\d{1,6})\s*(?:h|hours?|hrs?))?\s*"
    r"(?:(?P<minutes>\d{1,6})\s*(?:m|min|mins|minutes?))?\s*"
    r"(?:(?P<seconds>\d{1,6})\s*(?:s|sec|secs|seconds?)?)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?P<hours>\d{1,6}):(?P<minutes>\d\d):(?P<seconds>\d\d)")
_SECONDS = {"hours": 3600, "minutes": 60, "seconds": 1}


def seconds_in(text: str) -> int | None:
    """Return how many seconds a text stands for; `None` if it is no time.

    >>> seconds_in("2h"), seconds_in("1h 30m"), seconds_in("PT5M"), seconds_in("00:10:00"), seconds_in("often")
    (7200, 5400, 300, 600, None)
    """
    found = _CLOCK.fullmatch(text.strip()) or _PARTS.fullmatch(text.strip())
    if found is None or not any(found.groupdict().values()):
        return None
    return sum(int(number or 0) * _SECONDS[unit] for unit, number in found.groupdict().items())
