"""With how many examples a property is tried."""

from __future__ import annotations

from hypothesis import settings


def examples(times: float) -> settings:
    """Return the setting for so many times the examples of the profile: few where each is dear."""
    return settings(max_examples=max(1, round(times * settings().max_examples)))
