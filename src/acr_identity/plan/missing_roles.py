"""Roles that a spec names and that are not there, and scopes at which nothing is: what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.access import BUILT_IN
from acr_identity.spec import Identity, Spec
from acr_identity.spec.mistakes import Mistake, did_you_mean, nearest, quoted

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.spec.mistakes import KeyPath
    from acr_identity.state import Live, Surroundings

_LONGEST_ID = 300


@dataclass(frozen=True, slots=True)
class MissingScope:
    """A scope at which nothing is: its id, how the spec calls it, and where."""

    id: ArmId
    stated: str
    path: KeyPath


@dataclass(frozen=True, slots=True)
class MissingRole:
    """A role that is not there: the id of the scope, how the spec calls the role, and where."""

    id: ArmId
    stated: str
    path: KeyPath


MissingGrant: TypeAlias = MissingScope | MissingRole


def missing_roles(spec: Spec, live: Live) -> Iterator[MissingGrant]:
    """Yield the roles and the scopes that tasks name in `roles` and that are not there, in the order of the tasks."""
    if not live.absent_scopes and not live.absent_roles:
        return
    created = {spec.identity_id(user) for task in spec.tasks.values() for user in task.user_identities}
    created |= {spec.task_id(name) for name in spec.tasks}
    for name, task in sorted(spec.tasks.items()):
        for number, role in enumerate(task.roles):
            path, scope = ("tasks", name, "roles", number), spec.scope_id(role.scope)
            if scope.resource in live.absent_scopes and scope not in created:
                yield MissingScope(scope, role.scope, (*path, "scope"))
            elif (scope, role.role) in live.absent_roles:
                yield MissingRole(scope, role.role, (*path, "role"))


def role_mistake(
    spec: Spec, missing: MissingGrant, around: Surroundings | None, roles: Collection[str] = ()
) -> Mistake:
    """Return what is to be said of one. `around` is what else there is, `roles` the names of other roles there."""
    match missing:
        case MissingRole(scope, stated, path):
            near = nearest(stated, {*roles, *(name for name, _ in BUILT_IN.values())})
            return Mistake(
                f"There is no role {quoted(stated)} at {scope.words}.", did_you_mean(near), path, nearest=near
            )
        case MissingScope(scope, stated, path) if stated in spec.targets(Identity):
            message = f"There is no identity {quoted(scope.name)}, and no task has it."
            return Mistake(message, "Give it to a task, or create it first.", path)
        case MissingScope(scope, stated, path):
            near = _nearest_scope(scope, around) if around else ""
            return Mistake(f"Nothing is at {quoted(stated, _LONGEST_ID)}.", _did_you_mean(near), path, nearest=near)


def _nearest_scope(scope: ArmId, around: Surroundings) -> str:
    if scope.kind == "resourcegroups":
        near = nearest(scope.name, around.groups)
        return f"{scope.parent}/resourceGroups/{near}" if near else ""
    alike = {one.name: str(one) for one in around.resources if one.kind == scope.kind}
    return alike.get(nearest(scope.name, alike), "")


def _did_you_mean(scope: str) -> str:
    return f"Did you mean {quoted(scope, _LONGEST_ID)}?" if scope else ""
