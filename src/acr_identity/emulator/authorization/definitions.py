"""Role definitions: the built-in ones are shown, custom ones are made, changed and deleted besides."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import is_guid, is_within, key, subscription_id, zulu_time
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request, invalid_filter
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.clock import START
from acr_identity.emulator.kernel.odata_filter import Comparison, FilterError, Function, Text, read_filter
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.state import RoleDefinition, State, excluding, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply
from acr_identity.emulator.rights.roles import all_roles, find_role

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

KIND = "Microsoft.Authorization/roleDefinitions"


class PermissionBody(Body):
    """What a custom role allows."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


class PropertiesBody(Body):
    """What a custom role says."""

    role_name: str
    description: str | None = None
    permissions: list[PermissionBody]
    assignable_scopes: list[str]


class RoleBody(Body):
    """What a PUT says of a role."""

    properties: PropertiesBody


def show(role: RoleDefinition, subscription: str) -> JsonObject:
    """Return a role on the wire. Its id is given below the subscription, as role assignments give it."""
    return {
        "properties": {
            "roleName": role.name,
            "type": _type_of(role),
            "description": role.description,
            "assignableScopes": [*_scopes(role, subscription)],
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                    "notDataActions": list(role.not_data_actions),
                }
            ],
            "createdOn": zulu_time(role.created or START.timestamp()),
            "updatedOn": zulu_time(role.updated or START.timestamp()),
            "createdBy": None,
            "updatedBy": None,
        },
        "id": f"/subscriptions/{subscription}/providers/{KIND}/{role.id}",
        "type": KIND,
        "name": role.id,
    }


def get(call: Call) -> Answer:
    """Show one, found by its GUID."""
    name = call.params["role"]
    role = find_role(call.state, name)
    if role is None:
        raise ArmError(
            404, "RoleDefinitionDoesNotExist", f"The specified role definition with ID '{name}' does not exist."
        )
    return Reply.json(200, show(role, call.subscription))


def list_roles(call: Call) -> Answer:
    """List those that can be given at a scope; `$filter` may compare `roleName` and `type`, casing aside."""
    wanted = _wanted(call.request.parameter("$filter"))
    found = [role for role in all_roles(call.state) if _is_seen(role, call) and _has(role) >= wanted]
    return page(call, [show(role, call.subscription) for role in found])


def put(call: Call) -> Answer:
    """Make a custom role or change it: 201 in both cases."""
    name = call.params["role"].lower()
    if not is_guid(name):
        raise bad_request("InvalidRoleDefinitionId", f"The role definition ID '{name}' is not valid.")
    properties = call.body(RoleBody).properties
    existing = find_role(call.state, name)
    if existing and existing.built_in:
        raise bad_request("RoleDefinitionUpdateNotPermitted", f"The built-in role '{existing.name}' cannot be changed.")
    _check(call.state, name, properties)
    permission = properties.permissions[0]
    role = RoleDefinition(
        id=name,
        name=properties.role_name,
        description=properties.description or "",
        actions=permission.actions,
        not_actions=permission.not_actions,
        data_actions=permission.data_actions,
        not_data_actions=permission.not_data_actions,
        built_in=False,
        assignable_scopes=tuple(properties.assignable_scopes),
        created=existing.created if existing else call.now,
        updated=call.now,
    )
    state = replace(call.state, roles=including(call.state.roles, name, role))
    return Change(state, Reply.json(201, show(role, call.subscription)))


def delete(call: Call) -> Answer:
    """Delete a custom role that nobody has: 200 with what was deleted, 204 when there was none."""
    role = find_role(call.state, call.params["role"])
    if role is None:
        return Reply(204)
    if role.built_in:
        raise bad_request("RoleDefinitionDeleteNotPermitted", f"The built-in role '{role.name}' cannot be deleted.")
    if any(one.role == role.id for one in call.state.assignments.values()):
        message = "There are existing role assignments referencing role (code: RoleDefinitionHasAssignments)"
        raise bad_request("RoleDefinitionHasAssignments", message)
    state = replace(call.state, roles=excluding(call.state.roles, role.id))
    return Change(state, Reply.json(200, show(role, call.subscription)))


def _scopes(role: RoleDefinition, subscription: str) -> tuple[str, ...]:
    if role.built_in:
        return ("/",)
    return role.assignable_scopes or (subscription_id(subscription),)


def _wanted(expression: str) -> frozenset[tuple[str, str]]:
    try:
        terms = read_filter(expression).all_of
    except FilterError:
        raise invalid_filter(expression) from None
    wanted: set[tuple[str, str]] = set()
    for term in terms:
        match term:
            case Comparison("rolename" | "type" as name, "eq", Text(value)):
                wanted.add((name, value.lower()))
            case Function("atscope", ()):
                pass
            case _:
                raise invalid_filter(expression)
    return frozenset(wanted)


def _has(role: RoleDefinition) -> frozenset[tuple[str, str]]:
    return frozenset({("rolename", role.name.lower()), ("type", _type_of(role).lower())})


def _type_of(role: RoleDefinition) -> str:
    return "BuiltInRole" if role.built_in else "CustomRole"


def _is_seen(role: RoleDefinition, call: Call) -> bool:
    scope = call.params["scope"]
    return any(
        written == "/" or is_within(scope, written) or is_within(written, scope)
        for written in _scopes(role, call.subscription)
    )


def _check(state: State, name: str, properties: PropertiesBody) -> None:
    if len(properties.permissions) != 1:
        raise bad_request("InvalidRoleDefinition", "A custom role needs one entry in 'permissions'.")
    below = key(subscription_id(state.subscription))
    if not properties.assignable_scopes or not all(is_within(one, below) for one in properties.assignable_scopes):
        message = f"The assignable scopes of a custom role must be at or below '{below}'."
        raise bad_request("InvalidAssignableScopes", message)
    if any(one.name.lower() == properties.role_name.lower() and one.id != name for one in all_roles(state)):
        message = (
            "The custom role cannot be created. A custom role with the same name already exists in this directory. "
            "Use a different name (code: RoleDefinitionWithSameNameExists)"
        )
        raise ArmError(409, "RoleDefinitionWithSameNameExists", message)


_VERSIONS = ApiVersions("2015-07-01")
_LIST = f"/{{scope*}}/providers/{KIND}"
_ONE = f"{_LIST}/{{role}}"

ROUTES = (
    Route("GET", _ONE, get, _VERSIONS, "recording", f"{KIND}/read"),
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{KIND}/write"),
    Route("DELETE", _ONE, delete, _VERSIONS, "specification", f"{KIND}/delete"),
    Route("GET", _LIST, list_roles, _VERSIONS, "recording", f"{KIND}/read"),
)
