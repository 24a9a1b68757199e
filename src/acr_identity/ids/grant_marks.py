"""What a grant of ours says of itself: in the description of a role assignment, or in a tag of the vault.

It says which specs need it, so that what several need goes with the last; and who has it, so that it is known as ours
when whoever had it is gone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from acr_identity.ids.marks import LONGEST_TAG, MARK_TAG, is_record
from acr_identity.ids.places import is_place

_LONGEST_DESCRIPTION = 1024
_NAMELESS = "-"
_DESCRIPTION = "acr_identity: "
_ACCESS = re.compile(rf"{MARK_TAG}-(?P<principal>[0-9a-f]{{8}}(?:-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}})", re.IGNORECASE)
_SUFFIX = re.compile(r" \[(?P<specs>[^\[\];]+); (?P<holder>[^\[\];]*)(?P<ours>; ours)?\]$")


@dataclass(frozen=True, slots=True)
class GrantMark:
    """What a grant of ours says of itself.

    Args:
        specs: the names of the specs that need it; a spec without a name has the empty one.
        holder: who has it, as a place (`place_of`); empty where that is not known.
        holder_is_ours: whether we created who has it.
    """

    specs: frozenset[str] = frozenset({""})
    holder: str = ""
    holder_is_ours: bool = False

    def needed_by(self, specs: frozenset[str]) -> GrantMark:
        """Return the mark with these specs instead."""
        return replace(self, specs=specs)


def describe(reason: str, mark: GrantMark) -> str:
    """Return the description of a role assignment of ours: our mark and the reason, in at most 1,024 characters.

    >>> describe("task hello pulls from base", GrantMark(frozenset({"web"}), "identity:sub/rg/puller"))
    'acr_identity: task hello pulls from base [web; identity:sub/rg/puller]'
    """
    suffix = f" [{_written(mark.specs)}; {mark.holder}{'; ours' if mark.holder_is_ours else ''}]"
    return (_DESCRIPTION + reason)[: _LONGEST_DESCRIPTION - len(suffix)] + suffix


def mark_of(description: str) -> GrantMark | None:
    """Return what a role assignment's description says of our work, or `None` if it is not ours."""
    if not description.startswith(_DESCRIPTION):
        return None
    found = _SUFFIX.search(description)
    return GrantMark() if found is None else GrantMark(_read(found["specs"]), found["holder"], bool(found["ours"]))


def is_described_by_us(description: str) -> bool:
    """Say whether a role assignment's description carries our mark."""
    return description.startswith(_DESCRIPTION)


def reason_of(description: str) -> str:
    """Return the reason that a description of ours gives."""
    return _SUFFIX.sub("", description.removeprefix(_DESCRIPTION))


def access_tag(principal_id: str, mark: GrantMark) -> tuple[str, str]:
    """Return the tag of a vault that remembers the access of a principal."""
    written = f"{_written(mark.specs)} {mark.holder}"
    value = written if len(written) <= LONGEST_TAG else _written(mark.specs)[:LONGEST_TAG]
    return f"{MARK_TAG}-{principal_id.lower()}", value


def access_marks(tags: Iterable[tuple[str, str]]) -> dict[str, GrantMark]:
    """Return what the tags of a vault remember, by principal."""
    found = ((_ACCESS.fullmatch(name), value) for name, value in tags)
    return {match["principal"].lower(): _access(value) for match, value in found if match}


def is_memory(tag: str) -> bool:
    """Say whether a tag of this name remembers, in signs for us alone, what was set or given."""
    return is_record(tag) or is_place(tag) or _ACCESS.fullmatch(tag) is not None


def _access(value: str) -> GrantMark:
    specs, _, holder = value.partition(" ")
    return GrantMark(_read(specs), holder)


def _written(specs: Iterable[str]) -> str:
    return ",".join(sorted(name or _NAMELESS for name in specs))


def _read(written: str) -> frozenset[str]:
    return frozenset("" if name == _NAMELESS else name for name in written.lower().split(",") if name)
