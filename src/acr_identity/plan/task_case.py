"""A task that is wanted or leaves, and what stands round it: what differs, what is ours of it, what it loses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from acr_identity.changes import FieldChange, Grantee, KnownAfterApply, SourceLogin
from acr_identity.ids import USED, place_of, principal_place, recorders, remember, resource_at, scope_at
from acr_identity.plan.compare import ABSENT, Differences, compare, field_of
from acr_identity.plan.credentials import wire_identity
from acr_identity.plan.records import (
    Owner,
    Record,
    credential_sign,
    field_sign,
    identity_sign,
    record_in,
    recorded,
    role_sign,
    vault_sign,
)
from acr_identity.plan.settings import default_words, settle, stated_paths
from acr_identity.plan.tags import is_ours, merge_tags, without_tags
from acr_identity.spec import SYSTEM
from acr_identity.state import Known, SystemIdentity, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.grants import Grants
    from acr_identity.plan.unneeded import Unneeded
    from acr_identity.plan.wanted import WantedTask
    from acr_identity.state import Live, LiveTask, Tags, TaskIdentity


_STATUS = field_sign("enabled")
SOURCE = "source_identity"
"""The path of the identity by which a run logs in to the task's own registry."""


@dataclass(frozen=True, slots=True)
class Losing:
    """What a task loses when all else is done: what we gave it, and the spec does not want any more.

    Args:
        servers: the login servers of credentials.
        users: user-assigned identities.
        gone: those of them that do not exist any more: no request may name them.
        system: whether it loses its own identity.
        grants: the keys of the changes that take grants from its identities.
    """

    servers: tuple[str, ...] = ()
    users: tuple[ArmId, ...] = ()
    gone: tuple[ArmId, ...] = ()
    system: bool = False
    grants: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.servers or self.users or self.system or self.grants)


@dataclass(frozen=True, slots=True)
class TaskCase:
    """A task that is wanted, and what stands round it.

    Args:
        want: what the spec says, with what others set in the same lists and the defaults of what left the spec.
        live: what is there.
        owner: the spec.
        differences: what must change of its settings.
        dropped: the paths of what left the spec and only a PUT can leave out.
        record: what is remembered of our work in it.
        then: what shall be remembered when all is done.
        losing: what it loses then.
        grants: the keys of the grants that it still needs.
        written_first: those of them that its tags must remember before they are given.
        new_users: those of its user-assigned identities that do not exist yet.
        left_tags: the names of tags that we set and the spec does not say any more.
        renaming: the keys of what must be done before it forgets whose it was: it tells what else was theirs.
        source: as whom a run shall log in to its own registry, if that is to change.
        lacks_pool: whether the agent pool in which it shall run is not there.
        remembers: the identities whose principals its tags shall remember when they are known.
    """

    want: WantedTask
    live: LiveTask | None
    owner: Owner
    differences: Differences
    dropped: tuple[str, ...]
    record: Record
    then: Record
    losing: Losing
    grants: frozenset[str]
    written_first: frozenset[str]
    new_users: frozenset[ArmId]
    left_tags: tuple[str, ...]
    remembers: tuple[Grantee, ...]
    renaming: tuple[str, ...] = ()
    source: SourceLogin | None = None
    lacks_pool: bool = False

    def tags(self, *marks: Tags, finally_: bool = False) -> Tags:
        """Return the tags that it will have. Until all is done, what is still to be taken back stays remembered."""
        live = self.live.tags if self.live else ()
        merged = merge_tags(without_tags(live, self.left_tags), self.want.tags, *marks)
        if finally_:
            return recorded(merged, self.owner, self.then.signs, self.then.places)
        if self.losing or self.renaming:
            signs, places = self.then.signs | self.record.signs, self.then.places | self.record.places
            return self._recorded(merged, signs, places)
        # That the spec had disabled it is remembered until it is enabled.
        is_off = self.live is not None and self.live.settings.enabled is False
        status = self.record.signs & {_STATUS} if is_off else frozenset[str]()
        return recorded(merged, self.owner, self.then.signs | status, self.then.places)

    def _recorded(self, tags: Tags, signs: frozenset[str], places: frozenset[str]) -> Tags:
        """Return the tags with the record, beside those of before the spec had its name as long as those are needed."""
        if not self.renaming:
            return recorded(tags, self.owner, signs, places)
        older = remember(frozenset({USED})) if self.record.is_older else ()
        return recorded(merge_tags(tags, older), replace(self.owner, also=frozenset()), signs, places)

    def when_enabled(self, tags: Tags) -> Tags:
        """Return these tags as they are when the task is enabled: what was remembered until then is not any more."""
        if _STATUS in self.then.signs:
            return tags
        record = record_in(tags, self.owner)
        return self._recorded(tags, record.signs - {_STATUS}, record.places)


