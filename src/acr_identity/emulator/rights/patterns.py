"""Patterns of actions, in roles and in conditions."""

from __future__ import annotations

import functools
import re


def matches(pattern: str, action: str) -> bool:
    """Say whether an action falls under a pattern in which `*` stands for any text; casing does not count.

    As the portal does it, `/*/` stands for one slash too, and a pattern that ends in `/*` covers what is before it too.

    >>> matches("*/read", "Microsoft.KeyVault/vaults/read")
    True
    """
    return _compiled(pattern).fullmatch(action) is not None


@functools.lru_cache(maxsize=1024)
def _compiled(pattern: str) -> re.Pattern[str]:
    expression = re.escape(pattern).replace(r"\*", ".*").replace("/.*/", "/(.*/)?")
    if expression.endswith("/.*"):
        expression = expression.removesuffix("/.*") + "(/.*)?"
    return re.compile(expression, re.IGNORECASE | re.DOTALL)
