"""What must be done so that the user-assigned identities of a spec are there, with its tags, and others are not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.changes import CreateIdentity, DeleteIdentity, DeleteTask, UpdateIdentity, UpdateTask
from acr_identity.ids import USED, recorders, remembered
from acr_identity.ids.regions import REGIONS, region_name
from acr_identity.plan.order import Part
from acr_identity.plan.records import Owner, field_sign, is_deletable, record_in, recorded, vault_sign
from acr_identity.plan.tags import OURS, is_ours, merge_tags, tag_changes, too_many, without_tags
from acr_identity.state import UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.plan.adoption import Proof
    from acr_identity.plan.grants import Grants
    from acr_identity.plan.roles import Need
    from acr_identity.plan.unneeded import Unneeded
    from acr_identity.plan.wanted import Wanted, WantedIdentity
    from acr_identity.state import LiveIdentity, Tags

_LOST = (
    "identity {} does not carry our mark any more, and what it was given says that it is ours: --adopt marks it again"
)


def identity_part(
    wanted: Wanted, owner: Owner, grants: Grants, unneeded: Unneeded, proof: Proof, reads: Collection[Need]
) -> Part:
    """Return the creation of identities that are missing, and the tags that differ.

    `reads` are the vaults of which tasks read secrets from now on, those included that the plan is not about.
    """
    access = {id_: set(signs) for id_, signs in grants.on_identities.items()}
    for identity, resource in reads:
        if isinstance(identity, UserIdentity) and _is_still_given(identity, resource, proof):
            access.setdefault(identity.id, set()).add(vault_sign(resource, identity))
    parts = [
        _part(want, owner, frozenset(access.get(want.id, ())), grants, unneeded, proof) for want in wanted.identities
    ]
    return Part(
        tuple(change for part in parts for change in part.changes),
        tuple(pair for part in parts for pair in part.after),
        (*(note for part in parts for note in part.notes), *_unknown_regions(parts)),
        tuple(each for part in parts for each in part.unsafe),
    )


def _unknown_regions(parts: Iterable[Part]) -> Iterator[str]:
    for change in (each for part in parts for each in part.changes):
        if isinstance(change, CreateIdentity) and region_name(change.location) not in REGIONS:
            where = f"identity {change.id.name} is to be created in {change.location}"
            yield f"{where}, and no region of that name is known here"


def _is_still_given(identity: UserIdentity, resource: ArmId, proof: Proof) -> bool:
    """Say whether an identity remembers access to a vault that, as far as is known, still decides by policies."""
    there, vault = proof.live.identities.get(identity.id), proof.live.vaults.get(resource)
    if there is None or (vault is not None and vault.uses_rbac):
        return False
    return vault_sign(resource, identity) in record_in(there.tags, proof.owner).signs


def _part(
    want: WantedIdentity, owner: Owner, access: frozenset[str], grants: Grants, unneeded: Unneeded, proof: Proof
) -> Part:
    there = proof.live.identities.get(want.id)
    if there is None:
        return Part((_created(want, owner, access),))
    is_lost = proof.is_lost_on_identity(want.id)
    tags = _Tags(want, there, owner, access, is_lost=is_lost)
    taken = unneeded.of([UserIdentity(want.id)])
    first, last = tags.then(still_remembered=bool(taken)), tags.then(still_remembered=False)
    changes: list[UpdateIdentity] = []
    after: list[tuple[str, str]] = []
    if first != there.tags:
        reason = "its tags differ from the spec"
        changes.append(UpdateIdentity(want.id, first, tag_changes(there.tags, first), reason))
        mine = (one.key for one in grants.vault_access if one.grantee.identity == UserIdentity(want.id))
        after += [(key, changes[0].key) for key in mine]
    if last != first:
        reason = "what it was given is taken back"
        changes.append(UpdateIdentity(want.id, last, tag_changes(first, last), reason, is_last=True))
        after += [(changes[-1].key, key) for key in (*taken, *(one.key for one in changes[:-1]))]
    notes = (_LOST.format(want.id.name),) if is_lost and not owner.adopts else ()
    unsafe = too_many(f"identity {want.id.name}", first) if changes else ()
    return Part(tuple(changes), tuple(after), notes, tuple(unsafe))


def _created(want: WantedIdentity, owner: Owner, access: frozenset[str]) -> CreateIdentity:
    users = want.tasks
    reason = f"task {users[0]} runs as it" if len(users) == 1 else f"tasks {', '.join(users)} run as it"
    tags = recorded(merge_tags(want.tags, OURS), owner, {USED, *access, *_tag_signs(want.tags)})
    return CreateIdentity(want.id, want.location, tags, reason)


@dataclass(frozen=True, slots=True)
class _Tags:
    """What decides on the tags of an identity that is there."""

    want: WantedIdentity
    live: LiveIdentity
    owner: Owner
    access: frozenset[str]
    is_lost: bool

    def then(self, *, still_remembered: bool) -> Tags:
        """Return the tags that it will have; until its grants are taken back, those are still remembered."""
        want, live = self.want, self.live
        record = record_in(live.tags, self.owner)
        names = {name.lower() for name, _ in want.tags}
        left = [name for name in _tags_of(live.tags, self.owner) if name.lower() not in names]
        merged = merge_tags(
            without_tags(live.tags, left), want.tags, OURS if self.is_lost and self.owner.adopts else ()
        )
        if is_ours(merged):
            signs = frozenset({USED, *self.access, *_tag_signs(want.tags)})
        else:
            have = dict(live.tags)
            new = [(name, value) for name, value in want.tags if have.get(name) != value]
            kept = record.signs if self.is_lost else record.signs.intersection(_tag_signs(want.tags))
            signs = kept.union(_tag_signs(new))
        return recorded(merged, self.owner, signs | record.signs if still_remembered else signs)


def _tags_of(tags: Tags, owner: Owner) -> list[str]:
    """Return the names of the tags that a spec set, and no other spec did."""
    theirs = remembered(tags, record_in(tags, owner).others)
    signs = record_in(tags, owner).signs - theirs
    return [name for name, _ in tags if field_sign(f"tags.{name}") in signs]


def _tag_signs(tags: Iterable[tuple[str, str]]) -> Iterator[str]:
    return (field_sign(f"tags.{name}") for name, _ in tags)


@dataclass(frozen=True, slots=True)
class LeavingIdentity:
    """A user-assigned identity that the spec has no use for any more, and the tasks that ran as it."""

    live: LiveIdentity
    tasks: tuple[ArmId, ...]
    reason: str


def leaving_part(leaving: LeavingIdentity, owner: Owner, unneeded: Unneeded) -> Part:
    """Return the removal of an identity: whole if it is ours and no other spec uses it, else what we set there."""
    live = leaving.live
    change = _taken_back(leaving, owner)
    if change is None:
        return Part()
    earlier = [*unneeded.of([UserIdentity(live.id)]), *_last_keys(leaving.tasks)]
    return Part((change,), tuple((change.key, key) for key in earlier))


def _taken_back(leaving: LeavingIdentity, owner: Owner) -> DeleteIdentity | UpdateIdentity | None:
    live = leaving.live
    if is_deletable(live.tags, owner):
        return DeleteIdentity(live.id, leaving.reason, live.principal_id)
    tags = recorded(without_tags(live.tags, _tags_of(live.tags, owner)), owner, ())
    if tags == live.tags:
        return None
    reason = "other specs use it" if recorders(tags) else "it was not created by this tool"
    return UpdateIdentity(live.id, tags, tag_changes(live.tags, tags), reason, is_last=True)


def _last_keys(tasks: Iterable[ArmId]) -> Iterator[str]:
    for task in tasks:
        yield from (key_of(task) for key_of in (DeleteTask.key_of, UpdateTask.key_of, UpdateTask.last_key_of))