@dataclass(frozen=True, slots=True)
class Scene:
    """What is the same for all tasks of a plan.

    Args:
        live: what is there.
        owner: the spec.
        grants: what its tasks need.
        unneeded: what nothing needs any more.
        former: the identities that carry the mark of the spec, are not in it any more, and stay.
        marking: the keys of the changes of what else remembers whose it is.
    """

    live: Live
    owner: Owner
    grants: Grants
    unneeded: Unneeded
    former: frozenset[ArmId] = frozenset()
    marking: tuple[str, ...] = ()


def task_case(want: WantedTask, scene: Scene, *, is_adopted: bool = False, stays: bool = True) -> TaskCase:
    """Return what must be known of a task for its changes to be decided. The record of one that does not stay ends."""
    live, grants = scene.live, scene.grants
    task = live.tasks.get(want.id)
    owner = scene.owner.towards(task) if stays else scene.owner
    record = Record() if task is None else record_in(task.tags, owner)
    settled = want
    differences, dropped, source = Differences(), tuple[str, ...](), want.source
    if task is not None:
        found = settle(want.settings, task.settings, record)
        settled = replace(want, settings=found.settings)
        source = _source_to_set(want, task, record)
        differences = _differences(settled, task, record, found.dropped)
        differences = _with_source(differences, source, task, live)
        dropped = tuple(field.path for field in found.dropped)
    is_whole = task is None or is_ours(task.tags) or is_adopted
    needed = grants.by_task.get(want.name, frozenset())
    was_of_others = task is not None and bool(recorders(task.tags) & owner.also or (owner.also and record.is_older))
    return TaskCase(
        settled,
        task,
        owner,
        differences,
        dropped,
        record,
        _then(want, task, record, differences, scene, is_whole=is_whole) if stays else Record(),
        Losing() if task is None else _losing(want, task, record, scene.unneeded, live),
        needed,
        needed & grants.written_first if is_whole else needed,
        frozenset(user for user in want.users if user not in live.identities),
        () if task is None else tuple(_left_tags(want, task, record)),
        tuple(sorted(_unknown(grants.holders.get(want.name, ())), key=_key_of)),
        scene.marking if was_of_others else (),
        source,
        _lacks_pool(want, live),
    )


def _lacks_pool(want: WantedTask, live: Live) -> bool:
    pool = want.settings.pool
    return bool(live.absent_pools) and bool(pool) and want.id.parent.child("agentPools", str(pool)) in live.absent_pools


def _source_to_set(want: WantedTask, live: LiveTask, record: Record) -> SourceLogin | None:
    """Return as whom a run shall log in to its own registry if that is not so; what we set and is not wanted goes."""
    wanted = want.source
    if wanted is None and record.holds(SOURCE) and live.source_identity:
        wanted = SourceLogin(None)
    if wanted is None:
        return None
    name = "" if wanted.identity is None else wire_identity(wanted.identity)
    return None if name == live.source_identity else wanted


def _with_source(found: Differences, source: SourceLogin | None, live: LiveTask, all_live: Live) -> Differences:
    if source is None:
        return found
    users = {one.client_id: id_.name for id_, one in all_live.identities.items()}
    before = users.get(live.source_identity, live.source_identity.strip("[]")) or ABSENT
    after = ABSENT if source.identity is None else _name_of(source.identity.identity)
    return replace(found, changes=(*found.changes, FieldChange(SOURCE, before, after)))


def _name_of(identity: TaskIdentity) -> str:
    return identity.id.name if isinstance(identity, UserIdentity) else SYSTEM


def _differences(want: WantedTask, live: LiveTask, record: Record, dropped: tuple[FieldChange, ...]) -> Differences:
    found = compare(want.settings, live.settings, details_seen=live.details_seen, hidden=live.hidden)
    found = replace(found, left=tuple(path for path in found.left if record.holds(path) or record.is_older))
    changes, fields = list(found.changes), found.fields | {field_of(each.path) for each in dropped}
    changes += dropped
    if want.settings.enabled is False and live.settings.enabled is not False:
        changes.append(FieldChange("enabled", "true", "false"))
        fields |= {"enabled"}
    return replace(found, changes=tuple(changes), fields=fields, by_patch=found.by_patch and not dropped)


def _losing(want: WantedTask, live: LiveTask, record: Record, unneeded: Unneeded, all_live: Live) -> Losing:
    wanted = {one.login_server.lower() for one in want.credentials}
    servers = (server for server in live.logins if server.lower() not in wanted)
    users = (user for user in live.attached.users if user not in want.users)
    lost = tuple(user for user in users if identity_sign(str(user)) in record.signs)
    has_system = live.attached.system_principal_id is not None and not want.system
    return Losing(
        tuple(server for server in servers if credential_sign(server) in record.signs),
        lost,
        tuple(user for user in lost if user not in all_live.identities),
        has_system and identity_sign(str(live.id)) in record.signs,
        unneeded.of(_identities(live)),
    )


