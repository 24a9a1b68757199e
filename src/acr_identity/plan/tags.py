"""Tags: merged without regard to the case of their names, as Azure compares them, and our marks among them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from acr_identity.changes import FieldChange
from acr_identity.ids import CREATED, MARK_TAG, TAGS_OF_A_RESOURCE, WAIT_TAG, WAITS, has_mark
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


def too_many(what: str, tags: Tags) -> Iterator[str]:
    """Yield what is to be said of a resource that would have more tags than it may."""
    if len(tags) > TAGS_OF_A_RESOURCE:
        yield (
            f"{what} would have {len(tags)} tags with those that remember what is ours, and a resource may have "
            f"{TAGS_OF_A_RESOURCE}: take some off it"
        )


def is_ours(tags: Tags) -> bool:
    """Say whether these are the tags of something that we created."""
    return has_mark(tags)


def waits(tags: Tags) -> bool:
    """Say whether these are the tags of a task that we keep disabled until its grants are made."""
    return any(name.lower() == WAIT_TAG and value.lower() == WAITS for name, value in tags)
