"""What must be done so that the identities of tasks have their rights: roles and vault access."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from acr_identity.access import Right, SecretRight
from acr_identity.changes import AddVaultAccess, AssignRole, CreateIdentity, CreateTask, Grantee
from acr_identity.ids import describe, scope_place
from acr_identity.plan.held import Grant, Held, Wish
from acr_identity.plan.order import Part
from acr_identity.plan.records import mark_for, role_sign, vault_sign
from acr_identity.plan.roles import needed_roles
from acr_identity.plan.tags import is_ours
from acr_identity.state import SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.records import Owner
    from acr_identity.plan.roles import Need, NeededRole
    from acr_identity.plan.wanted import Wanted
    from acr_identity.state import Live, TaskIdentity

_Key = TypeVar("_Key")
_Entry = TypeVar("_Entry")


@dataclass(frozen=True, slots=True)
class GrantMemory:
    """What a task remembers of a grant: its fingerprint, where it is, and whether it is only now given."""

    sign: str
    place: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Grants:
    """The grants that tasks need.

    Args:
        missing: those that do not exist yet, each once, sorted by key.
        by_task: the keys of the missing ones that a task needs, by its name.
        memory: what a task remembers of those that are ours, or will be, by its name.
        on_identities: the fingerprints that identities of ours have of their vault access.
        holders: the identities of ours that were given access to a vault for a task, by its name.
        written_first: the keys of vault access that is written down in the tags of a task before it is given, since
            neither the identity nor the vault can tell that it is ours.
        conditional: what cannot be given, because somebody gave it under a condition.
        notes: what need not be given, since it is there already, and what is not known.
    """

    missing: tuple[Grant, ...] = ()
    by_task: Mapping[str, frozenset[str]] = field(default_factory=dict)
    memory: Mapping[str, frozenset[GrantMemory]] = field(default_factory=dict)
    on_identities: Mapping[ArmId, frozenset[str]] = field(default_factory=dict)
    holders: Mapping[str, frozenset[Grantee]] = field(default_factory=dict)
    written_first: frozenset[str] = frozenset()
    conditional: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def vault_access(self) -> tuple[AddVaultAccess, ...]:
        """Return the access to vaults that is to be given."""
        return tuple(grant for grant in self.missing if isinstance(grant, AddVaultAccess))


def needed_grants(
    wanted: Wanted,
    live: Live,
    owner: Owner,
    signs_there: frozenset[str] = frozenset(),
    whole: Mapping[Need, tuple[NeededRole, ...]] | None = None,
) -> Grants:
    """Compare the rights that are needed with what is there.

    `signs_there` are the fingerprints that tasks have, `whole` the roles that the whole spec needs, if this is a part.
    """
    held = Held.of(live, signs_there, owner.names)
    together: dict[str, list[tuple[Right, Grant]]] = {}
    memory: dict[str, set[GrantMemory]] = {}
    on_identities: dict[ArmId, set[str]] = {}
    holders: dict[str, set[Grantee]] = {}
    wishes = sorted(_wishes(wanted, live, held, whole or {}), key=_key_of)
    for wish, right in ((each, right) for each in wishes for right in each.rights):
        grant, is_held = wish.grant, held.meets(wish)
        if not is_held:
            together.setdefault(grant.key, []).append((right, grant))
        if not is_held or held.is_ours(grant):
            one = GrantMemory(_sign(grant), scope_place(right.resource), is_new=not is_held)
            memory.setdefault(right.task, set()).add(one)
            holder = _remembering(grant, live)
            if holder is not None:
                on_identities.setdefault(holder, set()).add(_sign(grant))
                holders.setdefault(right.task, set()).add(grant.grantee)
    missing = tuple(_merge(entries, live, owner) for _, entries in sorted(together.items()))
    by_task: dict[str, set[str]] = {}
    for key, entries in together.items():
        for right, _ in entries:
            by_task.setdefault(right.task, set()).add(key)
    first = (each.key for each in missing if isinstance(each, AddVaultAccess) and _remembering(each, live) is None)
    return Grants(
        missing,
        _frozen(by_task),
        _frozen(memory),
        _frozen(on_identities),
        _frozen(holders),
        frozenset(first),
        tuple(dict.fromkeys(text for wish in wishes for text in held.unsafe(wish))),
        tuple(dict.fromkeys(text for wish in wishes for text in held.notes(wish))),
    )


def grant_part(grants: Grants) -> Part:
    """Return the grants that are to be made: those on what the plan makes come after that."""
    roles = [one for one in grants.missing if isinstance(one, AssignRole)]
    made = (CreateIdentity.key_of, CreateTask.key_of)
    after = tuple((one.key, key_of(one.scope)) for one in roles for key_of in made)
    return Part(grants.missing, after, grants.notes, grants.conditional)


def is_our_principal(identity: TaskIdentity, live: Live) -> bool:
    """Say whether we created (or are about to create) this identity."""
    match identity:
        case UserIdentity(id_):
            known = live.identities.get(id_)
            return known is None or is_ours(known.tags)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            return task is None or is_ours(task.tags)


def _remembering(grant: Grant, live: Live) -> ArmId | None:
    """Return the identity of ours that remembers itself that it was given access to a vault."""
    match grant:
        case AddVaultAccess(grantee=Grantee(UserIdentity(id_) as identity)) if is_our_principal(identity, live):
            return id_
        case _:
            return None


def _frozen(sets: Mapping[_Key, set[_Entry]]) -> Mapping[_Key, frozenset[_Entry]]:
    return {name: frozenset(each) for name, each in sets.items()}


def _key_of(wish: Wish) -> str:
    return wish.grant.key


def _wishes(wanted: Wanted, live: Live, held: Held, whole: Mapping[Need, tuple[NeededRole, ...]]) -> Iterator[Wish]:
    """Yield each grant by which rights are given: where the whole spec has a wider one that is there, that one."""
    for need, roles in needed_roles(wanted.rights, live).items():
        grantee = wanted.grantees[need[0]]
        for one in roles:
            wider = (each for each in whole.get(need, ()) if held.gives(_role(each, grantee), one))
            best = next(wider, one)
            yield Wish(_role(best, grantee), one.rights, best)
    for right in wanted.rights:
        if isinstance(right, SecretRight) and not live.vaults[right.vault].uses_rbac:
            tenant = live.vaults[right.vault].tenant_id
            access = AddVaultAccess(right.vault, tenant, wanted.grantees[right.identity], right.reason)
            yield Wish(access, (right,))


def _role(needed: NeededRole, grantee: Grantee) -> AssignRole:
    return AssignRole(needed.scope, needed.role, grantee, "", "", needed.condition)


def _merge(entries: list[tuple[Right, Grant]], live: Live, owner: Owner) -> Grant:
    reason = "; ".join(dict.fromkeys(right.reason for right, _ in entries))
    match entries[0][1]:
        case AssignRole(grantee=Grantee(identity)) as role:
            mark = mark_for(owner, identity, is_ours=is_our_principal(identity, live))
            return replace(role, description=describe(reason, mark), reason=reason)
        case AddVaultAccess() as access:
            return replace(access, reason=reason)


def _sign(grant: Grant) -> str:
    match grant:
        case AssignRole(scope, _, grantee):
            return role_sign(scope, grantee.identity)
        case AddVaultAccess(vault, _, grantee):
            return vault_sign(vault, grantee.identity)
