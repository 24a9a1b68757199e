"""What role assignments give together: whether a need is met by what is there, at the resource or above it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.access.actions import Permission
from acr_identity.access.conditions import Truth, Where, passes
from acr_identity.access.definitions import BUILT_IN
from acr_identity.ids import ArmId
from acr_identity.state import LiveAssignment, LiveRole


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """What must be allowed: one action, on the resource or on the data in it, and there in which repositories."""

    action: str
    where: Where
    is_data: bool


@dataclass(frozen=True, slots=True)
class Given:
    """All is allowed, by these assignments."""

    by: tuple[LiveAssignment, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something is not allowed."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """It cannot be told, because of these assignments."""

    by: tuple[LiveAssignment, ...]


Verdict: TypeAlias = Given | Missing | Unknown


def judge(
    needs: Sequence[AppliesTo], scope: ArmId, assignments: Iterable[LiveAssignment], roles: Mapping[str, LiveRole]
) -> Verdict:
    """Judge whether one principal may do all this at a scope, by the role assignments that it has.

    Args:
        needs: what it must be able to do.
        scope: the resource.
        assignments: what it was given, anywhere.
        roles: roles of one's own, by their GUIDs. One that is neither here nor built in allows nobody knows what.
    """
    above = [one for one in assignments if is_above(one.scope, scope)]
    used: dict[str, LiveAssignment] = {}
    doubtful: dict[str, LiveAssignment] = {}
    is_met = True
    for need in needs:
        found = [(one, _allows(one, need, roles)) for one in above]
        by = next((one for one, allowed in found if allowed), None)
        if by is not None:
            used[by.id] = by
        else:
            is_met = False
            doubts = [one for one, allowed in found if allowed is None]
            if not doubts:
                return Missing()
            doubtful |= {one.id: one for one in doubts}
    return Given(tuple(used.values())) if is_met else Unknown(tuple(doubtful.values()))


def is_above(scope: str, resource: ArmId) -> bool:
    """Say whether what is assigned at a scope holds at a resource: it is the same, or above it."""
    if not scope.strip("/"):
        return True
    if scope.lower().startswith("/providers/microsoft.management/managementgroups/"):
        return True
    try:
        return ArmId(scope).contains(resource)
    except ValueError:
        return False


def _allows(one: LiveAssignment, need: AppliesTo, roles: Mapping[str, LiveRole]) -> Truth:
    permissions = _permissions(one.role_guid, roles)
    if permissions is None:
        return None
    if not any(each.allows(need.action, is_data=need.is_data) for each in permissions):
        return False
    return passes(one.condition, need.action, need.where)


def _permissions(guid: str, roles: Mapping[str, LiveRole]) -> tuple[Permission, ...] | None:
    if guid in BUILT_IN:
        return (BUILT_IN[guid][1],)
    own = roles.get(guid)
    if own is None:
        return None
    return tuple(Permission(*each) for each in own.permissions)
