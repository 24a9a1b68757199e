"""Tags: merged without regard to the case of their names, as Azure compares them, and our marks among them."""

from __future__ import annotations

from collections.abc import Iterable

from acr_identity.changes import FieldChange
from acr_identity.ids import CREATED, MARK_TAG, WAIT_TAG, WAITS
from acr_identity.plan.compare import ABSENT
from acr_identity.state import Tags

OURS: Tags = ((MARK_TAG, CREATED),)
WAITING: Tags = ((WAIT_TAG, WAITS),)


def merge_tags(live: Tags, *wanted: Tags) -> Tags:
    """Return the live tags, overruled and completed by the wanted ones; a name that is there keeps its spelling."""
    names = {name.lower(): name for name, _ in live}
    merged = dict(live)
    for name, value in (tag for tags in wanted for tag in tags):
        merged[names.setdefault(name.lower(), name)] = value
    return tuple(sorted(merged.items()))


def without_tags(live: Iterable[tuple[str, str]], names: Iterable[str]) -> Tags:
    """Return the tags but for those of these names."""
    gone = {name.lower() for name in names}
    return tuple((name, value) for name, value in live if name.lower() not in gone)


def tag_changes(live: Tags, wanted: Tags) -> tuple[FieldChange, ...]:
    """Return the differences between the tags that are there and all that there shall be."""
    have, want = dict(live), dict(wanted)
    return tuple(
        FieldChange(f"tags.{name}", have.get(name, ABSENT), want.get(name, ABSENT))
        for name in sorted(have.keys() | want.keys())
        if have.get(name) != want.get(name)
    )


def is_ours(tags: Tags) -> bool:
    """Say whether these are the tags of something that we created."""
    return _has(tags, OURS)


def waits(tags: Tags) -> bool:
    """Say whether these are the tags of a task that we keep disabled until its grants are made."""
    return _has(tags, WAITING)


def _has(tags: Tags, mark: Tags) -> bool:
    return mark[0] in {(name.lower(), value) for name, value in tags}
