"""Agent pools: made, shown, changed, deleted, and how many runs wait for one.

Shapes and statuses: azure-mgmt-containerregistrytasks 1.0.0b1, agent_pools.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from acr_identity.emulator.kernel.arm import AGENT_POOLS, REGISTRIES, is_within, key, resource_id
from acr_identity.emulator.kernel.arm_errors import entity_not_found
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.long_running import ask_again, begin, running_on, show_result, show_status
from acr_identity.emulator.kernel.lookup import check_name, location_for, parent_registry
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import AgentPool, Registry, State, excluding, including
from acr_identity.emulator.kernel.system_data import system_data
from acr_identity.emulator.kernel.wire import JsonObject, Reply
from acr_identity.emulator.runs.timeline import status_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAME = r"[a-zA-Z0-9-]{3,20}"


class PropertiesBody(Body):
    """How many agents of which size, and where."""

    count: int | None = None
    tier: str | None = None
    os: Literal["Windows", "Linux"] | None = None
    virtual_network_subnet_resource_id: str | None = None


class PoolBody(Body):
    """What a PUT or PATCH says of an agent pool."""

    location: str | None = None
    tags: dict[str, str] | None = None
    properties: PropertiesBody | None = None


def put(call: Call) -> Answer:
    """Make one (201 and an operation) or replace it (200)."""
    registry = parent_registry(call, AGENT_POOLS, "write")
    check_name(AGENT_POOLS, call.params["pool"], NAME)
    body = call.body(PoolBody)
    own = _id(call, registry)
    old = call.state.agent_pools.get(key(own))
    location = location_for(call, body.location, old.location if old else None)
    properties: JsonObject = {"count": 1, "tier": "S1", "os": "Linux", **_given(body)}
    if old:
        return _saved(call, replace(old, tags=body.tags or {}, properties=properties, modified=call.now))
    pool = AgentPool(
        own,
        call.params["pool"],
        registry.name,
        registry.group,
        location,
        body.tags or {},
        properties,
        call.now,
        call.now,
    )
    state, operation = begin(call, _with(call.state, pool), key(pool.id), "Creating")
    if operation is None:
        return Change(state, Reply.json(200, _show(state, pool)))
    headers = ask_again(call, "Azure-AsyncOperation", f"{pool.id}/operationStatuses/{operation.id}")
    return Change(state, Reply.json(201, _show(state, pool), headers))


def patch(call: Call) -> Answer:
    """Change what is given."""
    _, pool = _find(call)
    body = call.body(PoolBody)
    tags = pool.tags if body.tags is None else body.tags
    return _saved(call, replace(pool, tags=tags, properties={**pool.properties, **_given(body)}, modified=call.now))


def get(call: Call) -> Answer:
    """Show an agent pool, and whether it is still being made."""
    return Reply.json(200, _show(call.state, _find(call)[1]))


def list_pools(call: Call) -> Answer:
    """List those of a registry."""
    registry = parent_registry(call, AGENT_POOLS, "read")
    found = [pool for _, pool in sorted(call.state.agent_pools.items()) if is_within(pool.id, registry.id)]
    return page(call, [_show(call.state, pool) for pool in found])


def delete(call: Call) -> Answer:
    """Delete one: 202 and a `Location` to ask, 204 when there was none or the settings want no polls."""
    registry = parent_registry(call, AGENT_POOLS, "delete")
    pool = call.state.agent_pools.get(key(_id(call, registry)))
    if pool is None:
        return Reply(204)
    state = replace(call.state, agent_pools=excluding(call.state.agent_pools, key(pool.id)))
    state, operation = begin(call, state, "", "Deleting")
    if operation is None:
        return Change(state, Reply(204))
    return Change(state, Reply(202, ask_again(call, "Location", f"{pool.id}/operationResults/{operation.id}")))


def queue_status(call: Call) -> Answer:
    """Tell how many runs wait for it."""
    registry, pool = _find(call)
    waiting = [
        run
        for run in call.state.runs.values()
        if is_within(run.id, registry.id)
        and run.pool.lower() == pool.name.lower()
        and status_of(run, call.now) == "Queued"
    ]
    return Reply.json(200, {"count": len(waiting)})


def _given(body: PoolBody) -> JsonObject:
    given = body.properties.given() if body.properties else {}
    return {name: value for name, value in given.items() if value is not None}


def _id(call: Call, registry: Registry) -> str:
    return resource_id(call.subscription, registry.group, AGENT_POOLS, registry.name, call.params["pool"])


def _find(call: Call) -> tuple[Registry, AgentPool]:
    registry = parent_registry(call, AGENT_POOLS, "read")
    pool = call.state.agent_pools.get(key(_id(call, registry)))
    if pool is None:
        name = call.params["pool"]
        raise entity_not_found(name)
    return registry, pool


def _with(state: State, pool: AgentPool) -> State:
    return replace(state, agent_pools=including(state.agent_pools, key(pool.id), pool))


def _saved(call: Call, pool: AgentPool) -> Change:
    state = _with(call.state, pool)
    return Change(state, Reply.json(200, _show(state, pool)))


def _show(state: State, pool: AgentPool) -> JsonObject:
    busy = running_on(state, key(pool.id))
    return {
        "type": AGENT_POOLS,
        "properties": {**pool.properties, "provisioningState": busy.running if busy else "Succeeded"},
        "id": pool.id,
        "name": pool.name,
        "location": pool.location,
        "tags": dict(pool.tags),
        "systemData": system_data(pool.created, pool.modified),
    }


_VERSIONS = ApiVersions("2019-06-01")
_LIST = f"{IN_GROUP}/{REGISTRIES}/{{registry}}/agentPools"
_ONE = f"{_LIST}/{{pool}}"
_RIGHT = f"{REGISTRIES}/agentpools"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("PATCH", _ONE, patch, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("GET", _ONE, get, _VERSIONS, "recording", f"{_RIGHT}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "specification", f"{_RIGHT}/delete"),
    Route("GET", _LIST, list_pools, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route(
        "POST", f"{_ONE}/listQueueStatus", queue_status, _VERSIONS, "specification", f"{_RIGHT}/listQueueStatus/action"
    ),
    Route("GET", f"{_ONE}/operationStatuses/{{operation}}", show_status, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route("GET", f"{_ONE}/operationResults/{{operation}}", show_result, _VERSIONS, "specification", f"{_RIGHT}/read"),
)
