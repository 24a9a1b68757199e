"""Role definitions: read only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.arm import zulu_time
from acr_identity.emulator.authorization.roles import all_roles, find_role
from acr_identity.emulator.clock import START
from acr_identity.emulator.errors import ArmError
from acr_identity.emulator.odata import comparisons
from acr_identity.emulator.paging import page
from acr_identity.emulator.routing import ApiVersions, Route
from acr_identity.emulator.wire import Reply

if TYPE_CHECKING:
    from acr_identity.emulator.call import Answer, Call
    from acr_identity.emulator.state import RoleDefinition
    from acr_identity.emulator.wire import JsonObject

KIND = "Microsoft.Authorization/roleDefinitions"
_FILTERS = frozenset({"rolename", "type"})


def show(role: RoleDefinition, subscription: str) -> JsonObject:
    """A role on the wire. Its id is given below the subscription, as role assignments give it."""
    made = zulu_time(START.timestamp())
    return {
        "properties": {
            "roleName": role.name,
            "type": "BuiltInRole" if role.built_in else "CustomRole",
            "description": role.description,
            "assignableScopes": ["/" if role.built_in else f"/subscriptions/{subscription}"],
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                    "notDataActions": list(role.not_data_actions),
                }
            ],
            "createdOn": made,
            "updatedOn": made,
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
    """List them; `$filter` may compare `roleName` and `type`, whatever the casing of the value."""
    wanted = comparisons(call.request.parameter("$filter").replace("atScope()", "").strip(), _FILTERS)
    found = [
        show(role, call.subscription)
        for role in all_roles(call.state)
        if wanted.get("rolename", role.name).lower() == role.name.lower()
        and (wanted.get("type", "").lower() in {"", "builtinrole" if role.built_in else "customrole"})
    ]
    return page(call, found)


_VERSIONS = ApiVersions("2015-07-01")
_LIST = f"/{{scope*}}/providers/{KIND}"

ROUTES = (
    Route("GET", f"{_LIST}/{{role}}", get, _VERSIONS, "recording", f"{KIND}/read"),
    Route("GET", _LIST, list_roles, _VERSIONS, "recording", f"{KIND}/read"),
)
