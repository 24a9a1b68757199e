"""What marks of ours name and the spec does not: where tasks have rights, what they had, and who had grants."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial

from acr_identity.gateway import Reader
from acr_identity.ids import (
    ArmId,
    access_marks,
    fingerprint,
    mark_of,
    remembered,
    remembered_places,
    resource_at,
)
from acr_identity.observe.asking import Question, all_of, ask, gather, one
from acr_identity.state import Live


def with_places(pool: ThreadPoolExecutor, reader: Reader, live: Live, asked: set[ArmId]) -> Live:
    """Read what the marks of tasks name and the spec does not: where they have rights, and identities that they had."""
    places = {place for task in live.tasks.values() for place in remembered_places(task.tags)}
    users = {
        user
        for task in live.tasks.values()
        for user in task.attached.users
        if fingerprint("identity", str(user)) in remembered(task.tags)
    }
    named = {*filter(None, map(resource_at, places)), *users}
    questions: list[Question] = []
    for id_ in sorted(named):
        match str(id_).split("/")[-2].lower():
            case "registries" if id_ not in asked:
                questions.append(partial(reader.assignments, id_))
            case "vaults" if id_ not in live.vaults:
                questions += [partial(one, reader.vault, id_), partial(reader.assignments, id_)]
            case "userassignedidentities" if id_ not in live.identities:
                questions.append(partial(one, reader.identity, id_))
            case _:
                pass
    return gather((*all_of(live), *ask(pool, questions))) if questions else live


def with_holders(pool: ThreadPoolExecutor, reader: Reader, live: Live) -> Live:
    """Look for who had grants of ours whose principal nobody has any more."""
    known = {one.principal_id for one in live.identities.values()}
    known |= {task.attached.system_principal_id or "" for task in live.tasks.values()}
    marks = [(one.principal_id, mark_of(one.description)) for one in live.assignments]
    marks += [pair for vault in live.vaults.values() for pair in access_marks(vault.tags).items()]
    holders = {
        id_
        for principal, mark in marks
        if mark is not None and principal not in known and (id_ := resource_at(mark.holder)) is not None
    }
    asked = sorted(holders - live.identities.keys() - live.tasks.keys())
    if not asked:
        return live
    reads = {"tasks": reader.task, "userassignedidentities": reader.identity}
    found = ask(pool, [partial(one, reads[str(id_).split("/")[-2].lower()], id_) for id_ in asked])
    there = gather((*all_of(live), *found))
    absent = frozenset(id_ for id_ in asked if id_ not in there.identities and id_ not in there.tasks)
    return replace(there, absent=absent)
