"""A last look at who was given something: what somebody deleted meanwhile keeps nothing of ours."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, assert_never

from acr_identity.changes import AddVaultAccess, AssignRole, RemoveRoleAssignment, RemoveVaultAccess
from acr_identity.errors import AcrIdentityError, ConflictError
from acr_identity.execute.report import Done, Failed, Outcome
from acr_identity.ids import assignment_name
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.gateway import Gateway
    from acr_identity.state import TaskIdentity

Given: TypeAlias = AssignRole | AddVaultAccess


def with_dead_revoked(outcomes: Sequence[Outcome], gateway: Gateway, pool: ThreadPoolExecutor) -> tuple[Outcome, ...]:
    """Return the outcomes, of which those count as failed that gave something to principals that are gone.

    Services take the id of any principal. One that was made a moment ago is there; one that was known before may have
    been deleted since it was read.
    """
    given = [
        one.change for one in outcomes if isinstance(one, Done) and not one.found and isinstance(one.change, Given)
    ]
    known = {one.grantee.identity: one.grantee.ids for one in given if isinstance(one.grantee.ids, Known)}
    gone = dict(zip(known, pool.map(partial(_is_gone, gateway), known.items()), strict=True))
    dead = [one for one in given if gone.get(one.grantee.identity)]
    failed = dict(zip((one.key for one in dead), pool.map(partial(_revoked, gateway), dead), strict=True))
    return tuple(failed.get(one.change.key, one) for one in outcomes)


def _is_gone(gateway: Gateway, holder: tuple[TaskIdentity, Known]) -> bool:
    identity, ids = holder
    try:
        match identity:
            case UserIdentity(id_):
                user = gateway.identity(id_)
                return user is None or user.principal_id != ids.principal_id
            case SystemIdentity(id_):
                task = gateway.task(id_)
                return task is None or task.attached.system_principal_id != ids.principal_id
            case _:
                assert_never(identity)
    except AcrIdentityError:
        return False  # what cannot be seen is not taken back


def _revoked(gateway: Gateway, change: Given) -> Failed:
    try:
        gateway.make((_removal(change),), {})
    except AcrIdentityError as error:
        return Failed(change, error)
    message = f"{change.grantee.identity} was deleted while it was given something; that is taken back"
    advice = "Somebody else is taking away what is applied here: plan again when that is done."
    return Failed(change, ConflictError(message, operation=change.kind.name, resource=change.target, advice=advice))


def _removal(change: Given) -> RemoveRoleAssignment | RemoveVaultAccess:
    ids, identity = change.grantee.ids, change.grantee.identity
    principal = ids.principal_id if isinstance(ids, Known) else ""
    match change:
        case AssignRole(scope, role):
            name = assignment_name(scope, principal, role)
            id_ = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"
            return RemoveRoleAssignment(id_, str(scope), role.value, identity, "who had it is gone")
        case AddVaultAccess(vault, tenant_id):
            return RemoveVaultAccess(vault, tenant_id, principal, identity, "who had it is gone")
        case _:
            assert_never(change)
