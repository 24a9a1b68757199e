"""Who is in which group."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import State


def ids_of(state: State, principal: str) -> frozenset[str]:
    """Return the id of a principal and of all groups that it is in, by way of other groups too, in lower case."""
    found: set[str] = set()
    left = [principal.lower()]
    groups = [one for one in state.directory.values() if one.members]
    while left:
        found.add(one := left.pop())
        left += [group.id for group in groups if one in group.members and group.id not in found]
    return frozenset(found)
