"""Actions of Azure, and the patterns by which roles allow them.

A pattern counts for the whole of an action, whatever the case, and `*` stands for any text. Azure's matcher takes two
liberties: `/*/` also stands for one slash, and a pattern that ends in `/*` also means what stands before that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class Permission:
    """What one role allows: actions on resources, and on the data in them. The `not_` ones are taken off just these."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()

    def allows(self, action: str, *, is_data: bool) -> bool:
        """Say whether it allows an action."""
        if is_data:
            return matches_any(self.data_actions, action) and not matches_any(self.not_data_actions, action)
        return matches_any(self.actions, action) and not matches_any(self.not_actions, action)


def matches_any(patterns: Iterable[str], action: str) -> bool:
    """Say whether one of these patterns stands for an action.

    >>> matches_any(["Microsoft.KeyVault/vaults/*/read"], "microsoft.keyvault/vaults/read")
    True
    """
    return any(_compiled(pattern.lower()).fullmatch(action.lower()) is not None for pattern in patterns)


@lru_cache(maxsize=1 << 12)
def _compiled(pattern: str) -> re.Pattern[str]:
    head, tail = (pattern[:-2], "(?:/.*)?") if pattern.endswith("/*") else (pattern, "")
    parts = (".*".join(map(re.escape, part.split("*"))) for part in head.split("/*/"))
    return re.compile("/(?:.*/)?".join(parts) + tail, re.DOTALL)
