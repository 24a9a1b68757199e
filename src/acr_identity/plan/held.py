"""What identities have already: by a grant of the same content, or by what others gave them, here or above."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

from acr_identity.access import BUILT_IN, Given, Missing, Right, Unknown, Verdict, is_above, judge
from acr_identity.changes import AddVaultAccess, AssignRole, Grantee
from acr_identity.ids import access_marks, is_described_by_us, mark_of
from acr_identity.plan.conditions import holds_for
from acr_identity.plan.records import vault_sign
from acr_identity.plan.repositories import repositories_in
from acr_identity.state import Known

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.roles import NeededRole
    from acr_identity.state import Live, LiveAssignment, LiveRole

Grant: TypeAlias = AssignRole | AddVaultAccess


@dataclass(frozen=True, slots=True)
class Wish:
    """A grant, the rights that it gives, and of a role what it is needed for."""

    grant: Grant
    rights: tuple[Right, ...]
    role: NeededRole | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """Who has what: assignments by principal, role and scope, and who reads the secrets of each vault by policy."""

    roles: Mapping[tuple[str, str, str], list[LiveAssignment]]
    readers: Mapping[ArmId, frozenset[str]]
    marked: frozenset[tuple[ArmId, str]]
    signs: frozenset[str]
    given: Mapping[str, tuple[LiveAssignment, ...]]
    """What others gave to each principal, anywhere."""
    own_roles: Mapping[str, LiveRole]
    names: frozenset[str]
    """The names of the spec: an assignment of ours that no other name stands in is its own."""

    @classmethod
    def of(cls, live: Live, signs: frozenset[str], names: frozenset[str]) -> Self:
        """Gather it from all that was read."""
        roles: dict[tuple[str, str, str], list[LiveAssignment]] = {}
        given: dict[str, list[LiveAssignment]] = {}
        for one in live.assignments:
            if not is_described_by_us(one.description):
                given.setdefault(one.principal_id, []).append(one)
            roles.setdefault((one.principal_id, one.role_guid, one.scope.rstrip("/").lower()), []).append(one)
        vaults = live.vaults.values()
        return cls(
            roles,
            {vault.id: vault.readers for vault in vaults},
            frozenset((vault.id, principal) for vault in vaults for principal in access_marks(vault.tags)),
            signs,
            {principal: tuple(each) for principal, each in given.items()},
            live.roles,
            names,
        )

    def equal(self, grant: AssignRole) -> list[LiveAssignment]:
        """Return the assignments of this very role, at this very scope, under whatever condition."""
        ids = grant.grantee.ids
        if not isinstance(ids, Known):
            return []
        return self.roles.get((ids.principal_id, grant.role.guid, str(grant.scope).rstrip("/").lower()), [])

    def has(self, wish: Wish) -> bool:
        """Say whether a grant of this content is there."""
        match wish.grant:
            case AssignRole():
                # One of ours under another condition is not given anew: its condition is changed.
                return any(self._suffices(assignment, wish) for assignment in self.equal(wish.grant))
            case AddVaultAccess(vault, _, Grantee(_, Known(principal_id))):
                return principal_id in self.readers[vault]
            case AddVaultAccess():
                return False

    def _suffices(self, there: LiveAssignment, wish: Wish) -> bool:
        if not isinstance(wish.grant, AssignRole) or holds_for(there.condition, wish.grant.condition):
            return True
        mark = mark_of(there.description)
        if mark is None:
            return False
        # A condition that a spec states may be any; another one has been set by somebody, unless another spec did.
        is_stated = bool(wish.role and wish.role.stated) or bool(mark.specs - self.names)
        return is_stated or repositories_in(wish.grant.role, there.condition) is not None

    def gives(self, grant: AssignRole, role: NeededRole) -> bool:
        """Say whether an assignment of this grant's content is there and gives all that a role is for."""
        there = [one for one in self.equal(grant) if is_described_by_us(one.description)]
        is_known = bool(role.needs) and not role.stated
        return is_known and isinstance(judge(role.needs, role.scope, there, self.own_roles), Given)

    def is_ours(self, grant: Grant) -> bool:
        """Say whether it is there and carries our mark, or is remembered."""
        match grant:
            case AssignRole():
                return any(is_described_by_us(assignment.description) for assignment in self.equal(grant))
            case AddVaultAccess(vault, _, Grantee(identity, Known(principal_id))):
                return (vault, principal_id) in self.marked or vault_sign(vault, identity) in self.signs
            case AddVaultAccess():
                return False

    def meets(self, wish: Wish) -> bool:
        """Say whether nothing needs to be given: it is there, or others gave what it is for."""
        return self.has(wish) or isinstance(self._verdict(wish), Given) or bool(self._kept(wish))

    def notes(self, wish: Wish) -> Iterator[str]:
        """Yield by what a wish is met, if not by the same role at the same place, and what cannot be told."""
        if not isinstance(wish.grant, AssignRole) or self.has(wish):
            return
        verdict = self._verdict(wish)
        who, what = wish.grant.grantee.identity, f"{wish.grant.role.title} on {wish.grant.scope.words}"
        match verdict:
            case Given(by):
                yield f"{who} needs no {what} of its own: met by {' and '.join(map(self._words, by))}"
            case Unknown(by):
                kept = " and ".join(one.id for one in self._kept(wish))
                beside = f", and the role cannot be given beside {kept}" if kept else ""
                yield f"whether {who} needs {what} is not known: it has {' and '.join(map(self._words, by))}{beside}"
            case Missing():
                for one in self._kept(wish):
                    yield (
                        f"{who} has {what} under a condition that somebody set, and not for all repositories that the "
                        f"spec means: name those that are used in `repositories`, or have it changed: {one.id}"
                    )

    def unsafe(self, wish: Wish) -> Iterator[str]:
        """Yield what must be given as the spec has it, and cannot: somebody gave it under another condition."""
        if isinstance(wish.grant, AssignRole) and not self.meets(wish):
            for one in self.equal(wish.grant):
                yield (
                    f"{wish.grant.grantee.identity} has {wish.grant.role.title} on {wish.grant.scope.words} under a "
                    f"condition that somebody set: {one.id}"
                )

    def _verdict(self, wish: Wish) -> Verdict:
        if wish.role is None or wish.role.own:
            return Missing()
        ids = wish.grant.grantee.ids
        given = self.given.get(ids.principal_id, ()) if isinstance(ids, Known) else ()
        if wish.role.stated:
            return _same_role(wish.role, given)
        return judge(wish.role.needs, wish.role.scope, given, self.own_roles)

    def _kept(self, wish: Wish) -> list[LiveAssignment]:
        """Return what somebody gave for less than is wanted, or for nobody knows what.

        The same role cannot be given beside it.
        """
        may_be_met = wish.role is not None and not wish.role.own and not wish.role.stated
        if not may_be_met or not isinstance(wish.grant, AssignRole) or isinstance(self._verdict(wish), Given):
            return []
        return [one for one in self.equal(wish.grant) if not is_described_by_us(one.description)]

    def _words(self, one: LiveAssignment) -> str:
        own = self.own_roles.get(one.role_guid)
        name, _ = BUILT_IN.get(one.role_guid, (own.name if own else f"the role {one.role_guid}", None))
        return f"{name} at {_place(one.scope)}"


def _same_role(wanted: NeededRole, given: Iterable[LiveAssignment]) -> Verdict:
    """Judge a role that the spec names: what it is for is not known, so that only the same one will do."""
    for one in given:
        is_same = one.role_guid == wanted.role.guid and holds_for(one.condition, wanted.condition)
        if is_same and is_above(one.scope, wanted.scope):
            return Given((one,))
    return Missing()


_KINDS = {
    "resourcegroups": "resource group",
    "subscriptions": "subscription",
    "managementgroups": "management group",
    "registries": "registry",
    "vaults": "vault",
}


def _place(scope: str) -> str:
    kind, _, name = scope.strip("/").rpartition("/")
    if not name:
        return "the root"
    word = kind.rpartition("/")[2].lower()
    return f"{_KINDS.get(word, word)} {name}"
