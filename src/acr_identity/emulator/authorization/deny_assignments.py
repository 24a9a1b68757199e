"""Deny assignments: shown and listed, and those of customers made and deleted too.

Source: learn.microsoft.com/azure/role-based-access-control/deny-assignments-rest; for those of customers, what
`az role deny-assignment` says of the service (Azure/azure-cli#33109).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from acr_identity.emulator.authorization.assignment_filter import chosen, read_choice
from acr_identity.emulator.kernel.arm import is_guid, key, zulu_time
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.denials import EVERYONE, DenyAssignment, NamedPrincipal
from acr_identity.emulator.kernel.lookup import existing_scope
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route, is_since
from acr_identity.emulator.kernel.state import excluding, including
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from acr_identity.emulator.rights.conditions import ConditionError, read_condition
from acr_identity.emulator.rights.membership import ids_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.call import Answer, Call

KIND = "Microsoft.Authorization/denyAssignments"
_EFFECT_SINCE = "2024-07-01"


class PermissionBody(Body):
    """What it takes away."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


class PrincipalBody(Body):
    """Somebody."""

    id: str
    type: str | None = None


class PropertiesBody(Body):
    """What a deny assignment says."""

    deny_assignment_name: str
    description: str | None = None
    permissions: list[PermissionBody]
    principals: list[PrincipalBody]
    exclude_principals: tuple[PrincipalBody, ...] = ()
    do_not_apply_to_child_scopes: bool | None = None
    condition: str | None = None
    condition_version: str | None = None
    deny_assignment_effect: Literal["enforced", "audit"] | None = None


class DenyAssignmentBody(Body):
    """What a PUT says of a deny assignment."""

    properties: PropertiesBody


def put(call: Call) -> Answer:
    """Make one of a customer (201), or replace it (200)."""
    name = _name(call)
    scope = existing_scope(call.state, call.params["scope"])
    properties = call.body(DenyAssignmentBody).properties
    _check(call, properties)
    existing = call.state.denials.get(name)
    if existing is not None and existing.is_system_protected:
        raise _protected(existing)
    denial = _made(call, name, scope, properties)
    if existing is not None:
        denial = replace(denial, created=existing.created)
    state = replace(call.state, denials=including(call.state.denials, name, denial))
    return Change(state, Reply.json(200 if existing else 201, _show(denial, call.api_version)))


def get(call: Call) -> Answer:
    """Show one of exactly this scope."""
    found = _find(call)
    if found is None:
        name = call.params["denial"]
        raise ArmError(404, "DenyAssignmentNotFound", f"The deny assignment '{name}' is not found.")
    return Reply.json(200, _show(found, call.api_version))


def delete(call: Call) -> Answer:
    """Delete one of a customer: 200, or 204 when there was none."""
    found = _find(call)
    if found is None:
        return Reply(204)
    if found.is_system_protected:
        raise _protected(found)
    state = replace(call.state, denials=excluding(call.state.denials, found.name.lower()))
    return Change(state, Reply.json(200, _show(found, call.api_version)))


def list_denials(call: Call) -> Answer:
    """List those that a `$filter` selects; without one, those at a scope, above and below it."""
    scope = existing_scope(call.state, call.params["scope"])
    choice = read_choice(call.request.parameter("$filter"))
    found = [one for _, one in sorted(call.state.denials.items()) if chosen(one.scope, scope, choice)]
    if choice.principal:
        found = [one for one in found if choice.principal in {named.id.lower() for named in one.principals}]
    if choice.assigned_to:
        ids = ids_of(call.state, choice.assigned_to)
        found = [one for one in found if one.is_for(ids)]
    if choice.display:
        found = [one for one in found if one.display.lower() == choice.display]
    return page(call, [_show(one, call.api_version) for one in found])


def _show(denial: DenyAssignment, api_version: str) -> JsonObject:
    effect: JsonObject = {"denyAssignmentEffect": "audit" if denial.is_audit else "enforced"}
    return {
        "properties": {
            "denyAssignmentName": denial.display,
            "description": denial.description,
            "permissions": [
                {
                    "actions": list(denial.actions),
                    "notActions": list(denial.not_actions),
                    "dataActions": list(denial.data_actions),
                    "notDataActions": list(denial.not_data_actions),
                }
            ],
            "scope": denial.scope,
            "doNotApplyToChildScopes": denial.is_here_only,
            "principals": _named(denial.principals),
            "excludePrincipals": _named(denial.excluded),
            "isSystemProtected": denial.is_system_protected,
            "condition": denial.condition,
            "conditionVersion": denial.condition_version,
            "createdOn": zulu_time(denial.created),
            "updatedOn": zulu_time(denial.updated),
            "createdBy": denial.author,
            "updatedBy": denial.author,
            **(effect if is_since(api_version, _EFFECT_SINCE) else {}),
        },
        "id": f"{denial.scope.rstrip('/')}/providers/{KIND}/{denial.name}",
        "type": KIND,
        "name": denial.name,
    }


