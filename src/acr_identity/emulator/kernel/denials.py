"""Deny assignments: what some may not do at a scope and below it, whatever their roles say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

EVERYONE = "00000000-0000-0000-0000-000000000000"
"""The id that stands for all principals there are."""


@dataclass(frozen=True, slots=True)
class NamedPrincipal:
    """A principal as a deny assignment names it."""

    id: str
    kind: str


@dataclass(frozen=True, slots=True)
class DenyAssignment:
    """Who may not do what where. `name` is its GUID, `display` the name that people know it by."""

    name: str
    scope: str
    display: str
    created: float
    updated: float
    author: str
    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()
    principals: tuple[NamedPrincipal, ...] = (NamedPrincipal(EVERYONE, "SystemDefined"),)
    excluded: tuple[NamedPrincipal, ...] = ()
    is_here_only: bool = False
    """Whether it counts at its scope only, and not below."""
    is_system_protected: bool = True
    is_audit: bool = False
    """Whether it is only written down what it would have stopped."""
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None

    def is_for(self, ids: Iterable[str]) -> bool:
        """Say whether it names somebody who has these ids: the own one, and those of the groups that one is in."""
        has = {id_.lower() for id_ in ids}
        named = {one.id.lower() for one in self.principals}
        return bool(named & {EVERYONE, *has}) and not has & {one.id.lower() for one in self.excluded}
