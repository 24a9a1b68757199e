"""The marks by which we know our own work, and the names that we give.

What can carry a tag or a description says itself that we made it. What cannot (an identity of somebody else's task, a
credential in it, a vault's access policy) is remembered in a tag of the task for which it was added, as fingerprints:
a tag holds 256 characters, ids are longer.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids.arm import ArmId
    from acr_identity.ids.roles import Role

MARK_TAG = "acr-identity"
"""The tag on an identity or a task that we created; its value is `CREATED`."""
CREATED = "created"
ADDED_TAG = "acr-identity-added"
"""The tag on a task that lists, as fingerprints, what we added for it."""

WAIT_TAG = "acr-identity-waits"
"""The tag on a task that we keep disabled until its grants are made; its value is `WAITS`."""
WAITS = "grants"

_SIGNS_IN_A_TAG = 23
_DESCRIPTION = "acr_identity: "
_NAMESPACE = uuid.UUID("5b1f2a0e-3f0c-5c53-9a53-0f8f3c2d9b11")


def describe(reason: str) -> str:
    """Return the description of a role assignment of ours: our mark and the reason."""
    return _DESCRIPTION + reason


def is_described_by_us(description: str) -> bool:
    """Say whether a role assignment's description carries our mark."""
    return description.startswith(_DESCRIPTION)


def fingerprint(kind: str, name: str) -> str:
    """Return the short sign under which something we added is remembered, whatever the case of its name."""
    return hashlib.sha256(f"{kind}\n{name.lower()}".encode()).hexdigest()[:10]


def remember(added: frozenset[str]) -> tuple[tuple[str, str], ...]:
    """Return the tags that hold these fingerprints; several, where one tag would be too long.

    >>> remember(frozenset({"b", "a"}))
    (('acr-identity-added', 'a b'),)
    """
    signs = sorted(added)
    rows = [signs[start : start + _SIGNS_IN_A_TAG] for start in range(0, len(signs), _SIGNS_IN_A_TAG)]
    return tuple((ADDED_TAG + (f"-{number}" if number else ""), " ".join(row)) for number, row in enumerate(rows))


def remembered(tags: Iterable[tuple[str, str]]) -> frozenset[str]:
    """Return the fingerprints that these tags hold."""
    return frozenset(sign for name, value in tags if is_record(name) for sign in value.split())


def is_record(tag: str) -> bool:
    """Say whether a tag of this name holds fingerprints of ours."""
    return tag.lower() == ADDED_TAG or tag.lower().startswith(ADDED_TAG + "-")


def assignment_name(scope: ArmId, principal_id: str, role: Role) -> str:
    """Return the name of the role assignment that we create: the same for the same scope, principal and role.

    Names of role assignments are GUIDs of which each exists once (Role Assignments - Create). A name that follows from
    the content makes a repeated request harmless.
    """
    return str(uuid.uuid5(_NAMESPACE, f"/{str(scope).strip('/').lower()}\n{principal_id.lower()}\n{role.guid}"))
