"""What must be done so that the identities of tasks have their rights: roles and vault access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self, TypeAlias

from acr_identity.access import PullRight, Right, SecretRight
from acr_identity.changes import AddVaultAccess, AssignRole, Grantee
from acr_identity.ids import Role, describe, remembered
from acr_identity.plan.marks import vault_sign
from acr_identity.plan.order import Part
from acr_identity.plan.tags import is_ours
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.wanted import Wanted
    from acr_identity.state import Live, LiveAssignment, TaskIdentity

Grant: TypeAlias = AssignRole | AddVaultAccess

_PULL_ROLES = {False: Role.ACR_PULL, True: Role.REPOSITORY_READER}
_LONGEST_DESCRIPTION = 1024


@dataclass(frozen=True, slots=True)
class MissingGrants:
    """The grants that do not exist yet, each once, and what tasks must know of them.

    Args:
        grants: sorted by key.
        by_task: the keys of those that a task needs, by its name; each with the fingerprint under which a task's tags
            remember it, or nothing where it carries a mark itself.
        signs: the fingerprints of vault access that was added for identities that are not ours, or will be, by task.
        conditional: what cannot be given, because somebody gave it under a condition.
    """

    grants: tuple[Grant, ...]
    by_task: Mapping[str, Mapping[str, str]]
    signs: Mapping[str, frozenset[str]]
    conditional: tuple[str, ...]


def missing_grants(wanted: Wanted, live: Live) -> MissingGrants:
    """Compare the rights that are needed with what is there."""
    held = _Held.of(live)
    together: dict[str, list[tuple[Right, Grant]]] = {}
    for right in wanted.rights:
        grant = _grant(right, live, wanted.grantees[right.identity])
        if not held.has(grant):
            together.setdefault(grant.key, []).append((right, grant))
    grants = tuple(_merge(entries) for _, entries in sorted(together.items()))
    by_task: dict[str, dict[str, str]] = {}
    for key, entries in together.items():
        for right, grant in entries:
            by_task.setdefault(right.task, {})[key] = _sign(grant)
    return MissingGrants(grants, by_task, _signs(wanted, live, together.keys()), tuple(_conditional(grants, held)))


def grant_part(missing: MissingGrants) -> Part:
    """Return the grants that are to be made."""
    return Part(missing.grants, unsafe=missing.conditional)


def is_our_principal(identity: TaskIdentity, live: Live) -> bool:
    """Say whether we created (or are about to create) this identity."""
    match identity:
        case UserIdentity(id_):
            known = live.identities.get(id_)
            return known is None or is_ours(known.tags)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            return task is None or is_ours(task.tags)


def _grant(right: Right, live: Live, grantee: Grantee) -> Grant:
    match right:
        case PullRight():
            role = _PULL_ROLES[live.registries[right.registry].uses_abac]
            return AssignRole(right.registry, role, grantee, describe(right.reason), right.reason)
        case SecretRight() if live.vaults[right.vault].uses_rbac:
            return AssignRole(right.vault, Role.SECRETS_USER, grantee, describe(right.reason), right.reason)
        case SecretRight():
            return AddVaultAccess(right.vault, live.vaults[right.vault].tenant_id, grantee, right.reason)


def _merge(entries: list[tuple[Right, Grant]]) -> Grant:
    reason = "; ".join(dict.fromkeys(right.reason for right, _ in entries))
    match entries[0][1]:
        case AssignRole() as role:
            return replace(role, description=describe(reason)[:_LONGEST_DESCRIPTION], reason=reason)
        case AddVaultAccess() as access:
            return replace(access, reason=reason)


@dataclass(frozen=True, slots=True)
class _Held:
    """Who has what: assignments by principal, role and scope, and who reads the secrets of each vault by policy."""

    roles: Mapping[tuple[str, str, str], list[LiveAssignment]]
    readers: Mapping[ArmId, frozenset[str]]

    @classmethod
    def of(cls, live: Live) -> Self:
        roles: dict[tuple[str, str, str], list[LiveAssignment]] = {}
        for one in live.assignments:
            roles.setdefault((one.principal_id, one.role_guid, one.scope.rstrip("/").lower()), []).append(one)
        return cls(roles, {vault.id: vault.readers for vault in live.vaults.values()})

    def equal(self, grant: AssignRole) -> list[LiveAssignment]:
        ids = grant.grantee.ids
        if not isinstance(ids, Known):
            return []
        return self.roles.get((ids.principal_id, grant.role.guid, str(grant.scope).rstrip("/").lower()), [])

    def has(self, grant: Grant) -> bool:
        match grant:
            case AssignRole():
                return any(not assignment.condition for assignment in self.equal(grant))
            case AddVaultAccess(vault, _, Grantee(_, Known(principal_id))):
                return principal_id in self.readers[vault]
            case AddVaultAccess():
                return False


def _sign(grant: Grant) -> str:
    match grant:
        case AssignRole():
            return ""
        case AddVaultAccess(vault, _, grantee):
            return vault_sign(vault, grantee.identity)


def _signs(wanted: Wanted, live: Live, missing: Iterable[str]) -> Mapping[str, frozenset[str]]:
    # What was added for another task of the spec is remembered by each task that needs it.
    known = {sign for task in live.tasks.values() for sign in remembered(task.tags)}
    added = set(missing)
    signs: dict[str, set[str]] = {}
    for right in wanted.rights:
        if isinstance(right, SecretRight) and not is_our_principal(right.identity, live):
            sign = vault_sign(right.vault, right.identity)
            if sign in known or AddVaultAccess.key_of(right.vault, right.identity) in added:
                signs.setdefault(right.task, set()).add(sign)
    return {task: frozenset(each) for task, each in signs.items()}


def _conditional(grants: Iterable[Grant], held: _Held) -> Iterator[str]:
    for grant in grants:
        if isinstance(grant, AssignRole):
            for assignment in held.equal(grant):
                yield (
                    f"{grant.grantee.identity} has {grant.role.value} on {grant.scope.name} under a condition that "
                    f"somebody set: {assignment.id}"
                )
