"""Patterns of actions, in roles and in conditions."""

from __future__ import annotations

import functools
import re


def matches(pattern: str, action: str) -> bool:
    """Say whether an action falls under a pattern in which `*` stands for any text; casing does not count.

    >>> matches("*/read", "Microsoft.KeyVault/vaults/read")
    True
    """
    return _compiled(pattern).fullmatch(action) is not None


@functools.lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    parts = (re.escape(part) for part in pattern.split("*"))
    return re.compile(".*".join(parts), re.IGNORECASE | re.DOTALL)
