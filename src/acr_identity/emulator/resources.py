"""Microsoft.Resources: resource groups, and the list of all resources."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.arm import GROUPS, IDENTITIES, REGISTRIES, TASKS, VAULTS, group_id, is_within
from acr_identity.emulator.call import Body, Change
from acr_identity.emulator.errors import group_not_found
from acr_identity.emulator.lookup import check_name, group_of, location_for
from acr_identity.emulator.odata import comparisons
from acr_identity.emulator.operations import AT_ONCE, begin, show_result
from acr_identity.emulator.paging import page
from acr_identity.emulator.registries import without_registry
from acr_identity.emulator.routing import ApiVersions, Route
from acr_identity.emulator.state import Group, State, excluding, including
from acr_identity.emulator.vaults.handlers import without_vault
from acr_identity.emulator.wire import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from acr_identity.emulator.call import Answer, Call
    from acr_identity.emulator.state import Tags
    from acr_identity.emulator.wire import JsonObject

NAME = r"[\w().-]{0,89}[\w()-]"
_FILTERS = frozenset({"resourcetype", "name", "resourcegroup"})
_TAG_FILTER = re.compile(r"tagName\s+eq\s+'([^']*)'(?:\s+and\s+tagValue\s+eq\s+'([^']*)')?", re.IGNORECASE)


class GroupBody(Body):
    """What a PUT or PATCH of a resource group says."""

    location: str | None = None
    tags: dict[str, str] | None = None


def show_group(group: Group) -> JsonObject:
    """A resource group on the wire."""
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
    """Show one."""
    return Reply.json(200, show_group(group_of(call)))


def head_group(call: Call) -> Answer:
    """Tell whether there is one: 204 or 404."""
    return Reply(204 if call.params["group"].lower() in call.state.groups else 404)


def delete_group(call: Call) -> Answer:
    """Delete one with all that is in it: 202 and a `Location` to ask."""
    group = call.state.groups.get(call.params["group"].lower())
    if group is None:
        raise group_not_found(call.params["group"])
    state, operation = begin(call, without_group(call.state, group), "", "Deleting")
    if operation is None:
        return Change(state, Reply(200))
    link = (
        f"{call.request.base}/subscriptions/{call.subscription}/operationresults/{operation.id}"
        f"?api-version={call.api_version}"
    )
    return Change(state, Reply(202, (("Location", link), AT_ONCE)))


def list_groups(call: Call) -> Answer:
    """List them; `$filter` may compare `tagName` and `tagValue`."""
    wanted = _TAG_FILTER.fullmatch(call.request.parameter("$filter").strip())
    found = [
        show_group(group)
        for _, group in sorted(call.state.groups.items())
        if wanted is None or _is_tagged(group.tags, wanted[1], wanted[2])
    ]
    return page(call, found)


def without_group(state: State, group: Group) -> State:
    """The state without a resource group and all that is in it."""
    for registry in state.registries.values():
        if is_within(registry.id, group.id):
            state = without_registry(state, registry)
    for vault in state.vaults.values():
        if is_within(vault.id, group.id):
            state = without_vault(state, vault)
    gone = {name: one for name, one in state.identities.items() if is_within(one.id, group.id)}
    return replace(
        state,
        groups=excluding(state.groups, group.name.lower()),
        identities=excluding(state.identities, *gone),
        directory=excluding(state.directory, *(one.principal_id for one in gone.values())),
        assignments={name: one for name, one in state.assignments.items() if not is_within(one.scope, group.id)},
    )


def list_resources(call: Call) -> Answer:
    """List all resources; `$filter` compares `resourceType`, `name`, `resourceGroup`, or `tagName` and `tagValue`."""
    return _listed(call, "")


def list_in_group(call: Call) -> Answer:
    """The same list for one resource group."""
    return _listed(call, group_of(call).name)


def _listed(call: Call, group: str) -> Reply:
    written = call.request.parameter("$filter").strip()
    tagged = _TAG_FILTER.fullmatch(written)
    wanted = {} if tagged else comparisons(written, _FILTERS)
    found = [
        shown
        for where, tags, shown in _all(call.state)
        if (not group or where.lower() == group.lower())
        and _matches(shown, where, wanted)
        and (tagged is None or _is_tagged(tags, tagged[1], tagged[2]))
    ]
    return page(call, sorted(found, key=lambda shown: str(shown["id"]).lower()))


def _all(state: State) -> Iterator[tuple[str, Tags, JsonObject]]:
    for kind, held in ((REGISTRIES, state.registries), (VAULTS, state.vaults), (IDENTITIES, state.identities)):
        for one in held.values():
            yield one.group, one.tags, _entry(one.id, one.name, kind, one.location, one.tags)
    for task in state.tasks.values():
        tags = task.tags or {}
        yield task.group, tags, _entry(task.id, f"{task.registry}/{task.name}", TASKS, task.location, tags)


def _entry(own: str, name: str, kind: str, location: str, tags: Tags) -> JsonObject:
    return {"id": own, "name": name, "type": kind, "location": location, "tags": dict(tags)}


def _matches(shown: JsonObject, group: str, wanted: dict[str, str]) -> bool:
    has = {"resourcetype": shown["type"], "name": shown["name"], "resourcegroup": group}
    return all(str(has[name]).lower() == value.lower() for name, value in wanted.items())


def _is_tagged(tags: Tags, name: str, value: str | None) -> bool:
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
    Route("GET", f"{_SUBSCRIPTION}/resources", list_resources, _VERSIONS, "recording", f"{_RIGHT}/read"),
    Route("GET", f"{_GROUP}/resources", list_in_group, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route("GET", f"{_SUBSCRIPTION}/operationresults/{{operation}}", show_result, _VERSIONS, "specification"),
)
