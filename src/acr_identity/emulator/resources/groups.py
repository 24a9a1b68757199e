"""Resource groups."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import GROUPS, group_id, subscription_id
from acr_identity.emulator.kernel.arm_errors import group_not_found, invalid_filter
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.long_running import ask_again, begin, show_result
from acr_identity.emulator.kernel.lookup import check_name, group_of, location_for
from acr_identity.emulator.kernel.odata_filter import Comparison, FilterError, Text, read_filter
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.removal import without_group
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.state import Group, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import Tags

NAME = r"[\w().-]{0,89}[\w()-]"


class GroupBody(Body):
    """What a PUT or PATCH of a resource group says."""

    location: str | None = None
    tags: dict[str, str] | None = None


def show_group(group: Group) -> JsonObject:
    """Return a resource group on the wire."""
    return {
        "id": group.id,
        "name": group.name,
        "type": GROUPS,
        "location": group.location,
        "tags": dict(group.tags),
        "properties": {"provisioningState": "Succeeded"},
    }


def put_group(call: Call) -> Answer:
    """Create (201) or update (200)."""
    name = call.params["group"]
    check_name(GROUPS, name, NAME)
    body = call.body(GroupBody)
    existing = call.state.groups.get(name.lower())
    location = location_for(call, body.location, existing.location if existing else None)
    made = existing or Group(group_id(call.subscription, name), name, location, {})
    return _saved(call, replace(made, tags=body.tags or {}), 200 if existing else 201)


def patch_group(call: Call) -> Answer:
    """Replace the tags."""
    group = group_of(call)
    body = call.body(GroupBody)
    return _saved(call, group if body.tags is None else replace(group, tags=body.tags), 200)


def get_group(call: Call) -> Answer:
    """Show a resource group."""
    return Reply.json(200, show_group(group_of(call)))


def head_group(call: Call) -> Answer:
    """Tell whether there is one: 204 or 404."""
    return Reply(204 if call.params["group"].lower() in call.state.groups else 404)


def delete_group(call: Call) -> Answer:
    """Delete one with all that is in it: 202 and a `Location` to ask."""
    group = call.state.groups.get(call.params["group"].lower())
    if group is None:
        raise group_not_found(call.params["group"])
    state, operation = begin(call, without_group(call.state, group, call.now), "", "Deleting")
    if operation is None:
        return Change(state, Reply(200))
    place = f"{subscription_id(call.subscription)}/operationresults/{operation.id}"
    return Change(state, Reply(202, ask_again(call, "Location", place)))


def list_groups(call: Call) -> Answer:
    """List them; `$filter` may compare `tagName` and `tagValue`, `$top` limits a page."""
    wanted = tag_filter(call.request.parameter("$filter"))
    found = [
        show_group(group)
        for _, group in sorted(call.state.groups.items())
        if wanted is None or is_tagged(group.tags, *wanted)
    ]
    return page(call, found, size=top_of(call))


def tag_filter(expression: str) -> tuple[str, str | None] | None:
    """Return the name and the value of a tag that a `$filter` wants; `None` when it is empty.

    Raises:
        ArmError: 400 when it says anything else.
    """
    try:
        terms = read_filter(expression).all_of
    except FilterError:
        raise invalid_filter(expression) from None
    match terms:
        case ():
            return None
        case (Comparison("tagname", "eq", Text(name)),):
            return name, None
        case (Comparison("tagname", "eq", Text(name)), Comparison("tagvalue", "eq", Text(value))):
            return name, value
        case _:
            raise invalid_filter(expression)


def is_tagged(tags: Tags, name: str, value: str | None) -> bool:
    """Say whether there is a tag of this name, casing aside, and with this value if one is given."""
    has = {tag.lower(): text for tag, text in tags.items()}
    return name.lower() in has and (value is None or has[name.lower()] == value)


def _saved(call: Call, group: Group, status: int) -> Change:
    state = replace(call.state, groups=including(call.state.groups, group.name.lower(), group))
    return Change(state, Reply.json(status, show_group(group)))


_VERSIONS = ApiVersions("2014-04-01")
_SUBSCRIPTION = "/subscriptions/{subscription}"
_GROUPS = f"{_SUBSCRIPTION}/resourceGroups"
_GROUP = f"{_GROUPS}/{{group}}"
_RIGHT = "Microsoft.Resources/subscriptions/resourceGroups"

ROUTES = (
    Route("GET", _GROUP, get_group, _VERSIONS, "recording", f"{_RIGHT}/read"),
    Route("PUT", _GROUP, put_group, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("PATCH", _GROUP, patch_group, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("HEAD", _GROUP, head_group, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route("DELETE", _GROUP, delete_group, _VERSIONS, "specification", f"{_RIGHT}/delete"),
    Route("GET", _GROUPS, list_groups, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", show_result, _VERSIONS, "specification"),
)
