"""What the caller may do at a scope.

Shape: learn.microsoft.com/rest/api/authorization/permissions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.lookup import existing_scope
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.state import Assignment, RoleDefinition
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.emulator.rights.decision import roles_at

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def list_permissions(call: Call) -> Answer:
    """List what each role of the caller allows, with the condition on it."""
    scope = existing_scope(call.state, call.params["scope"])
    return page(call, [_show(assignment, role) for assignment, role in roles_at(call.state, call.caller.id, scope)])


def _show(assignment: Assignment, role: RoleDefinition) -> JsonObject:
    shown: JsonObject = {
        "actions": [*role.actions],
        "notActions": [*role.not_actions],
        "dataActions": [*role.data_actions],
        "notDataActions": [*role.not_data_actions],
    }
    if assignment.condition:
        shown |= {"condition": assignment.condition, "conditionVersion": assignment.condition_version}
    return shown


ROUTES = (
    Route(
        "GET",
        "/{scope*}/providers/Microsoft.Authorization/permissions",
        list_permissions,
        ApiVersions("2015-07-01"),
        "specification",
    ),
)
