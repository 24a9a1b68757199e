"""What a spec may say of each grant that is there: whose it is, and who needs it from now on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Self

from acr_identity.access import role_of
from acr_identity.changes import (
    AccessMark,
    AddVaultAccess,
    FieldChange,
    Grantee,
    MarkRoleAssignment,
    MarkVault,
    RemoveRoleAssignment,
    RemoveVaultAccess,
)
from acr_identity.ids import (
    TAGS_OF_A_RESOURCE,
    ArmId,
    GrantMark,
    Role,
    access_marks,
    access_tag,
    describe,
    holder_at,
    mark_of,
    principals_in,
    reason_of,
    recorders,
    remembered,
)
from acr_identity.plan.compare import ABSENT, list_change
from acr_identity.plan.conditions import any_of, holds_for
from acr_identity.plan.grants import is_our_principal
from acr_identity.plan.records import mark_for, record_in, role_sign, vault_sign
from acr_identity.plan.repositories import condition_for, joined, repositories_in
from acr_identity.plan.tags import without_tags
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import AnyRole
    from acr_identity.plan.records import Owner
    from acr_identity.plan.roles import Need, NeededRole
    from acr_identity.state import Live, LiveAssignment, LiveVault, TaskIdentity


@dataclass(frozen=True, slots=True)
class Claims:
    """What a spec may say of grants that are there.

    Args:
        owner: the spec.
        needed: where its tasks need something from now on.
        roles: the roles by which they get it, where the resource was read.
        signs: the fingerprints that the tasks of the spec, staying or leaving, have of its work.
        claimed: what tasks needed that leave now: it counts as theirs even if no fingerprint says so.
        leaving: the identities that go, or lose what the spec set there.
        deleted: who had principals that were deleted just now, where that is known from before.
        kept: the fingerprints of what tasks have that left the spec and are not removed: they still need it.
        lost: the identities of tasks whose marks were wiped: what they were given stays as it is.
        taken_over: the names of the specs whose tasks are taken over, by the system identity of each.
        ending: the identities that are deleted: what they were given is of no use then, whoever else needed it.
        reads: the vaults of which its tasks read secrets from now on: only for that is access by policy needed.
    """

    owner: Owner
    needed: frozenset[Need]
    signs: frozenset[str] = frozenset()
    claimed: frozenset[Need] = frozenset()
    leaving: frozenset[TaskIdentity] = frozenset()
    kept: frozenset[str] = frozenset()
    deleted: Mapping[str, TaskIdentity] = field(default_factory=dict)
    lost: frozenset[TaskIdentity] = frozenset()
    taken_over: Mapping[TaskIdentity, frozenset[str]] = field(default_factory=dict)
    ending: frozenset[TaskIdentity] = frozenset()
    roles: Mapping[Need, tuple[NeededRole, ...]] = field(default_factory=dict)
    reads: frozenset[Need] = frozenset()

    def owner_of(self, identity: TaskIdentity | None) -> Owner:
        """Return the spec as it stands towards what this identity was given."""
        also = self.taken_over.get(identity, frozenset()) if identity else frozenset()
        return replace(self.owner, also=self.owner.also | also - {self.owner.name})


@dataclass(frozen=True, slots=True)
class Look:
    """Looks at one grant after the other."""

    live: Live
    claims: Claims
    holders: Mapping[str, TaskIdentity]
    """Who stands behind each principal that is known."""
    gone: Mapping[str, TaskIdentity]
    """Who stood behind principals that nobody has any more."""

    @classmethod
    def of(cls, live: Live, claims: Claims) -> Self:
        """Find out who stands, or stood, behind each principal."""
        holders: dict[str, TaskIdentity] = {one.principal_id: UserIdentity(one.id) for one in live.identities.values()}
        for task in live.tasks.values():
            if task.attached.system_principal_id is not None:
                holders[task.attached.system_principal_id] = SystemIdentity(task.id)
        gone: dict[str, TaskIdentity] = dict(claims.deleted)
        for task in live.tasks.values():
            places = record_in(task.tags, claims.owner).places
            had = principals_in(places).items()
            gone |= {principal: UserIdentity(id_) for principal, id_ in had if id_ not in live.unseen}
        return cls(live, claims, holders, {one: who for one, who in gone.items() if one not in holders})

    def at_assignment(
        self, one: LiveAssignment
    ) -> tuple[RemoveRoleAssignment | MarkRoleAssignment, TaskIdentity] | None:
        """Return what must become of a role assignment, and whose it is."""
        mark, scope = mark_of(one.description), _as_resource(one.scope)
        if mark is None or scope is None:
            return None
        role = role_of(one.role_guid, self.live.roles)
        identity = self.holders.get(one.principal_id)
        holder = identity or self._gone_holder(mark, one.principal_id)
        specs = self._specs_of_role(mark, identity, scope, role)
        after = self._condition(one, mark, identity, scope, role)
        if holder is None or (specs == mark.specs and after is None):
            return None
        if specs:
            return _marked(one, scope, role, holder, mark, specs, after), holder
        return RemoveRoleAssignment(one.id, one.scope, role.title, holder, _why(identity, one.principal_id)), holder

    def _specs_of_role(
        self, mark: GrantMark, identity: TaskIdentity | None, scope: ArmId, role: AnyRole
    ) -> frozenset[str]:
        """Return which specs need a role assignment from now on."""
        if identity is None or identity in self.claims.ending:
            return frozenset()
        owner, sign = self.claims.owner_of(identity), role_sign(scope, identity)
        if sign in self.claims.kept or identity in self.claims.lost:
            return mark.specs
        if (identity, scope) in self.claims.needed and self._grants_by(identity, scope, role):
            return owner.taking(mark.specs)
        return owner.leaving(mark.specs) if self._is_claimed(mark, identity, scope, sign) else mark.specs

    def _grants_by(self, identity: TaskIdentity, scope: ArmId, role: AnyRole) -> bool:
        """Say whether this role is how a right is given there, if it is known how the resource decides."""
        roles = self.claims.roles.get((identity, scope.resource))
        return roles is None or any((one.role, one.scope) == (role, scope) for one in roles)

    def _condition(
        self, one: LiveAssignment, mark: GrantMark, identity: TaskIdentity | None, scope: ArmId, role: AnyRole
    ) -> str | None:
        """Return under which condition a role assignment must count from now on, or `None` if it stays as it is."""
        roles = self.claims.roles.get((identity, scope.resource), ()) if identity else ()
        wanted = next((each for each in roles if (each.role, each.scope) == (role, scope)), None)
        if wanted is None or wanted.condition == one.condition:
            return None
        there = repositories_in(role, one.condition)
        has_more = holds_for(one.condition, wanted.condition)
        if not mark.specs - self.claims.owner_of(identity).names:
            # Where it is neither what the spec states nor what was set here, the plan says so, and is not applied.
            return wanted.condition if wanted.stated or there is not None or has_more else None
        # What other specs need in it is not known: nothing is taken out.
        if isinstance(role, Role) and there is not None and not wanted.stated:
            both = joined((*there, *wanted.repositories))
            return None if both == there else condition_for(role, both)
        return None if has_more else any_of((one.condition, wanted.condition))

    def at_vault(
        self, vault: LiveVault, coming: Iterable[AddVaultAccess]
    ) -> tuple[list[RemoveVaultAccess], MarkVault | None, list[TaskIdentity]]:
        """Return what access to a vault must go, how its tags must change, and whose marks change."""
        marks, readers = access_marks(vault.tags), vault.readers
        removals: list[RemoveVaultAccess] = []
        holders: list[TaskIdentity] = []
        changed: dict[str, AccessMark | None] = {}
        for principal in sorted(readers | marks.keys()):
            mark, identity = marks.get(principal), self.holders.get(principal)
            holder = identity or self._former_holder(vault.id, mark, principal)
            if holder is None:
                continue
            specs = self._specs_of_access(vault, identity, mark, reads=principal in readers)
            if specs is None:
                continue
            if not specs and principal in readers:
                why = _why(identity, principal)
                removals.append(RemoveVaultAccess(vault.id, vault.tenant_id, principal, holder, why))
            if specs != (mark.specs if mark else frozenset()):
                ours = is_our_principal(holder, self.live)
                kept = (mark or mark_for(self.claims.owner, holder, is_ours=ours)).needed_by(specs)
                holders.append(holder)
                changed[principal] = AccessMark(self._grantee(holder, principal), kept) if specs else None
        return removals, self._mark_vault(vault, changed, coming), holders

    def _specs_of_access(
        self, vault: LiveVault, identity: TaskIdentity | None, mark: GrantMark | None, *, reads: bool
    ) -> frozenset[str] | None:
        """Return which specs need the access from now on, or `None` if it is not for this one to say."""
        if identity is None or (mark is not None and identity in self.claims.ending):
            return frozenset()
        owner, sign = self.claims.owner_of(identity), vault_sign(vault.id, identity)
        if sign in self.claims.kept or identity in self.claims.lost or self._is_needed_by_others(identity, sign):
            return None
        if (identity, vault.id) in self.claims.reads and not vault.uses_rbac:
            is_marked = mark is not None or (sign in self.claims.signs and not self._remembers(identity))
            return owner.taking(mark.specs if mark else frozenset()) if is_marked and reads else None
        if mark is not None:
            return owner.leaving(mark.specs) if self._is_claimed(mark, identity, vault.id, sign) else None
        is_older = (identity, vault.id) in self.claims.claimed and identity in self.claims.leaving
        is_ours = sign in self.claims.signs or (is_older and is_our_principal(identity, self.live))
        return frozenset() if is_ours else None

    def _mark_vault(
        self, vault: LiveVault, changed: Mapping[str, AccessMark | None], coming: Iterable[AddVaultAccess]
    ) -> MarkVault | None:
        names = {access_tag(principal, GrantMark())[0] for principal in changed}
        tags = without_tags(vault.tags, names)
        marks = [one for one in changed.values() if one is not None]
        there = access_marks(vault.tags)
        for each in coming:
            identity, ids = each.grantee.identity, each.grantee.ids
            is_marked = isinstance(ids, Known) and ids.principal_id in there
            if is_marked or self._remembers(identity):
                continue
            ours = is_our_principal(identity, self.live)
            marks.append(AccessMark(each.grantee, mark_for(self.claims.owner, identity, is_ours=ours)))
        marks = marks[: max(0, TAGS_OF_A_RESOURCE - len(tags))]
        if tags == vault.tags and not marks:
            return None
        return MarkVault(vault.id, tags, tuple(marks), "who is gone, and what another spec needs, can be told by it")

    def _is_claimed(self, mark: GrantMark, identity: TaskIdentity, resource: ArmId, sign: str) -> bool:
        """Say whether a grant that nothing needs is this spec's. That of a spec without a name takes more evidence."""
        owner = self.claims.owner_of(identity)
        if mark.specs & owner.names - {""}:
            return True
        return "" in mark.specs & owner.names and (
            sign in self.claims.signs or (identity, resource) in self.claims.claimed or self._belongs_to_ours(identity)
        )

    def _remembers(self, identity: TaskIdentity) -> bool:
        """Say whether an identity remembers its access itself: the vault need not, then."""
        return isinstance(identity, UserIdentity) and is_our_principal(identity, self.live)

    def _is_needed_by_others(self, identity: TaskIdentity, sign: str) -> bool:
        there = self.live.identities.get(identity.id) if isinstance(identity, UserIdentity) else None
        return there is not None and sign in remembered(there.tags, recorders(there.tags) - self.claims.owner.names)

    def _former_holder(self, vault: ArmId, mark: GrantMark | None, principal: str) -> TaskIdentity | None:
        """Return who had access to a vault that is ours, if that is gone."""
        if mark is not None:
            return self._gone_holder(mark, principal)
        holder = self.gone.get(principal)
        if holder is None:
            return None
        is_ours = vault_sign(vault, holder) in self.claims.signs or (holder, vault) in self.claims.claimed
        return holder if is_ours else None

    def _grantee(self, holder: TaskIdentity, principal: str) -> Grantee:
        there = self.live.identities.get(holder.id) if isinstance(holder, UserIdentity) else None
        return Grantee(holder, Known(principal, there.client_id if there else ""))

    def _belongs_to_ours(self, identity: TaskIdentity) -> bool:
        return isinstance(identity, SystemIdentity) and is_our_principal(identity, self.live)

    def _gone_holder(self, mark: GrantMark, principal: str) -> TaskIdentity | None:
        """Return who had a grant, if that is gone, or is there anew with another principal."""
        id_ = holder_at(mark.holder)
        if id_ is None or not mark.specs & self.claims.owner.names or principal in self.holders:
            return None
        is_read = id_ in self.live.identities or id_ in self.live.tasks
        if principal not in self.live.former and not is_read:
            return None
        return SystemIdentity(id_) if id_.kind == "tasks" else UserIdentity(id_)


