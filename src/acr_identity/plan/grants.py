"""What must be done so that the identities of tasks have their rights: roles and vault access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.access import PullRight, Right, SecretRight, rights
from acr_identity.changes import AddVaultAccess, AssignRole, Grantee
from acr_identity.ids import ArmId, Role, describe, fingerprint, remembered
from acr_identity.plan.tags import is_ours
from acr_identity.spec import Spec
from acr_identity.state import Identity, Known, Live, LiveAssignment, SystemIdentity, UserIdentity

Grant: TypeAlias = AssignRole | AddVaultAccess
Grantees: TypeAlias = Mapping[Identity, Grantee]

_PULL_ROLES = {False: Role.ACR_PULL, True: Role.REPOSITORY_READER}
_LONGEST_DESCRIPTION = 1024


@dataclass(frozen=True, slots=True)
class NeededGrant:
    """A grant and the tasks that need it."""

    grant: Grant
    tasks: tuple[str, ...]


def needed_grants(spec: Spec, live: Live, grantees: Grantees) -> tuple[NeededGrant, ...]:
    """Return the grants that the spec's tasks need and that do not exist yet, each once."""
    together: dict[str, list[tuple[Right, Grant]]] = {}
    for right in rights(spec):
        grant = _grant(right, live, grantees[right.identity])
        if not _exists(grant, live):
            together.setdefault(grant.key, []).append((right, grant))
    return tuple(_merge(entries) for _, entries in sorted(together.items()))


def conditional_grants(needed: tuple[NeededGrant, ...], live: Live) -> Iterator[str]:
    """Say which grants cannot be made, because somebody gave the same role under a condition."""
    for one in needed:
        if isinstance(one.grant, AssignRole):
            for assignment in _equal_assignments(one.grant, live):
                yield (
                    f"{one.grant.grantee.identity} has {one.grant.role.value} on {one.grant.scope.name} under a "
                    f"condition that somebody set: {assignment.id}"
                )


def vault_signs(spec: Spec, name: str, live: Live, needed: tuple[NeededGrant, ...]) -> set[str]:
    """Return what a task's tags must remember of vault access: what is added for identities that are not ours.

    What was added for another task of the spec is remembered by each task that needs it.
    """
    known = {sign for task in live.tasks.values() for sign in remembered(task.tags)}
    added = {one.grant.key for one in needed if isinstance(one.grant, AddVaultAccess)}
    signs = set()
    for right in rights(spec):
        if isinstance(right, SecretRight) and right.task == name and not is_our_principal(right.identity, live):
            sign = vault_sign(right.vault, right.identity)
            if sign in known or AddVaultAccess.key_of(right.vault, right.identity) in added:
                signs.add(sign)
    return signs


def vault_sign(vault: ArmId, identity: Identity) -> str:
    """Return the fingerprint of an access policy that was added for an identity that is not ours."""
    return fingerprint("vault", f"{vault} {identity.key}")


def is_our_principal(identity: Identity, live: Live) -> bool:
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


def _merge(entries: list[tuple[Right, Grant]]) -> NeededGrant:
    reason = "; ".join(dict.fromkeys(right.reason for right, _ in entries))
    tasks = tuple(dict.fromkeys(right.task for right, _ in entries))
    match entries[0][1]:
        case AssignRole(scope, role, grantee):
            description = describe(reason)[:_LONGEST_DESCRIPTION]
            return NeededGrant(AssignRole(scope, role, grantee, description, reason), tasks)
        case AddVaultAccess(vault, tenant, grantee):
            return NeededGrant(AddVaultAccess(vault, tenant, grantee, reason), tasks)


def _exists(grant: Grant, live: Live) -> bool:
    match grant:
        case AssignRole():
            return any(not assignment.condition for assignment in _equal_assignments(grant, live))
        case AddVaultAccess(vault, _, Grantee(_, Known(principal_id))):
            return live.vaults[vault].lets_read_secrets(principal_id)
        case AddVaultAccess():
            return False


def _equal_assignments(grant: AssignRole, live: Live) -> tuple[LiveAssignment, ...]:
    ids = grant.grantee.ids
    if not isinstance(ids, Known):
        return ()
    return tuple(one for one in live.assignments if one.assigns(grant.role, grant.scope, ids.principal_id))
