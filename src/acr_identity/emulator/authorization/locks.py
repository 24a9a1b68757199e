"""Locks: made, shown, listed and deleted at any scope. Who is stopped by them: see `gates`.

Shapes: learn.microsoft.com/rest/api/resources/management-locks.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from acr_identity.emulator.kernel.arm import is_within, key
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.lookup import check_name, existing_scope
from acr_identity.emulator.kernel.odata_filter import FilterError, Function, read_filter
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.state import Lock, excluding, including
from acr_identity.emulator.kernel.system_data import system_data
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

KIND = "Microsoft.Authorization/locks"
_AT_SCOPE = (Function("atscope", ()),)
NAME = r"[^<>%&:?/\\]{0,259}[^<>%&:?/\\. ]"


class PropertiesBody(Body):
    """What a lock says."""

    level: Literal["CanNotDelete", "ReadOnly"]
    notes: str | None = None


class LockBody(Body):
    """What a PUT says of a lock."""

    properties: PropertiesBody


def put(call: Call) -> Answer:
    """Make one (201) or replace it (200)."""
    name = call.params["lock"]
    check_name(KIND, name, NAME)
    body = call.body(LockBody).properties
    scope = existing_scope(call.state, call.params["scope"])
    own = key(_id(scope, name))
    existing = call.state.locks.get(own)
    lock = Lock(name, scope, body.level, body.notes, existing.created if existing else call.now)
    state = replace(call.state, locks=including(call.state.locks, own, lock))
    return Change(state, Reply.json(200 if existing else 201, _show(lock)))


def get(call: Call) -> Answer:
    """Show a lock of exactly this scope."""
    lock = call.state.locks.get(key(_id(call.params["scope"], call.params["lock"])))
    if lock is None:
        raise ArmError(404, "LockNotFound", f"The lock '{call.params['lock']}' could not be found.")
    return Reply.json(200, _show(lock))


def delete(call: Call) -> Answer:
    """Delete one: 200, or 204 when there was none."""
    own = key(_id(call.params["scope"], call.params["lock"]))
    if own not in call.state.locks:
        return Reply(204)
    return Change(replace(call.state, locks=excluding(call.state.locks, own)), Reply(200))


def list_locks(call: Call) -> Answer:
    """List those at a scope and below it; with the `$filter` `atScope()` those at it and above."""
    scope = existing_scope(call.state, call.params["scope"])
    looks_up = _is_at_scope(call.request.parameter("$filter"))
    found = [
        lock
        for _, lock in sorted(call.state.locks.items())
        if (is_within(scope, lock.scope) if looks_up else is_within(lock.scope, scope))
    ]
    return page(call, [_show(lock) for lock in found])


def _is_at_scope(expression: str) -> bool:
    refusal = bad_request("InvalidFilter", f"The filter '{expression}' is not supported: only atScope() is.")
    try:
        terms = read_filter(expression).all_of
    except FilterError:
        raise refusal from None
    if terms and terms != _AT_SCOPE:
        raise refusal
    return bool(terms)


def _id(scope: str, name: str) -> str:
    return f"{scope.rstrip('/')}/providers/{KIND}/{name}"


def _show(lock: Lock) -> JsonObject:
    properties: JsonObject = {"level": lock.level}
    if lock.notes is not None:
        properties["notes"] = lock.notes
    return {
        "properties": properties,
        "id": _id(lock.scope, lock.name),
        "type": KIND,
        "name": lock.name,
        "systemData": system_data(lock.created, lock.created),
    }


_VERSIONS = ApiVersions("2015-01-01")
_LIST = f"/{{scope*}}/providers/{KIND}"
_ONE = f"{_LIST}/{{lock}}"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{KIND}/write"),
    Route("GET", _ONE, get, _VERSIONS, "specification", f"{KIND}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "specification", f"{KIND}/delete"),
    Route("GET", _LIST, list_locks, _VERSIONS, "specification", f"{KIND}/read"),
)
