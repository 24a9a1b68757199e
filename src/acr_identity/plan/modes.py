"""How registries and vaults decide about rights: what a plan gives counts only as long as that is so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    GrantChange,
    MarkRoleAssignment,
    MarkVault,
    RemoveRoleAssignment,
    RemoveVaultAccess,
)
from acr_identity.ids import ArmId
from acr_identity.state import Known, LiveRegistry, LiveVault

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.state import Live


@dataclass(frozen=True, slots=True)
class Mode:
    """How a registry or a vault decides: by repository, or by roles, or as the others do (`is_finer` is false)."""

    resource: ArmId
    is_finer: bool

    @classmethod
    def of(cls, live: LiveRegistry | LiveVault) -> Mode:
        """Return how one that was read decides."""
        match live:
            case LiveRegistry(id_):
                return cls(id_, live.uses_abac)
            case LiveVault(id_):
                return cls(id_, live.uses_rbac)
            case _:
                assert_never(live)


def modes_of(changes: Iterable[Change], needed: Collection[ArmId], live: Live) -> tuple[Mode, ...]:
    """Return how those decide on which something is needed, and given to or taken from who was there before, by id.

    `needed` are the registries and vaults to which tasks refer, whether a right must be given there or not. Who is made
    by the same plan is not looked at: nothing has run as it yet.
    """
    touched = {place for change in changes if (place := resource_of(change)) in needed and _is_about_known(change)}
    read = (one for each in (live.registries, live.vaults) for one in each.values() if one.id in touched)
    return tuple(sorted(map(Mode.of, read), key=lambda mode: mode.resource))


def resource_of(change: Change) -> ArmId | None:
    """Return the registry or vault on which a change gives or takes something; `None` if it does neither."""
    if not isinstance(change, GrantChange):
        return None
    match change:
        case AssignRole(scope) | MarkRoleAssignment(scope=scope):
            return scope.resource
        case RemoveRoleAssignment(scope=scope):
            return next(_id(scope), None)
        case AddVaultAccess(vault) | RemoveVaultAccess(vault):
            return vault
        case MarkVault():
            return None
        case _:
            assert_never(change)


def _id(scope: str) -> Iterator[ArmId]:
    try:
        yield ArmId(scope).resource
    except ValueError:
        return


def _is_about_known(change: Change) -> bool:
    return all(isinstance(grantee.ids, Known) for grantee in change.grantees)
