"""A last look at who was given something, and where: who was deleted meanwhile keeps nothing of ours.

What was given where rights are decided about otherwise by now does not count.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, TypeAlias, assert_never

from acr_identity.errors import AcrIdentityError, ConflictError
from acr_identity.execute.report import Done, Failed, Outcome
from acr_identity.plan.modes import Mode, resource_of
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.changes import Change
    from acr_identity.gateway import Gateway
    from acr_identity.ids import ArmId
    from acr_identity.state import TaskIdentity

_Given: TypeAlias = tuple["Change", "TaskIdentity", Known]
"""A change that gave something, and to whom."""


def with_last_look(
    outcomes: Sequence[Outcome], modes: Iterable[Mode], gateway: Gateway, pool: ThreadPoolExecutor
) -> tuple[Outcome, ...]:
    """Return the outcomes, of which those count as failed that gave something to principals that are gone, or in vain.

    Services take the id of any principal. One that was made a moment ago is there; one that was known before may have
    been deleted since it was read. Roles can be assigned, and access policies added, also where they do not count.
    """
    touched = {resource_of(one.change) for one in outcomes if isinstance(one, Done)}
    looks = {mode.resource: pool.submit(_has_moved, gateway, mode) for mode in modes if mode.resource in touched}
    ended = _with_dead_revoked(outcomes, gateway, pool)
    moved = {resource for resource, look in looks.items() if look.result()}
    return tuple(_with_mode(one, moved) for one in ended)


def _has_moved(gateway: Gateway, mode: Mode) -> bool:
    try:
        read = gateway.vault if mode.resource.kind == "vaults" else gateway.registry
        there = read(mode.resource)
    except AcrIdentityError:
        return False  # what cannot be seen is not judged
    return there is not None and Mode.of(there) != mode


def _with_mode(outcome: Outcome, moved: Collection[ArmId]) -> Outcome:
    resource = resource_of(outcome.change)
    if not isinstance(outcome, Done) or resource is None or resource not in moved:
        return outcome
    return Failed(outcome.change, _moved(outcome.change, resource), outcome.seconds)


def _moved(change: Change, resource: ArmId) -> ConflictError:
    kind = "vault" if resource.kind == "vaults" else "registry"
    return ConflictError(
        f"{kind} {resource.name} decides about rights otherwise than when the plan was made: this does not count there",
        operation=change.kind.name,
        resource=str(resource),
        advice="Repeat the command: it plans for how that decides now.",
    )


def _with_dead_revoked(outcomes: Sequence[Outcome], gateway: Gateway, pool: ThreadPoolExecutor) -> tuple[Outcome, ...]:
    given = list(_given(outcomes))
    known = {identity: ids for _, identity, ids in given}
    gone = dict(zip(known, pool.map(partial(_is_gone, gateway), known.items()), strict=True))
    dead = [one for one in given if gone[one[1]]]
    failed = dict(zip((one[0].key for one in dead), pool.map(partial(_revoked, gateway), dead), strict=True))
    return tuple(failed.get(one.change.key, one) for one in outcomes)


def _given(outcomes: Sequence[Outcome]) -> Iterator[_Given]:
    for one in outcomes:
        if isinstance(one, Done) and not one.found:
            for grantee in one.change.grantees:
                ids = grantee.ids
                if isinstance(ids, Known) and one.change.taken_back_from(ids.principal_id) is not None:
                    yield one.change, grantee.identity, ids


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


def _revoked(gateway: Gateway, given: _Given) -> Failed:
    change, identity, ids = given
    removal = change.taken_back_from(ids.principal_id)
    try:
        gateway.make((removal,) if removal else (), {})
    except AcrIdentityError as error:
        return Failed(change, error)
    message = f"{identity} was deleted while it was given something; that is taken back"
    advice = "Somebody else is taking away what is applied here: plan again when that is done."
    return Failed(change, ConflictError(message, operation=change.kind.name, resource=change.target, advice=advice))
