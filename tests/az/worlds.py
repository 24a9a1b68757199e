"""What two worlds have in common, and what not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

TIMES = frozenset({"created", "modified", "updated", "started", "pushed"})
TOLD_DEFAULTS: tuple[tuple[str, object], ...] = (
    ("values", []),
    ("isSystemTask", False),
    ("updateTriggerPayloadType", "Default"),
)
"""What `az` writes into a task and `apply` leaves out. It is taken for the same; of the payload type, not verified."""


_TIMES_IN_A_LOG = re.compile(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d |(?<=after )\d+s\b")


def without_times(line: str) -> str:
    """Return a line of a log without its time, and without how long the run took."""
    return _TIMES_IN_A_LOG.sub("", line)


def differences(
    one: Mapping[str, object], other: Mapping[str, object], *, ignored: frozenset[str] = frozenset()
) -> list[str]:
    """Return a line for each value that only one of two snapshots holds, `-` for the first and `+` for the second.

    Times do not count, nor the marks of this package, the names of role assignments, defaults that are told, the
    casing of ids and of platforms, and the fields that are `ignored`.
    """
    left, right = (dict(_leaves(_plain(world), "", ignored)) for world in (one, other))
    only_left = [f"- {place} = {value!r}" for place, value in left.items() if right.get(place) != value]
    only_right = [f"+ {place} = {value!r}" for place, value in right.items() if left.get(place) != value]
    return sorted((*only_left, *only_right), key=lambda line: line[2:])


def _plain(world: Mapping[str, object]) -> dict[str, object]:
    """Put role assignments under what they say, because their names say nothing."""
    assignments = world["assignments"]
    assert isinstance(assignments, dict)
    told = {}
    for one in assignments.values():
        place = " ".join((one["scope"], one["role"], one["principal_id"]))
        assert place not in told
        told[place] = {name: value for name, value in one.items() if name != "name"}
    return {**world, "assignments": told}


def _leaves(value: object, place: str, ignored: frozenset[str]) -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if name not in TIMES | ignored and not _is_mark(name, inner) and (name, inner) not in TOLD_DEFAULTS:
                yield from _leaves(inner, f"{place}/{name.lower()}", ignored)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _leaves(inner, f"{place}/{number}", ignored)
    elif isinstance(value, str):
        yield place, value.lower() if _is_case_blind(place, value) else without_times(value)
    elif value is not None:
        yield place, value


def _is_mark(name: str, value: object) -> bool:
    described = name == "description" and isinstance(value, str) and value.startswith("acr_identity: ")
    return described or name.startswith("acr-identity")


def _is_case_blind(place: str, value: str) -> bool:
    return value.startswith("/subscriptions/") or "/platform/" in place
