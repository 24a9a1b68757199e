"""Role assignments: made, replaced, found and deleted by scope and name."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.authorization.assignment_filter import selected
from acr_identity.emulator.authorization.principals import principal_kind
from acr_identity.emulator.kernel.arm import is_guid, key, zulu_time
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import existing_scope
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route, is_since
from acr_identity.emulator.kernel.state import Assignment, excluding, including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.rights.conditions import ConditionError, read_condition
from acr_identity.emulator.rights.demand import demand
from acr_identity.emulator.rights.roles import find_role

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import State
    from acr_identity.emulator.kernel.wire import JsonObject

KIND = "Microsoft.Authorization/roleAssignments"
_CONDITIONS_SINCE = "2020-03-01"
_ROLE = "/providers/microsoft.authorization/roledefinitions/"


class PropertiesBody(Body):
    """What a role assignment says."""

    role_definition_id: str
    principal_id: str
    principal_type: str | None = None
    description: str | None = None
    condition: str | None = None
    condition_version: str | None = None
    delegated_managed_identity_resource_id: str | None = None


class AssignmentBody(Body):
    """What a PUT says of a role assignment."""

    properties: PropertiesBody


def show(assignment: Assignment, subscription: str, api_version: str, *, is_new: bool = False) -> JsonObject:
    """Return a role assignment as an api-version shows it. The answer to the PUT that makes it lacks `createdBy`."""
    return {
        "properties": {
            "roleDefinitionId": (
                f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{assignment.role}"
            ),
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_kind,
            "scope": assignment.scope,
            "createdOn": zulu_time(assignment.created),
            "updatedOn": zulu_time(assignment.updated),
            "createdBy": None if is_new else assignment.author,
            "updatedBy": assignment.author,
            **(_later(assignment) if is_since(api_version, _CONDITIONS_SINCE) else {}),
        },
        "id": f"{assignment.scope.rstrip('/')}/providers/{KIND}/{assignment.name}",
        "type": KIND,
        "name": assignment.name,
    }


def _later(assignment: Assignment) -> JsonObject:
    return {
        "condition": assignment.condition,
        "conditionVersion": assignment.condition_version,
        "delegatedManagedIdentityResourceId": assignment.delegated_identity,
        "description": assignment.description,
    }


def put(call: Call) -> Answer:
    """Make one (201), or change description and condition of one (200: not verified)."""
    name = _name(call)
    properties = call.body(AssignmentBody).properties
    _demand(call, properties)
    scope = existing_scope(call.state, call.params["scope"])
    role = _role(call.state, properties.role_definition_id)
    kind = principal_kind(call, properties.principal_id, properties.principal_type)
    _check_condition(properties)
    wanted = Assignment(
        name=name,
        scope=scope,
        role=role,
        principal_id=properties.principal_id,
        principal_kind=kind,
        created=call.now,
        updated=call.now,
        author=call.caller.id,
        description=properties.description,
        condition=properties.condition,
        condition_version=properties.condition_version,
        delegated_identity=properties.delegated_managed_identity_resource_id,
    )
    existing = call.state.assignments.get(name.lower())
    if existing:
        return _replaced(call, existing, wanted)
    _check_conflict(call.state, wanted)
    state = replace(call.state, assignments=including(call.state.assignments, name.lower(), wanted))
    return Change(state, Reply.json(201, show(wanted, call.subscription, call.api_version, is_new=True)))


def get(call: Call) -> Answer:
    """Show a role assignment; 404 also where it is at another scope."""
    found = _find(call)
    if found is None:
        name = call.params["assignment"]
        raise ArmError(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
    return Reply.json(200, show(found, call.subscription, call.api_version))


def delete(call: Call) -> Answer:
    """Delete one: 200 with what was deleted, 204 when there was none."""
    found = _find(call)
    if found is None:
        return Reply(204)
    state = replace(call.state, assignments=excluding(call.state.assignments, found.name.lower()))
    return Change(state, Reply.json(200, show(found, call.subscription, call.api_version)))


def list_assignments(call: Call) -> Answer:
    """List those that a `$filter` selects."""
    scope = existing_scope(call.state, call.params["scope"])
    found = selected(call.state, scope, call.request.parameter("$filter"))
    return page(call, [show(one, call.subscription, call.api_version) for one in found])


def _demand(call: Call, properties: PropertiesBody) -> None:
    """Ask for the right here, not by the route: a condition may limit which roles the caller may give to whom."""
    attributes = {
        "RoleDefinitionId": properties.role_definition_id.rstrip("/").rpartition("/")[2],
        "PrincipalId": properties.principal_id,
        "PrincipalType": properties.principal_type or "User",
    }
    asked = {f"{KIND}:{name}".lower(): value for name, value in attributes.items()}
    demand(call, f"{KIND}/write", call.request.decoded_path, asked)


def _name(call: Call) -> str:
    name = call.params["assignment"]
    if not is_guid(name):
        message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        raise bad_request("InvalidRoleAssignmentId", message)
    return name


def _role(state: State, written: str) -> str:
    if is_guid(written):
        raise bad_request("BadRequestFormat", "The request was incorrectly formatted.")
    guid = written.rstrip("/").rpartition("/")[2]
    if _ROLE not in written.lower() or not is_guid(guid):
        raise bad_request("InvalidRoleDefinitionId", f"The role definition ID '{guid}' is not valid.")
    role = find_role(state, guid)
    if role is None:
        message = f"The specified role definition with ID '{guid.replace('-', '')}' does not exist."
        raise bad_request("RoleDefinitionDoesNotExist", message)
    return role.id


def _check_condition(properties: PropertiesBody) -> None:
    if properties.condition is None and properties.condition_version is None:
        return
    if not properties.condition or properties.condition_version != "2.0" or not _is_condition(properties.condition):
        raise bad_request("InvalidCondition", "The given role assignment condition is invalid.")


def _is_condition(written: str) -> bool:
    try:
        read_condition(written)
    except ConditionError:
        return False
    return True


def _check_conflict(state: State, wanted: Assignment) -> None:
    for one in state.assignments.values():
        if _content(one) == _content(wanted):
            conflicting = one.name.replace("-", "")
            message = f"The role assignment already exists. The ID of the conflicting role assignment is {conflicting}."
            raise ArmError(409, "RoleAssignmentExists", message)


def _content(one: Assignment) -> tuple[str, str, str]:
    return key(one.scope), one.role, one.principal_id.lower()


def _replaced(call: Call, existing: Assignment, wanted: Assignment) -> Change:
    if _content(existing) != _content(wanted):
        message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
        raise bad_request("RoleAssignmentUpdateNotPermitted", message)
    changed = replace(wanted, name=existing.name, created=existing.created, author=existing.author)
    state = replace(call.state, assignments=including(call.state.assignments, existing.name.lower(), changed))
    return Change(state, Reply.json(200, show(changed, call.subscription, call.api_version)))


def _find(call: Call) -> Assignment | None:
    found = call.state.assignments.get(_name(call).lower())
    return found if found and key(found.scope) == key(call.params["scope"]) else None


_VERSIONS = ApiVersions("2015-07-01")
_LIST = f"/{{scope*}}/providers/{KIND}"
_ONE = f"{_LIST}/{{assignment}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "recording"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", f"{KIND}/delete"),
    Route("GET", _LIST, list_assignments, _VERSIONS, "recording", f"{KIND}/read"),
)
