"""The calls on tasks. All are synchronous; a PUT answers 200 also when it creates."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES, TASKS, is_within, key
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.lookup import check_name, location_for, parent_registry, task_id, task_of
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.principals import without_principals
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import Registry, Task, excluding, including
from acr_identity.emulator.kernel.wire import JsonObject, Reply
from acr_identity.emulator.tasks.bodies import TaskBody
from acr_identity.emulator.tasks.checks import check_properties, check_webhooks
from acr_identity.emulator.tasks.identity import Wanted, wanted, with_identities
from acr_identity.emulator.tasks.merge import created, patched
from acr_identity.emulator.tasks.view import show, show_details

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAME = r"[a-zA-Z0-9_-]{5,50}"


def put(call: Call) -> Answer:
    """Create or replace. A system-assigned identity stays the same as long as it stays assigned."""
    registry = parent_registry(call, TASKS, "write")
    check_name(TASKS, call.params["task"], NAME)
    body = call.body(TaskBody)
    existing = call.state.tasks.get(key(task_id(call, registry)))
    location = location_for(call, body.location, existing.location if existing else None)
    properties = created(body.properties.given() if body.properties else {})
    check_properties(properties)
    check_webhooks(call.state, properties)
    identities = wanted(call, body.identity, _has(existing), replaces=True)
    task = existing or _new(call, registry, location)
    changed = replace(task, tags=body.tags, properties=properties, modified=call.now)
    return _saved(call, changed, identities)


def patch(call: Call) -> Answer:
    """Change what is given."""
    task = task_of(call)
    body = call.body(TaskBody)
    properties = patched(task.properties, body.properties.given() if body.properties else {})
    check_properties(properties)
    check_webhooks(call.state, properties)
    identities = wanted(call, body.identity, _has(task), replaces=False)
    tags = task.tags if body.tags is None else body.tags
    return _saved(call, replace(task, tags=tags, properties=properties, modified=call.now), identities)


def get(call: Call) -> Answer:
    """Show one, without its secrets."""
    return Reply.json(200, show(task_of(call), call.state))


def list_details(call: Call) -> Answer:
    """Show one, with its secrets, unless the settings hide them."""
    return Reply.json(200, show_details(task_of(call), call.state, call.settings.secrets_in_details))


def list_tasks(call: Call) -> Answer:
    """List those of a registry, without their secrets."""
    registry = parent_registry(call, TASKS, "read")
    return page(
        call,
        [show(task, call.state) for _, task in sorted(call.state.tasks.items()) if is_within(task.id, registry.id)],
    )


def delete(call: Call) -> Answer:
    """Delete it and the principal of its system-assigned identity: 200 without a body, 204 when there was none."""
    registry = parent_registry(call, TASKS, "delete")
    task = call.state.tasks.get(key(task_id(call, registry)))
    if task is None:
        return Reply(204)
    state = without_principals(call.state, task.system_principal)
    return Change(replace(state, tasks=excluding(state.tasks, key(task.id))), Reply(200))


def _has(task: Task | None) -> Wanted:
    return Wanted(bool(task.system_principal), task.user_identities) if task else Wanted()


def _new(call: Call, registry: Registry, location: str) -> Task:
    properties: JsonObject = {}
    return Task(
        id=task_id(call, registry),
        name=call.params["task"],
        registry=registry.name,
        group=registry.group,
        location=location,
        tags=None,
        system_principal="",
        user_identities=(),
        properties=properties,
        created=call.now,
        modified=call.now,
    )


def _saved(call: Call, task: Task, identities: Wanted) -> Change:
    state, saved = with_identities(call.state, task, identities, call.now)
    state = replace(state, tasks=including(state.tasks, key(saved.id), saved))
    return Change(state, Reply.json(200, show(saved, state)))


_VERSIONS = ApiVersions("2018-09-01")
_LIST = f"{IN_GROUP}/{REGISTRIES}/{{registry}}/tasks"
_ONE = f"{_LIST}/{{task}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "recording", f"{TASKS}/write"),
    Route("PATCH", _ONE, patch, _VERSIONS, "recording", f"{TASKS}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{TASKS}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", f"{TASKS}/delete"),
    Route("GET", _LIST, list_tasks, _VERSIONS, "specification", f"{TASKS}/read"),
    Route("POST", f"{_ONE}/listDetails", list_details, _VERSIONS, "recording", f"{TASKS}/listDetails/action"),
)