def _identities(live: LiveTask) -> Iterator[TaskIdentity]:
    yield SystemIdentity(live.id)
    yield from map(UserIdentity, live.attached.users)


def _unknown(grantees: Iterable[Grantee]) -> Iterator[Grantee]:
    return (one for one in grantees if isinstance(one.ids, KnownAfterApply))


def _key_of(grantee: Grantee) -> str:
    return grantee.identity.key


def _holders(grantees: Iterable[Grantee]) -> Iterator[str]:
    """Yield the places of identities, each with its principal: by it their access is found when they are gone."""
    for one in grantees:
        match one:
            case Grantee(UserIdentity(id_), Known(principal_id)):
                yield principal_place(id_, principal_id)
            case _:
                pass


def _left_tags(want: WantedTask, live: LiveTask, record: Record) -> Iterator[str]:
    names = {name.lower() for name, _ in want.tags}
    yield from (name for name, _ in live.tags if name.lower() not in names and record.holds(f"tags.{name}"))


def _then(
    want: WantedTask, live: LiveTask | None, record: Record, differences: Differences, scene: Scene, *, is_whole: bool
) -> Record:
    """Return what shall be remembered: of a task of ours all that the spec says, else what we set in it."""
    fields = [*stated_paths(want.settings), *(f"tags.{name}" for name, _ in want.tags), *_source_path(want)]
    said = {
        *map(field_sign, fields),
        *(identity_sign(one.key) for one in want.identities),
        *(credential_sign(one.login_server) for one in want.credentials),
    }
    grants = scene.grants
    memory = grants.memory.get(want.name, frozenset())
    if is_whole:
        said.add(USED)
    elif live is not None:
        said = ((said | {USED}) & record.signs) | _newly_set(want, live, fields, differences)
        memory = frozenset(one for one in memory if one.is_new or one.sign in record.signs)
    places = {one.place for one in memory} | {*_holders(grants.holders.get(want.name, ()) if memory else ())}
    then = Record(frozenset(said | {one.sign for one in memory}), frozenset(places))
    return then if live is None else _with_what_stays(then, want, live, record, scene)


def _source_path(want: WantedTask) -> tuple[str, ...]:
    return (SOURCE,) if want.source is not None and want.source.identity is not None else ()


def _with_what_stays(then: Record, want: WantedTask, live: LiveTask, record: Record, scene: Scene) -> Record:
    """Return what shall be remembered, with what is out of sight and what is left of the spec."""
    if not scene.live.unseen and not scene.former:
        return then
    read = ((place, resource_at(place) or scope_at(place)) for place in record.places)
    at = {place: id_ for place, id_ in read if id_ is not None}
    hidden = {place: id_ for place, id_ in at.items() if id_ in scene.live.unseen}
    known = {*live.attached.users, *at.values()}
    former = (place_of(id_) for id_ in known & scene.former if id_ not in want.users)
    signs = record.signs.intersection(_grant_signs(hidden.values(), live))
    return Record(then.signs | signs, then.places | hidden.keys() | {*former})


def _grant_signs(resources: Iterable[ArmId], live: LiveTask) -> Iterator[str]:
    for resource in resources:
        for identity in _identities(live):
            yield from (role_sign(resource, identity), vault_sign(resource, identity))


def _newly_set(want: WantedTask, live: LiveTask, fields: list[str], differences: Differences) -> set[str]:
    taken = [each.path for each in differences.changes if not _was_free(each)]
    changed = [each.path for each in differences.changes if _was_free(each)]
    there = {name.lower() for name, _ in live.tags}
    changed += [f"tags.{name}" for name, _ in want.tags if name.lower() not in there]
    present = {str(user).lower() for user in live.attached.users}
    if live.attached.system_principal_id:
        present.add(SystemIdentity(live.id).key.lower())
    return {
        *(
            field_sign(path)
            for path in fields
            if any(_lies_in(each, path) for each in changed) and not any(_lies_in(each, path) for each in taken)
        ),
        *(identity_sign(one.key) for one in want.identities if one.key.lower() not in present),
        *(credential_sign(one.login_server) for one in want.credentials if one.login_server.lower() not in live.logins),
    }


def _was_free(change: FieldChange) -> bool:
    """Say whether nobody had set a field: what others had set does not become ours by being changed."""
    return change.before == ABSENT or change.before.lower() == default_words(change.path)


def _lies_in(path: str, field: str) -> bool:
    return path == field or path.startswith((f"{field}.", f"{field}["))
