"""Which roles give an identity what it must be able to do, by how a registry or a vault decides about rights."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.access import (
    READ_SECRET,
    AppliesTo,
    Operation,
    RegistryRight,
    Right,
    RoleRight,
    SecretRight,
    Where,
    permissions_of,
    role_stated,
)
from acr_identity.ids import Role
from acr_identity.plan.conditions import any_of
from acr_identity.plan.repositories import ANYTHING, condition_for, covers, joined

if TYPE_CHECKING:
    from acr_identity.ids import AnyRole, ArmId
    from acr_identity.state import Live, TaskIdentity

Need: TypeAlias = tuple["TaskIdentity", "ArmId"]
"""An identity and the resource on which it has a right."""

_CLASSIC = {
    Operation.PULL: (Role.ACR_PULL,),
    Operation.LIST: (Role.ACR_PULL,),
    Operation.PUSH: (Role.ACR_PUSH,),
    # Whoever deletes has to log in and to read what there is; AcrDelete lets nobody do that.
    Operation.DELETE: (Role.ACR_DELETE, Role.ACR_PULL),
}
_BY_REPOSITORY = {
    Operation.PULL: Role.REPOSITORY_READER,
    Operation.PUSH: Role.REPOSITORY_WRITER,
    Operation.DELETE: Role.REPOSITORY_CONTRIBUTOR,
    Operation.LIST: Role.CATALOG_LISTER,
}
_INCLUDED = {
    Role.ACR_PUSH: (Role.ACR_PULL,),
    Role.REPOSITORY_WRITER: (Role.REPOSITORY_READER,),
    Role.REPOSITORY_CONTRIBUTOR: (Role.REPOSITORY_WRITER, Role.REPOSITORY_READER),
}
"""Which roles give less than another one, and nothing else."""


@dataclass(frozen=True, slots=True)
class NeededRole:
    """A role that an identity needs on a resource, and the rights for which it does.

    Where a registry decides by repository, `repositories` are the patterns of those in which it counts. `secret` is the
    one of a vault on which it is given; an empty text stands for the whole vault. `stated` are the conditions with
    which the spec names the role itself; if it only does that, there are no repositories.
    """

    role: AnyRole
    rights: tuple[Right, ...]
    repositories: tuple[str, ...] = (ANYTHING,)
    secret: str = ""
    stated: tuple[str, ...] = ()

    @property
    def scope(self) -> ArmId:
        """Return where it is given."""
        resource = self.rights[0].resource
        return resource.child("secrets", self.secret) if self.secret else resource

    @property
    def own(self) -> bool:
        """Say whether it must be assigned whatever else gives the same."""
        return any(right.own for right in self.rights)

    @property
    def needs(self) -> tuple[AppliesTo, ...]:
        """Return what it is for: what the identity must be able to do. Nothing is known of what the spec names."""
        if not isinstance(self.role, Role):
            return ()
        permission = permissions_of(self.role)
        if self.role is Role.SECRETS_USER:
            return (AppliesTo(READ_SECRET, None, is_data=True),)
        # Whoever lists asks for no repository.
        places = [None] if self.role is Role.CATALOG_LISTER else [_where(pattern) for pattern in self.repositories]
        data = (AppliesTo(action, where, is_data=True) for action in permission.data_actions for where in places)
        return (*(AppliesTo(action, None, is_data=False) for action in permission.actions), *data)

    @property
    def condition(self) -> str:
        """Return the condition under which it is assigned; an empty text for none."""
        own = [condition_for(self.role, self.repositories)] if self.repositories and isinstance(self.role, Role) else []
        return any_of((*own, *self.stated))


def _where(pattern: str) -> Where:
    return Where(pattern.removesuffix("*")) if pattern.endswith("*") else Where(pattern, begins=False)


def needed_roles(rights: Iterable[Right], live: Live) -> Mapping[Need, tuple[NeededRole, ...]]:
    """Return the least roles that give these rights, by who needs them where.

    A vault that decides by policies needs none but those that the spec names. What was not read is left out: a
    registry, a vault, or a role.
    """
    together: dict[Need, list[Right]] = {}
    for right in rights:
        together.setdefault((right.identity, right.resource), []).append(right)
    found: dict[Need, tuple[NeededRole, ...]] = {}
    for need, each in together.items():
        stated = [right for right in each if isinstance(right, RoleRight)]
        if live.has(need[1]) or len(stated) == len(each):
            found[need] = tuple(_with_stated(_roles(need[1], each, live), stated, live))
    return found


def _with_stated(given: Iterable[NeededRole], stated: Iterable[RoleRight], live: Live) -> Iterable[NeededRole]:
    """Return these roles and those that the spec names, each once."""
    found = {(one.role, one.scope): one for one in given}
    for right in stated:
        role = role_stated(right.role, live.roles)
        if role is not None:
            secret = "" if right.scope == right.resource else right.scope.name
            one = found.get((role, right.scope), NeededRole(role, (), (), secret))
            rights, conditions = (*one.rights, right), (*one.stated, right.condition)
            found[role, right.scope] = replace(one, rights=rights, stated=conditions)
    return found.values()


def _roles(resource: ArmId, rights: list[Right], live: Live) -> Iterator[NeededRole]:
    registry, vault = live.registries.get(resource), live.vaults.get(resource)
    of_registry = [right for right in rights if isinstance(right, RegistryRight)]
    if registry is not None and registry.uses_abac:
        yield from _by_repository(of_registry)
    elif registry is not None:
        yield from _classic(of_registry)
    elif vault is not None and vault.uses_rbac:
        yield from _by_secret([right for right in rights if isinstance(right, SecretRight)])


def _by_secret(rights: list[SecretRight]) -> Iterator[NeededRole]:
    if any(right.on_vault for right in rights):
        yield NeededRole(Role.SECRETS_USER, tuple(rights))
        return
    wanted: dict[str, list[SecretRight]] = {}
    for right in rights:
        for name in right.secrets:
            spelled = next((one for one in wanted if one.lower() == name.lower()), name)
            wanted.setdefault(spelled, []).append(right)
    for name, readers in wanted.items():
        yield NeededRole(Role.SECRETS_USER, tuple(dict.fromkeys(readers)), secret=name)


def _classic(rights: list[RegistryRight]) -> Iterator[NeededRole]:
    wanted: dict[Role, list[RegistryRight]] = {}
    for right in rights:
        for role in _CLASSIC[right.operation]:
            wanted.setdefault(role, []).append(right)
    for role in wanted:
        if not any(role in _INCLUDED.get(more, ()) for more in wanted):
            served = (role, *_INCLUDED.get(role, ()))
            yield NeededRole(role, tuple(right for each in served for right in wanted.get(each, ())))


def _by_repository(rights: list[RegistryRight]) -> Iterator[NeededRole]:
    patterns: dict[Role, dict[str, list[RegistryRight]]] = {}
    for right in rights:
        role = _BY_REPOSITORY[right.operation]
        for pattern in right.repositories if right.repositories and role is not Role.CATALOG_LISTER else (ANYTHING,):
            patterns.setdefault(role, {}).setdefault(pattern, []).append(right)
    for role, wanted in patterns.items():
        more = [(each, pattern) for each in patterns for pattern in patterns[each] if role in _INCLUDED.get(each, ())]
        own = [pattern for pattern in wanted if not _is_covered(pattern, [*(one for _, one in more)], wanted)]
        if own:
            served = [
                right for each in (role, *_INCLUDED.get(role, ())) for right in _served(patterns.get(each, {}), own)
            ]
            yield NeededRole(role, tuple(dict.fromkeys(served)), joined(own))


def _is_covered(pattern: str, more: Iterable[str], beside: Iterable[str]) -> bool:
    """Say whether a pattern lies in one of a stronger role, or in another one of the same role."""
    return any(covers(one, pattern) for one in more) or any(one != pattern and covers(one, pattern) for one in beside)


def _served(wanted: Mapping[str, list[RegistryRight]], patterns: Iterable[str]) -> Iterator[RegistryRight]:
    for pattern, rights in wanted.items():
        if any(covers(one, pattern) for one in patterns):
            yield from rights
