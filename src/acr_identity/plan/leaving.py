"""What goes as a whole: tasks and identities of a spec that it does not name any more, or that are to be destroyed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.changes import DeleteTask
from acr_identity.ids import recorders
from acr_identity.plan.grants import Grants
from acr_identity.plan.identities import LeavingIdentity, leaving_part
from acr_identity.plan.order import Part
from acr_identity.plan.records import Owner, is_deletable, record_in
from acr_identity.plan.task_case import Scene, task_case
from acr_identity.plan.tasks import task_part
from acr_identity.plan.wanted import WantedTask
from acr_identity.spec import Identity
from acr_identity.state import SystemIdentity, TaskSettings, UserIdentity

if TYPE_CHECKING:
    from acr_identity.plan.unneeded import Unneeded
    from acr_identity.spec import Spec
    from acr_identity.state import Live, LiveTask, TaskIdentity


_KINDS = {
    "resourcegroups": "resource group",
    "registries": "registry",
    "vaults": "vault",
    "userassignedidentities": "identity",
    "tasks": "task",
}


@dataclass(frozen=True, slots=True)
class LeavingTask:
    """A task that goes, or loses what we set in it if it is not ours."""

    live: LiveTask
    reason: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """What goes as a whole."""

    tasks: tuple[LeavingTask, ...] = ()
    identities: tuple[LeavingIdentity, ...] = ()

    @property
    def holders(self) -> frozenset[TaskIdentity]:
        """Return the identities that go."""
        own = (SystemIdentity(task.live.id) for task in self.tasks)
        return frozenset((*own, *(UserIdentity(identity.live.id) for identity in self.identities)))

    def ending(self, owner: Owner) -> frozenset[TaskIdentity]:
        """Return the identities that are deleted: they are ours, and no other spec needs them."""
        tasks = (SystemIdentity(one.live.id) for one in self.tasks if is_deletable(one.live.tags, owner))
        users = (UserIdentity(one.live.id) for one in self.identities if is_deletable(one.live.tags, owner))
        return frozenset((*tasks, *users))

    def signs(self, owner: Owner) -> frozenset[str]:
        """Return the fingerprints of what its tasks have."""
        return frozenset(sign for task in self.tasks for sign in record_in(task.live.tags, owner).signs)

    @property
    def names(self) -> tuple[str, ...]:
        """Return what goes, in words."""
        tasks = (f"task {task.live.id.name} of {task.live.id.parent.name}" for task in self.tasks)
        return (*tasks, *(f"identity {identity.live.id.name}" for identity in self.identities))


def left_over(spec: Spec, live: Live, owner: Owner) -> Leaving:
    """Return what carries the mark of a spec with a name and is not in it any more."""
    if not owner.name:
        return Leaving()
    tasks = {spec.task_id(name) for name in spec.tasks}
    users = set(spec.used(Identity))
    reason = f"spec {owner.name} made it and does not name it any more"
    gone = tuple(
        LeavingTask(task, reason)
        for id_, task in sorted(live.tasks.items())
        if id_ not in tasks and owner.name in recorders(task.tags)
    )
    return Leaving(
        gone,
        tuple(
            LeavingIdentity(identity, tuple(task.live.id for task in gone) + tuple(sorted(tasks)), reason)
            for id_, identity in sorted(live.identities.items())
            if id_ not in users and owner.name in recorders(identity.tags)
        ),
    )


def out_of_reach(live: Live, owner: Owner) -> Iterator[str]:
    """Yield what is to be said of what may be ours, and that nothing is done to."""
    for id_ in sorted(live.elsewhere):
        is_task = id_.kind == "tasks"
        what = f"task {id_.name} of {id_.parent.name}" if is_task else f"identity {id_.name} of {id_.resource_group}"
        yield f"{what} has what spec {owner.name} gave, and the spec does not name it: nothing is done to it"
    for id_ in sorted(live.unseen):
        what = f"{_KINDS.get(id_.kind, 'scope')} {id_.name}"
        yield f"{what} may not be read with this sign-in: what is there and left the spec is not known, and stays"


def leaving_parts(leaving: Leaving, live: Live, owner: Owner, unneeded: Unneeded) -> Iterator[Part]:
    """Yield the removal of each task and identity that goes."""
    for task in leaving.tasks:
        yield _task_part(task, live, owner, unneeded)
    for identity in leaving.identities:
        yield leaving_part(identity, owner, unneeded)


def _task_part(task: LeavingTask, live: Live, owner: Owner, unneeded: Unneeded) -> Part:
    there = task.live
    record = record_in(there.tags, owner)
    if is_deletable(there.tags, owner):
        change = DeleteTask(there.id, task.reason, there.attached.system_principal_id or "")
        # Grants go first: what tells that they are ours is lost with the task.
        holders: list[TaskIdentity] = [SystemIdentity(there.id), *map(UserIdentity, there.attached.users)]
        return Part((change,), tuple((change.key, key) for key in unneeded.of(holders)))
    nothing = WantedTask(there.id, there.id.name, there.location, TaskSettings(), (), (), (), ())
    case = task_case(nothing, Scene(live, owner, Grants(), unneeded), stays=False)
    why = f"spec {' and '.join(sorted(record.others))} needs it" if record.others else "it was not created by this tool"
    part = task_part(case)
    return Part(part.changes, part.after, (f"task {there.id.name} stays: {why}", *part.notes))
