"""What must be done so that the user-assigned identities of a spec are there, with its tags."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from acr_identity.changes import CreateIdentity, UpdateIdentity
from acr_identity.ids.regions import REGIONS, region_name
from acr_identity.plan.order import Part
from acr_identity.plan.tags import OURS, merge_tags, tag_changes

if TYPE_CHECKING:
    from acr_identity.plan.wanted import Wanted, WantedIdentity
    from acr_identity.state import Live, LiveIdentity


def identity_part(wanted: Wanted, live: Live) -> Part:
    """Return the creation of identities that are missing, and the tags that differ."""
    found = (_change(one, live.identities.get(one.id)) for one in wanted.identities)
    changes = tuple(change for change in found if change is not None)
    return Part(changes, notes=tuple(_unknown_regions(changes)))


def _unknown_regions(changes: Iterable[CreateIdentity | UpdateIdentity]) -> Iterator[str]:
    for change in changes:
        if isinstance(change, CreateIdentity) and region_name(change.location) not in REGIONS:
            where = f"identity {change.id.name} is to be created in {change.location}"
            yield f"{where}, and no region of that name is known here"


def _change(want: WantedIdentity, live: LiveIdentity | None) -> CreateIdentity | UpdateIdentity | None:
    if live is None:
        users = want.tasks
        reason = f"task {users[0]} runs as it" if len(users) == 1 else f"tasks {', '.join(users)} run as it"
        return CreateIdentity(want.id, want.location, merge_tags(want.tags, OURS), reason)
    merged = merge_tags(live.tags, want.tags)
    if merged == live.tags:
        return None
    return UpdateIdentity(live.id, merged, tag_changes(live.tags, merged), "its tags differ from the spec")