def _named(principals: Iterable[NamedPrincipal]) -> list[Json]:
    return [{"id": one.id, "type": one.kind} for one in principals]


def _made(call: Call, name: str, scope: str, properties: PropertiesBody) -> DenyAssignment:
    permission = properties.permissions[0]
    return DenyAssignment(
        name,
        scope,
        properties.deny_assignment_name,
        call.now,
        call.now,
        call.caller.id,
        permission.actions,
        permission.not_actions,
        principals=_principals(properties.principals),
        excluded=_principals(properties.exclude_principals),
        is_system_protected=False,
        is_audit=properties.deny_assignment_effect == "audit",
        description=properties.description,
        condition=properties.condition,
        condition_version=properties.condition_version,
    )


def _principals(bodies: Iterable[PrincipalBody]) -> tuple[NamedPrincipal, ...]:
    return tuple(NamedPrincipal(one.id, one.type or "") for one in bodies)


def _check(call: Call, properties: PropertiesBody) -> None:
    """Refuse what a customer may not deny."""
    if len(properties.permissions) != 1 or not properties.permissions[0].actions:
        raise _refused("it needs one permission, with actions")
    permission = properties.permissions[0]
    if permission.data_actions or permission.not_data_actions:
        raise _refused("it cannot deny data actions")
    if any(action.lower() in {"*", "*/read"} for action in permission.actions):
        raise _refused("it cannot deny all that is read")
    if properties.do_not_apply_to_child_scopes:
        raise _refused("it cannot be kept from child scopes")
    _check_principals(call, properties)
    if properties.condition is not None:
        _check_condition(properties)


def _check_principals(call: Call, properties: PropertiesBody) -> None:
    named = properties.principals
    if len(named) != 1:
        raise _refused("it is for all principals or for one")
    if named[0].id == EVERYONE:
        if named[0].type != "SystemDefined" or not properties.exclude_principals:
            raise _refused("one that is for all principals is of type SystemDefined, and excludes somebody")
        return
    known = call.state.directory.get(named[0].id.lower())
    if named[0].type not in {"User", "ServicePrincipal"} or (known is not None and known.kind == "Group"):
        raise _refused("the principal must be a User or a ServicePrincipal")


def _check_condition(properties: PropertiesBody) -> None:
    try:
        read_condition(properties.condition or "")
    except ConditionError:
        raise _refused("its condition is invalid") from None
    if properties.condition_version != "2.0":
        raise _refused("its condition is invalid")


def _refused(reason: str) -> ArmError:
    return bad_request("InvalidDenyAssignment", f"The deny assignment is not valid: {reason}.")


def _protected(denial: DenyAssignment) -> ArmError:
    message = f"The deny assignment '{denial.display}' is protected by the system and cannot be changed or deleted."
    return bad_request("DenyAssignmentIsSystemProtected", message)


def _name(call: Call) -> str:
    name = call.params["denial"].lower()
    if not is_guid(name):
        raise bad_request("InvalidDenyAssignmentId", f"The deny assignment ID '{name}' is not valid.")
    return name


def _find(call: Call) -> DenyAssignment | None:
    found = call.state.denials.get(_name(call))
    return found if found and key(found.scope) == key(call.params["scope"]) else None


_VERSIONS = ApiVersions("2018-07-01")
_WRITES = ApiVersions(_EFFECT_SINCE)
_LIST = f"/{{scope*}}/providers/{KIND}"
_ONE = f"{_LIST}/{{denial}}"

ROUTES = (
    Route("PUT", _ONE, put, _WRITES, "specification", f"{KIND}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("DELETE", _ONE, delete, _WRITES, "specification", f"{KIND}/delete"),
    Route("GET", _LIST, list_denials, _VERSIONS, "documentation", f"{KIND}/read"),
)
