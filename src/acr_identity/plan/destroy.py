"""From a spec and what Azure has to a plan that takes back what we made, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from acr_identity.access import needed_places, rights, vaults_read
from acr_identity.plan.adoption import Proof
from acr_identity.plan.claims import Claims
from acr_identity.plan.identities import LeavingIdentity
from acr_identity.plan.leaving import Leaving, LeavingTask, leaving_parts, left_over, out_of_reach
from acr_identity.plan.order import Part, assemble
from acr_identity.plan.records import owner_of, record_in, signs_of
from acr_identity.plan.tags import is_ours, waits
from acr_identity.plan.unneeded import unneeded_grants

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.values import Plan
    from acr_identity.spec import Spec
    from acr_identity.state import Live, TaskIdentity


def make_destroy_plan(
    spec: Spec,
    live: Live,
    tasks: Collection[str] | None = None,
    *,
    deleted: Mapping[str, TaskIdentity] | None = None,
) -> Plan:
    """Return what must be done to take back what `apply` made for these tasks of the spec; for all, if not named.

    Only what carries our mark is removed. What other tasks of the spec, and other specs, still need stays; so do the
    grants of a task that is left in place. Of a spec with a name, what is not in it any more goes too.

    `deleted` tells who had principals that were deleted a moment ago: what they were given meanwhile goes as well.
    """
    owner = owner_of(spec, live)
    proof = Proof.of(live, owner)
    names = frozenset(spec.tasks if tasks is None else tasks)
    in_place = frozenset(name for name in names if _is_left_in_place(spec.task_id(name), proof))
    going = names - in_place
    every = rights(spec)
    staying = [right for right in every if right.task not in going]
    whole = names.issuperset(spec.tasks)
    left = left_over(spec, live, owner)
    former = left if whole else Leaving()
    leaving = Leaving(
        (*_tasks(spec, going, live), *former.tasks),
        (*_identities(spec, going, live), *former.identities),
    )
    claims = Claims(
        owner,
        needed_places(staying),
        signs_of(live, owner),
        needed_places(one for one in every if one.task in going),
        leaving.holders,
        frozenset() if whole else left.signs(owner),
        deleted or {},
        proof.lost_identities(map(spec.task_id, in_place)),
        ending=leaving.ending(owner),
        reads=vaults_read(staying),
    )
    unneeded = unneeded_grants(proof.with_marks(live), claims)
    notes = tuple(f"task {name} stays, and so does what it was given: it carries no mark" for name in sorted(in_place))
    return assemble(
        (
            unneeded.part(),
            *leaving_parts(leaving, live, owner, unneeded),
            Part(notes=(*notes, *out_of_reach(live, owner))),
        ),
        purpose="destroy",
    )


def _is_left_in_place(id_: ArmId, proof: Proof) -> bool:
    task = proof.live.tasks.get(id_)
    if task is None or is_ours(task.tags) or waits(task.tags):
        return False
    return proof.is_lost_on_task(task) or not record_in(task.tags, proof.owner).signs


def _tasks(spec: Spec, names: frozenset[str], live: Live) -> Iterator[LeavingTask]:
    for name in sorted(names):
        task = live.tasks.get(spec.task_id(name))
        if task is not None:
            yield LeavingTask(task, f"task {name} is in the spec and carries our mark")


def _identities(spec: Spec, names: frozenset[str], live: Live) -> Iterator[LeavingIdentity]:
    users: dict[str, list[str]] = {}
    for name, task in spec.tasks.items():
        for user in task.user_identities:
            users.setdefault(user, []).append(name)
    for user, tasks in users.items():
        identity = live.identities.get(spec.identity_id(user))
        if identity is not None and names.issuperset(tasks):
            reason = f"identity {user} carries our mark and no task of the spec is left to it"
            yield LeavingIdentity(identity, tuple(map(spec.task_id, tasks)), reason)
