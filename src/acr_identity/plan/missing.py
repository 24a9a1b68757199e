"""What a spec names and is not there: where it is named, and what was probably meant."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.errors import MissingResourceError
from acr_identity.plan.missing_roles import MissingGrant, MissingRole, missing_roles, role_mistake
from acr_identity.spec import TARGETS, Spec, Target, Vault
from acr_identity.spec.mistakes import Mistake, did_you_mean, nearest, quoted
from acr_identity.state import Surroundings

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.spec.mistakes import KeyPath
    from acr_identity.state import Live

_NOT_FOUND = "Check the names, resource_group and subscription in the spec, or create them first."
_DELETED_VAULTS = " A deleted vault keeps its name: `az keyvault list-deleted` shows it, `az keyvault recover` helps."


@dataclass(frozen=True, slots=True)
class Missing:
    """A registry or a vault that is not there, or an identity whose resource group is not, and its name in the spec."""

    kind: type[Target]
    name: str
    id: ArmId


AnyMissing: TypeAlias = Missing | MissingGrant


def missing_resources(spec: Spec, live: Live) -> tuple[AnyMissing, ...]:
    """Return what tasks refer to and is not there, or cannot be created: targets by kind and id, then roles."""
    found = (Missing(kind, name, id_) for kind in TARGETS.values() for name, id_ in spec.ids_used(kind).items())
    gone = (one for one in found if not live.has(one.id) and (one.kind.must_exist or _has_no_group(one.id, live)))
    targets = sorted(gone, key=lambda one: (one.kind.section, one.id))
    told = {one.id for one in targets}
    return (*targets, *(one for one in missing_roles(spec, live) if one.id.resource not in told))


def _has_no_group(id_: ArmId, live: Live) -> bool:
    return any(group.contains(id_) for group in live.absent_groups)


def missing_error(
    spec: Spec,
    missing: tuple[AnyMissing, ...],
    around: Mapping[str, Surroundings] | None = None,
    roles: Mapping[ArmId, Collection[str]] | None = None,
) -> MissingResourceError:
    """Return the error that names each at its place in the spec.

    Args:
        spec: where they are named.
        missing: what is not there.
        around: what else there is, by subscription in lower case; without it nothing is offered.
        roles: the names of the roles that there are, by the scopes at which one is missing.
    """
    mistakes: list[Mistake] = []
    for one in missing:
        near = (around or {}).get(one.id.subscription.lower())
        if isinstance(one, Missing):
            mistakes.append(_mistake(spec, one, near))
        else:
            mistakes.append(role_mistake(spec, one, near, (roles or {}).get(one.id, ())))
    problems = sorted(dict.fromkeys(map(spec.placed, mistakes)), key=lambda one: (one.line, one.column))
    vaults = _DELETED_VAULTS if any(isinstance(one, Missing) and one.kind is Vault for one in missing) else ""
    ids = (one.stated if isinstance(one, MissingRole) else str(one.id) for one in missing)
    return MissingResourceError(ids, problems=problems, advice=_NOT_FOUND + vaults)


def _mistake(spec: Spec, missing: Missing, around: Surroundings | None) -> Mistake:
    if around is not None and not around.groups:
        return _no_subscription(spec, missing)
    if around is not None and missing.id.resource_group.lower() not in map(str.lower, around.groups):
        return _no_group(spec, missing, around)
    if not missing.kind.must_exist:
        return _no_group(spec, missing, around or Surroundings())
    alike = [one for one in around.resources if one.kind == missing.id.kind] if around else []
    message = f"There is no {missing.kind.word} {quoted(missing.id.name)} in {_group_words(missing.id)}."
    groups = _groups_with(missing, alike)
    if groups:
        fix = f"There is one in {quoted(groups[0])}: give its `resource_group`."
        return Mistake(message, fix, *_place(spec, missing), nearest=groups[0])
    near = nearest(missing.id.name, [one.name for one in alike])
    return Mistake(message, did_you_mean(near), *_place(spec, missing), nearest=near)


def _no_subscription(spec: Spec, missing: Missing) -> Mistake:
    message = f"There is no subscription {missing.id.subscription}, or you may see nothing of it."
    fix = "Check its id, and as whom you are signed in."
    return Mistake(message, fix, *_place_of(spec, missing, "subscription"))


def _no_group(spec: Spec, missing: Missing, around: Surroundings) -> Mistake:
    alike = [one for one in around.resources if one.kind == missing.id.kind]
    holding = _groups_with(missing, alike)
    near = nearest(missing.id.resource_group, holding) or nearest(missing.id.resource_group, around.groups)
    near = near or (holding[0] if holding else "")
    message = f"There is no {_group_words(missing.id)} in subscription {missing.id.subscription}."
    return Mistake(message, did_you_mean(near), *_place_of(spec, missing, "resource_group"), nearest=near)


def _groups_with(missing: Missing, alike: list[ArmId]) -> list[str]:
    """Return the resource groups that hold a resource of this name."""
    return sorted(one.resource_group for one in alike if one.name.lower() == missing.id.name.lower())


def _group_words(id_: ArmId) -> str:
    return f"resource group {quoted(id_.resource_group)}"


def _place(spec: Spec, missing: Missing) -> tuple[KeyPath, bool]:
    path = (missing.kind.section, missing.name)
    return ((*path, "id"), False) if _target(spec, missing).id is not None else (path, True)


def _place_of(spec: Spec, missing: Missing, key: str) -> tuple[KeyPath, bool]:
    """Return where the subscription or the resource group is said: with the target, or for all of them."""
    target = _target(spec, missing)
    if target.id is not None:
        return _place(spec, missing)
    own = getattr(target, key) is not None
    return ((missing.kind.section, missing.name, key) if own else (key,)), False


def _target(spec: Spec, missing: Missing) -> Target:
    return spec.targets(missing.kind)[missing.name]
