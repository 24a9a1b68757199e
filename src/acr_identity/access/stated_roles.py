"""Roles as a spec states them, by name, GUID or id, and as assignments have them, by GUID."""

from __future__ import annotations

from collections.abc import Mapping

from acr_identity.access.definitions import BUILT_IN
from acr_identity.ids import AnyRole, OtherRole, Role, guid_in
from acr_identity.state import LiveRole

_OURS = {role.guid: role for role in Role}
_BY_NAME = {name.lower(): guid for guid, (name, _) in BUILT_IN.items()}


def is_known(stated: str) -> bool:
    """Say whether a role is one that is known here, so that nobody needs to be asked about it."""
    return guid_in(stated) in BUILT_IN or stated.lower() in _BY_NAME


def role_stated(stated: str, roles: Mapping[str, LiveRole]) -> AnyRole | None:
    """Return the role that a spec means; `None` if it is neither known here nor among the roles that were read.

    Azure does not regard the case of a role's name (Role Definitions - List, `roleName eq`).

    >>> role_stated("acrpull", {})
    <Role.ACR_PULL: 'AcrPull'>
    """
    read = (guid for guid, role in roles.items() if role.name.lower() == stated.lower())
    guid = guid_in(stated) or _BY_NAME.get(stated.lower()) or next(read, "")
    return role_of(guid, roles) if guid else None


def role_of(guid: str, roles: Mapping[str, LiveRole]) -> AnyRole:
    """Return a role by its GUID. One that is neither known here nor was read is called by that."""
    if guid in _OURS:
        return _OURS[guid]
    read = roles.get(guid)
    name = BUILT_IN[guid][0] if guid in BUILT_IN else read.name if read else ""
    return OtherRole(guid, name or f"role {guid}")
