"""Access policies: what add, replace and remove do to a list of entries. Pure.

An entry belongs to a tenant, an object and perhaps an application; casing of ids and permissions does not count.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_guid
from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.call import Body
from acr_identity.emulator.kernel.wire import section, text

if TYPE_CHECKING:
    from collections.abc import Callable

    from acr_identity.emulator.kernel.wire import Json, JsonObject

LIMIT = 1024
_COMMON = "all get list delete backup restore recover purge"
_KNOWN = {
    "keys": (
        f"{_COMMON} encrypt decrypt wrapKey unwrapKey sign verify create update import release rotate "
        "getrotationpolicy setrotationpolicy"
    ),
    "secrets": f"{_COMMON} set",
    "certificates": (
        f"{_COMMON} create import update managecontacts getissuers listissuers setissuers deleteissuers manageissuers"
    ),
    "storage": f"{_COMMON} set update regeneratekey setsas listsas getsas deletesas",
}


class PermissionsBody(Body):
    """What an entry allows."""

    keys: list[str] | None = None
    secrets: list[str] | None = None
    certificates: list[str] | None = None
    storage: list[str] | None = None


class EntryBody(Body):
    """Whom an access policy is for, and what it allows."""

    tenant_id: str
    object_id: str
    application_id: str | None = None
    permissions: PermissionsBody


def checked(bodies: list[EntryBody]) -> tuple[JsonObject, ...]:
    """Return the entries as JSON, without nulls.

    Raises:
        ArmError: 400 for ids that are no GUIDs, unknown permissions, too many entries.
    """
    if len(bodies) > LIMIT:
        raise bad_request("BadRequest", f"A vault holds at most {LIMIT} access policies.")
    return tuple(_checked(body) for body in bodies)


def added(entries: tuple[JsonObject, ...], given: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
    """Return each given entry united with the one that is there."""
    return _changed(entries, given, _united)


def replaced(entries: tuple[JsonObject, ...], given: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
    """Return each given entry in place of the one that is there; the others stay."""
    return _changed(entries, given, lambda _, new: new)


def removed(entries: tuple[JsonObject, ...], given: tuple[JsonObject, ...]) -> tuple[JsonObject, ...]:
    """Return each given permission taken away; an entry without permissions goes."""
    kept = list(entries)
    for entry in given:
        kept = [_less(one, entry) if whose(one) == whose(entry) else one for one in kept]
    return tuple(entry for entry in kept if _allows_anything(entry))


def whose(entry: JsonObject) -> tuple[str, str, str]:
    """Return whom an entry is for, comparable."""
    return text(entry, "tenantId").lower(), text(entry, "objectId").lower(), text(entry, "applicationId").lower()


def allows(entry: JsonObject, kind: str, permission: str) -> bool:
    """Say whether an entry has a permission, by name or by `all`."""
    return bool({permission.lower(), "all"} & {one.lower() for one in _permissions(entry, kind)})


def _checked(body: EntryBody) -> JsonObject:
    for guid in (body.tenant_id, body.object_id, body.application_id or body.object_id):
        if not is_guid(guid):
            raise bad_request("BadRequest", f"An invalid value was provided for an access policy: '{guid}' is no GUID.")
    permissions: JsonObject = {}
    for kind, given in body.permissions.given().items():
        if isinstance(given, list):
            _check_permissions(kind, given)
            permissions[kind] = given
    entry: JsonObject = {"tenantId": body.tenant_id, "objectId": body.object_id}
    if body.application_id is not None:
        entry["applicationId"] = body.application_id
    return {**entry, "permissions": permissions}


def _check_permissions(kind: str, given: list[Json]) -> None:
    known = _KNOWN[kind].lower().split()
    for permission in given:
        if str(permission).lower() not in known:
            message = f"An invalid value was provided for 'accessPolicies': '{permission}' is no permission for {kind}."
            raise bad_request("BadRequest", message)


def _changed(
    entries: tuple[JsonObject, ...],
    given: tuple[JsonObject, ...],
    change: Callable[[JsonObject, JsonObject], JsonObject],
) -> tuple[JsonObject, ...]:
    merged = {whose(entry): entry for entry in entries}
    for entry in given:
        old = merged.get(whose(entry))
        merged[whose(entry)] = change(old, entry) if old is not None else entry
    if len(merged) > LIMIT:
        raise bad_request("BadRequest", f"A vault holds at most {LIMIT} access policies.")
    return tuple(merged.values())


def _united(old: JsonObject, new: JsonObject) -> JsonObject:
    kinds = dict.fromkeys((*section(old, "permissions"), *section(new, "permissions")))
    permissions: JsonObject = {kind: _union(_permissions(old, kind), _permissions(new, kind)) for kind in kinds}
    return {**old, "permissions": permissions}


def _union(old: tuple[str, ...], new: tuple[str, ...]) -> list[Json]:
    merged = {one.lower(): one for one in new} | {one.lower(): one for one in old}
    order = dict.fromkeys((*(one.lower() for one in old), *(one.lower() for one in new)))
    return [merged[one] for one in order]


def _less(old: JsonObject, taken: JsonObject) -> JsonObject:
    permissions: JsonObject = {}
    for kind in section(old, "permissions"):
        gone = {one.lower() for one in _permissions(taken, kind)}
        left: list[Json] = [one for one in _permissions(old, kind) if one.lower() not in gone]
        permissions[kind] = left
    return {**old, "permissions": permissions}


def _allows_anything(entry: JsonObject) -> bool:
    return any(_permissions(entry, kind) for kind in section(entry, "permissions"))


def _permissions(entry: JsonObject, kind: str) -> tuple[str, ...]:
    found = section(entry, "permissions").get(kind)
    return tuple(str(one) for one in found) if isinstance(found, list) else ()
