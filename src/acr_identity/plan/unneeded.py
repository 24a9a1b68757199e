"""What was granted by us and nothing needs any more, and whose need is remembered with a grant."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.changes import (
    AddVaultAccess,
    MarkRoleAssignment,
    MarkVault,
    RemoveRoleAssignment,
    RemoveVaultAccess,
)
from acr_identity.ids import (
    TAGS_OF_A_RESOURCE,
    ArmId,
)
from acr_identity.plan.claims import Claims, Look
from acr_identity.plan.order import Part

if TYPE_CHECKING:
    from acr_identity.state import Live, LiveVault, TaskIdentity

Removal: TypeAlias = RemoveRoleAssignment | RemoveVaultAccess


@dataclass(frozen=True, slots=True)
class Unneeded:
    """What becomes of grants that are there.

    Args:
        changes: what is removed, and which marks are written anew.
        after: pairs of keys: the first change waits for the second.
        losses: the keys of the changes by which an identity loses something.
        notes: what cannot be remembered.
    """

    changes: tuple[Removal | MarkRoleAssignment | MarkVault, ...] = ()
    after: tuple[tuple[str, str], ...] = ()
    losses: Mapping[TaskIdentity, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def part(self) -> Part:
        """Return it as a part of a plan."""
        return Part(self.changes, self.after, self.notes)

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the keys of all changes."""
        return tuple(change.key for change in self.changes)

    def of(self, identities: Iterable[TaskIdentity]) -> tuple[str, ...]:
        """Return the keys of what these identities lose."""
        return tuple(key for identity in dict.fromkeys(identities) for key in self.losses.get(identity, ()))


def unneeded_grants(live: Live, claims: Claims, added: Iterable[AddVaultAccess] = ()) -> Unneeded:
    """Return what of our grants must go, and which marks must change. `added` is vault access that is about to come."""
    look = Look.of(live, claims)
    changes: list[Removal | MarkRoleAssignment | MarkVault] = []
    after: list[tuple[str, str]] = []
    losses: dict[TaskIdentity, list[str]] = {}
    for assignment in live.assignments:
        found = look.at_assignment(assignment)
        if found is not None:
            changes.append(found[0])
            losses.setdefault(found[1], []).append(found[0].key)
    notes: list[str] = []
    coming: dict[ArmId, list[AddVaultAccess]] = {}
    for each in added:
        coming.setdefault(each.vault, []).append(each)
    for vault in live.vaults.values():
        gone, mark, holders = look.at_vault(vault, coming.get(vault.id, ()))
        changes += gone
        notes += _crowded(vault, mark)
        for one in gone:
            losses.setdefault(one.identity, []).append(one.key)
        if mark is not None:
            changes.append(mark)
            for holder in holders:
                losses.setdefault(holder, []).append(mark.key)
            after += [(mark.key, change.key) for change in (*gone, *coming.get(vault.id, ()))]
    frozen = {holder: tuple(keys) for holder, keys in losses.items()}
    return Unneeded(tuple(changes), tuple(after), frozen, tuple(notes))


def _crowded(vault: LiveVault, mark: MarkVault | None) -> Iterator[str]:
    if mark is not None and len(mark.tags) + len(mark.marks) >= TAGS_OF_A_RESOURCE:
        yield (
            f"vault {vault.id.name} has as many tags as a resource may have: that further access is ours is remembered "
            "by the tasks alone, and not found when they are deleted by hand"
        )
