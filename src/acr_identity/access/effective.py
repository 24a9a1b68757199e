"""What role assignments give together: whether a need is met by what is there, at the resource or above it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.access.actions import Permission
from acr_identity.access.condition_text import read_condition
from acr_identity.access.conditions import Expression, NotKnown, Truth, holds, texts_in
from acr_identity.access.definitions import BUILT_IN
from acr_identity.access.names import Name, Where, kinds
from acr_identity.ids import ArmId
from acr_identity.state import LiveAssignment, LiveRole


@dataclass(frozen=True, slots=True)
class AppliesTo:
    """What must be allowed: one action, on the resource or on the data in it, and there in which repositories.

    Without `where` it is done in no repository.
    """

    action: str
    where: Where | None
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
    for need in needs:
        match _judge_one(need, above, roles):
            case Given(by):
                used |= {one.id: one for one in by}
            case Unknown(by):
                doubtful |= {one.id: one for one in by}
            case Missing():
                return Missing()
    return Unknown(tuple(doubtful.values())) if doubtful else Given(tuple(used.values()))


def _judge_one(need: AppliesTo, above: Iterable[LiveAssignment], roles: Mapping[str, LiveRole]) -> Verdict:
    """Judge one need: in each repository that is meant, one of the assignments must give it."""
    conditions = [(one, _condition(one, need, roles)) for one in above]
    giving = [(one, condition) for one, condition in conditions if condition is not None]
    meant = tuple(_meant(need.where, [condition for _, condition in giving]))
    table = [(one, [holds(condition, need.action, name) for name in meant]) for one, condition in giving]
    # Whoever gives the most is named, not each who gives some of the same.
    table.sort(key=_most)
    used: dict[str, LiveAssignment] = {}
    doubtful: dict[str, LiveAssignment] = {}
    for number in range(len(meant)):
        by = next((one for one, found in table if found[number]), None)
        doubts = [one for one, found in table if found[number] is None]
        if by is not None:
            used[by.id] = by
        elif doubts:
            doubtful |= {one.id: one for one in doubts}
        else:
            return Missing()
    return Unknown(tuple(doubtful.values())) if doubtful else Given(tuple(used.values()))


def _most(row: tuple[LiveAssignment, list[Truth]]) -> int:
    return -row[1].count(True)


def _meant(where: Where | None, conditions: Iterable[Expression]) -> Iterator[Name | None]:
    """Yield a name of each kind of repositories that are meant, as far as the conditions tell them apart."""
    if where is None:
        yield None
        return
    yield from kinds(where, (text for condition in conditions for text in texts_in(condition)))


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


def _condition(one: LiveAssignment, need: AppliesTo, roles: Mapping[str, LiveRole]) -> Expression | None:
    """Return under which condition an assignment gives what is needed; `None` if it never does."""
    permissions = _permissions(one.role_guid, roles)
    if permissions is None:
        return NotKnown()
    allows = any(each.allows(need.action, is_data=need.is_data) for each in permissions)
    return read_condition(one.condition) if allows else None


def _permissions(guid: str, roles: Mapping[str, LiveRole]) -> tuple[Permission, ...] | None:
    if guid in BUILT_IN:
        return (BUILT_IN[guid][1],)
    own = roles.get(guid)
    if own is None:
        return None
    return tuple(Permission(*each) for each in own.permissions)
