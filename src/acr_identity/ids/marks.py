"""The marks by which we know our own work, and the names that we give.

What we set is remembered by name, not by value, beside what it was set on: in tags of tasks, identities and vaults, and
in the descriptions of role assignments. Each mark says which spec needs it, so that what several need goes with the
last. A tag holds 256 characters and ids are longer: what need not be read back is kept as fingerprints.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids.arm import ArmId
    from acr_identity.ids.roles import AnyRole

MARK_TAG = "acr-identity"
"""The tag on an identity or a task that we created; its value is `CREATED`."""
CREATED = "created"
ADDED_TAG = "acr-identity-added"
"""The tag that lists, as fingerprints, what a spec has set there; `.NAME` behind it names the spec."""
USED = "used"
"""What the record of an identity holds if a spec uses it, and that of a task if we created it."""

WAIT_TAG = "acr-identity-waits"
"""The tag on a task that we keep disabled until its grants are made; its value is `WAITS`."""
WAITS = "grants"

TAGS_OF_A_RESOURCE = 50
"""How many tags a resource may have (Azure Resource Manager, "Tag limits")."""
LONGEST_TAG = 256
"""How many characters the value of a tag may have."""
_SIGNS_IN_A_TAG = 23
_RECORD = re.compile(rf"{ADDED_TAG}(?:-\d+)?(?:\.(?P<name>.+))?", re.IGNORECASE)
_NAMESPACE = uuid.UUID("5b1f2a0e-3f0c-5c53-9a53-0f8f3c2d9b11")


def fingerprint(kind: str, name: str) -> str:
    """Return the short sign under which something we added is remembered, whatever the case of its name."""
    return hashlib.sha256(f"{kind}\n{name.lower()}".encode()).hexdigest()[:10]


def remember(added: frozenset[str], spec: str = "") -> tuple[tuple[str, str], ...]:
    """Return the tags that hold these fingerprints; several, where one tag would be too long.

    >>> remember(frozenset({"b", "a"}), "web")
    (('acr-identity-added.web', 'a b'),)
    """
    signs = sorted(added)
    rows = [signs[start : start + _SIGNS_IN_A_TAG] for start in range(0, len(signs), _SIGNS_IN_A_TAG)]
    end = f".{spec}" if spec else ""
    return tuple((numbered(ADDED_TAG, number) + end, " ".join(row)) for number, row in enumerate(rows))


def remembered(tags: Iterable[tuple[str, str]], specs: Iterable[str] | None = None) -> frozenset[str]:
    """Return the fingerprints that these tags hold, those of all specs if none are named."""
    wanted = None if specs is None else frozenset(specs)
    return frozenset(
        sign
        for name, value in tags
        if (spec := record_of(name)) is not None and (wanted is None or spec in wanted)
        for sign in value.lower().split()
    )


def recorders(tags: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the names of the specs that have set something there."""
    return frozenset(spec for name, _ in tags if (spec := record_of(name)) is not None)


def record_of(tag: str) -> str | None:
    """Return of which spec a tag of this name holds fingerprints, or `None` if it holds none of ours.

    >>> record_of("acr-identity-added-1.web"), record_of("acr-identity-added"), record_of("team")
    ('web', '', None)
    """
    found = _RECORD.fullmatch(tag)
    return None if found is None else (found["name"] or "").lower()


def has_mark(tags: Iterable[tuple[str, str]]) -> bool:
    """Say whether these are the tags of something that we created."""
    return any(name.lower() == MARK_TAG and value.lower() == CREATED for name, value in tags)


def is_nameless(tags: Iterable[tuple[str, str]]) -> bool:
    """Say whether a spec without a name has set something there, or created it before fields were remembered."""
    tags = tuple(tags)
    known = recorders(tags)
    return "" in known or (has_mark(tags) and not known)


def is_record(tag: str) -> bool:
    """Say whether a tag of this name holds fingerprints of ours."""
    return record_of(tag) is not None


def numbered(tag: str, number: int) -> str:
    """Return the name of the tag that goes on where one is full."""
    return f"{tag}-{number}" if number else tag


def assignment_name(scope: ArmId, principal_id: str, role: AnyRole) -> str:
    """Return the name of the role assignment that we create: the same for the same scope, principal and role.

    Names of role assignments are GUIDs of which each exists once (Role Assignments - Create). A name that follows from
    the content makes a repeated request harmless.
    """
    return str(uuid.uuid5(_NAMESPACE, f"/{str(scope).strip('/').lower()}\n{principal_id.lower()}\n{role.guid}"))
