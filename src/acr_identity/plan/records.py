"""What is remembered of our work, and by whom: the records of specs in the tags of tasks and identities."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acr_identity.ids import (
    GrantMark,
    fingerprint,
    is_nameless,
    is_place,
    place_of,
    record_of,
    recorders,
    remember,
    remember_places,
    remembered,
    remembered_places,
)
from acr_identity.plan.tags import is_ours
from acr_identity.state import SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.spec import Spec
    from acr_identity.state import Live, LiveTask, Tags, TaskIdentity


@dataclass(frozen=True, slots=True)
class Owner:
    """The spec for which a plan is made.

    Args:
        name: under which it remembers what it sets; empty if the spec has none.
        adopts: whether its tasks are taken over if they carry no mark, or the mark of another spec.
        also: the names of specs whose records count as its own. It is the empty one where the tasks were applied before
            the spec had a name.
    """

    name: str
    adopts: bool = False
    also: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """Return the names whose records are its own."""
        return self.also | {self.name}

    def towards(self, task: LiveTask | None) -> Owner:
        """Return it as it stands towards a task that it wants, of which it takes over what others remember there."""
        if task is None or not self.adopts:
            return self
        return replace(self, also=self.also | recorders(task.tags) - {self.name})

    def taking(self, specs: frozenset[str]) -> frozenset[str]:
        """Return the specs that need something when this one does too."""
        return (specs - self.names) | {self.name}

    def leaving(self, specs: frozenset[str]) -> frozenset[str]:
        """Return the specs that need something when this one does not any more."""
        return specs - self.names


def owner_of(spec: Spec, live: Live, *, adopts: bool = False) -> Owner:
    """Return for whom a plan is made."""
    tasks = (live.tasks.get(spec.task_id(name)) for name in spec.tasks)
    old = any(task is not None and is_nameless(task.tags) for task in tasks)
    return Owner(spec.name or "", adopts, frozenset({""} if spec.name and old else ()))


@dataclass(frozen=True, slots=True)
class Record:
    """What one spec has set on a task or an identity, by name.

    Args:
        signs: the fingerprints of what it set.
        places: the resources on which a task has had rights, and identities that it had.
        is_older: whether we created it before fields were remembered: then its lists are ours as a whole.
        others: the specs that remember something there too.
    """

    signs: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    is_older: bool = False
    others: frozenset[str] = frozenset()

    def holds(self, path: str) -> bool:
        """Say whether we set the field at this path."""
        return field_sign(path) in self.signs


def record_in(tags: Tags, owner: Owner) -> Record:
    """Return what a spec remembers in these tags."""
    known = recorders(tags)
    return Record(
        remembered(tags, owner.names),
        remembered_places(tags),
        is_ours(tags) and not known,
        known - owner.names,
    )


def is_deletable(tags: Tags, owner: Owner) -> bool:
    """Say whether these are the tags of something that we created and that no other spec needs."""
    return is_ours(tags) and not record_in(tags, owner).others


def recorded(tags: Tags, owner: Owner, signs: Iterable[str], places: Iterable[str] = ()) -> Tags:
    """Return the tags with this record in place of the one that the spec has there."""
    names = owner.names
    others = recorders(tags) - names
    there = remembered_places(tags) if others else frozenset()
    kept = (tag for tag in tags if record_of(tag[0]) not in names and not is_place(tag[0]))
    return tuple(sorted((*kept, *remember(frozenset(signs), owner.name), *remember_places({*places, *there}))))


def signs_of(live: Live, owner: Owner) -> frozenset[str]:
    """Return all that a spec remembers of its work, anywhere."""
    tags = [*(task.tags for task in live.tasks.values()), *(one.tags for one in live.identities.values())]
    return frozenset(sign for each in tags for sign in remembered(each, owner.names))


def signs_on_identities(live: Live) -> frozenset[str]:
    """Return all that any spec remembers of its work on identities."""
    return frozenset(sign for one in live.identities.values() for sign in remembered(one.tags))


def field_sign(path: str) -> str:
    """Return the fingerprint of a field that was set."""
    return fingerprint("field", path)


def identity_sign(key: str) -> str:
    """Return the fingerprint of an identity that was attached."""
    return fingerprint("identity", key)


def credential_sign(login_server: str) -> str:
    """Return the fingerprint of a credential that was added."""
    return fingerprint("credential", login_server)


def vault_sign(vault: ArmId, identity: TaskIdentity) -> str:
    """Return the fingerprint of an access policy that was added."""
    return fingerprint("vault", f"{vault} {identity.key}")


def role_sign(scope: ArmId, identity: TaskIdentity) -> str:
    """Return the fingerprint of a role that was assigned: the same for all secrets of a vault, and the vault itself."""
    return fingerprint("role", f"{scope.resource} {identity.key}")


def mark_for(owner: Owner, identity: TaskIdentity, *, is_ours: bool) -> GrantMark:
    """Return what a new grant says of itself."""
    return GrantMark(frozenset({owner.name}), holder_of(identity), is_ours)


def holder_of(identity: TaskIdentity) -> str:
    """Return the place of what an identity belongs to."""
    match identity:
        case UserIdentity(id_) | SystemIdentity(id_):
            return place_of(id_)