def _why(identity: TaskIdentity | None, principal: str) -> str:
    return "nothing that stays needs it" if identity else f"who had it is gone: principal {principal}"


def _as_resource(scope: str) -> ArmId | None:
    try:
        return ArmId(scope)
    except ValueError:
        return None


def _marked(
    one: LiveAssignment,
    scope: ArmId,
    role: AnyRole,
    holder: TaskIdentity,
    mark: GrantMark,
    specs: frozenset[str],
    condition: str | None,
) -> MarkRoleAssignment:
    fields: list[FieldChange] = []
    if specs != mark.specs:
        fields.append(list_change("specs", _names(mark.specs), _names(specs)))
    why = "several specs need it, or another one than before"
    if condition is not None:
        fields.append(_condition_change(role, one.condition, condition))
        why = "it is needed in other repositories than before, or under another condition"
    return MarkRoleAssignment(
        one.id,
        scope,
        role,
        Grantee(holder, Known(one.principal_id)),
        one.condition if condition is None else condition,
        describe(reason_of(one.description), mark.needed_by(specs)),
        tuple(fields),
        why,
    )


def _condition_change(role: AnyRole, before: str, after: str) -> FieldChange:
    there, wanted = repositories_in(role, before), repositories_in(role, after)
    if there is None or wanted is None:
        return FieldChange("condition", before or ABSENT, after or ABSENT)
    return list_change("repositories", there, wanted)


def _names(specs: Iterable[str]) -> list[str]:
    return sorted(name or "(without a name)" for name in specs)
