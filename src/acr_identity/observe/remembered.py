"""What marks of ours name and the spec does not: where tasks have rights, what they had, and who had grants."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from acr_identity.gateway import Reader
from acr_identity.ids import (
    ArmId,
    GrantMark,
    access_marks,
    fingerprint,
    holder_at,
    is_nameless,
    mark_of,
    remembered,
    remembered_places,
    resource_at,
    scope_at,
)
from acr_identity.observe.asking import Question, Unseen, all_of, ask, assigned_at, gather, if_allowed, one
from acr_identity.spec import Spec
from acr_identity.state import Live, LiveIdentity, LiveTask


def with_places(
    pool: ThreadPoolExecutor, reader: Reader, live: Live, asked: set[ArmId], more: Iterable[Question] = ()
) -> Live:
    """Read what the marks of tasks name and the spec does not: where they have rights, and identities that they had.

    `more` is what is to be asked at the same time.
    """
    places = {place for task in live.tasks.values() for place in remembered_places(task.tags)}
    users = {
        user
        for task in live.tasks.values()
        for user in task.attached.users
        if fingerprint("identity", str(user)) in remembered(task.tags)
    }
    named = {*filter(None, map(resource_at, places)), *users}
    scopes = {*filter(None, map(scope_at, places))} - asked
    questions: list[Question] = [*more, *(if_allowed(assigned_at(reader, id_), id_) for id_ in sorted(scopes))]
    for id_ in sorted(named - live.unseen):
        match id_.kind:
            case "registries" if id_ not in asked:
                questions.append(if_allowed(assigned_at(reader, id_), id_))
            case "vaults" if id_ not in live.vaults:
                questions.append(if_allowed(partial(one, reader.vault, id_), id_))
                questions.append(if_allowed(assigned_at(reader, id_), id_))
            case "vaults" if id_ not in asked and _had_a_role(id_, live.tasks.values()):
                questions.append(if_allowed(assigned_at(reader, id_), id_))
            case "userassignedidentities" if id_ not in live.identities:
                questions.append(if_allowed(partial(one, reader.identity, id_), id_))
            case _:
                pass
    return gather((*all_of(live), *ask(pool, questions))) if questions else live


def _had_a_role(vault: ArmId, tasks: Iterable[LiveTask]) -> bool:
    """Say whether a task remembers a role on a vault: it has decided by roles, then, whatever it does now."""
    return any(
        fingerprint("role", f"{vault} {identity}") in remembered(task.tags)
        for task in tasks
        for identity in (task.id, *task.attached.users)
    )


def with_holders(pool: ThreadPoolExecutor, reader: Reader, live: Live, spec: Spec) -> Live:
    """Look for who had grants of the spec whose principal nobody has that was read."""
    named = _holders(live, spec)
    if not named:
        return live
    reads = {"tasks": reader.task_without_secrets, "userassignedidentities": reader.identity}
    asked = sorted(set(named.values()))
    found = tuple(ask(pool, [if_allowed(partial(one, reads[id_.kind], id_), id_) for id_ in asked]))
    unseen = {one.id for one in found if isinstance(one, Unseen)}
    there = {one.id: one for one in found if isinstance(one, LiveTask | LiveIdentity)}
    has = {principal for one in there.values() for principal in _principals_of(one)}
    declared = {spec.identity_id(name) for name in spec.identities}
    known = gather((*all_of(live), *(one for id_, one in there.items() if id_ in declared)))
    return replace(
        known,
        former=frozenset(principal for principal, id_ in named.items() if id_ not in unseen and principal not in has),
        elsewhere=frozenset(id_ for id_, one in there.items() if spec.name and id_ not in declared),
    )


def _holders(live: Live, spec: Spec) -> dict[str, ArmId]:
    """Return who had each principal, as grants of the spec say, and was not read."""
    names = frozenset({spec.name or ""})
    if any(is_nameless(task.tags) for task in live.tasks.values()):
        names |= {""}
    read: tuple[LiveTask | LiveIdentity, ...] = (*live.identities.values(), *live.tasks.values())
    known = {principal for one in read for principal in _principals_of(one)}
    named = {
        principal: holder_at(mark.holder)
        for principal, mark in _marks(live)
        if mark.specs & names and principal not in known
    }
    seen = live.identities.keys() | live.tasks.keys() | live.unseen
    return {principal: id_ for principal, id_ in named.items() if id_ is not None and id_ not in seen}


def _marks(live: Live) -> Iterator[tuple[str, GrantMark]]:
    for assignment in live.assignments:
        mark = mark_of(assignment.description)
        if mark is not None:
            yield assignment.principal_id, mark
    for vault in live.vaults.values():
        yield from access_marks(vault.tags).items()


def _principals_of(holder: LiveTask | LiveIdentity) -> Iterator[str]:
    match holder:
        case LiveIdentity(principal_id=principal):
            yield principal
        case LiveTask():
            yield holder.attached.system_principal_id or ""
