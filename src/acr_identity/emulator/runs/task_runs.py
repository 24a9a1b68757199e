"""Task runs: runs that are resources, so that a template can ask for one.

A PUT begins a run and is an operation that ends as the run ends. Shapes: recordings of `az acr taskrun`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES, TASK_RUNS, is_within, key, made_guid, resource_id
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request, entity_not_found
from acr_identity.emulator.kernel.call import Attached, Body, Change
from acr_identity.emulator.kernel.long_running import AT_ONCE, ask_again
from acr_identity.emulator.kernel.lookup import check_name, parent_registry
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.principals import without_principals
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import Registry, Run, State, TaskRun, excluding, including
from acr_identity.emulator.kernel.system_data import system_data
from acr_identity.emulator.kernel.wire import JsonObject, Reply, section
from acr_identity.emulator.runs.bodies import RunBody
from acr_identity.emulator.runs.schedule import begin_run
from acr_identity.emulator.runs.timeline import is_over, status_of
from acr_identity.emulator.runs.timeline import show as show_run
from acr_identity.emulator.tasks.bodies import IdentityBody
from acr_identity.emulator.tasks.identity import Wanted, wanted, with_identities
from acr_identity.emulator.tasks.view import masked, show_identity

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

NAME = r"[a-zA-Z0-9-]{5,50}"
_FAILED = frozenset({"Failed", "Error", "Timeout"})


class PropertiesBody(Body):
    """What run is asked for; with another `forceUpdateTag` the same is asked for again."""

    run_request: RunBody | None = None
    force_update_tag: str | None = None


class TaskRunBody(Body):
    """What a PUT or PATCH says of a task run."""

    location: str | None = None
    identity: IdentityBody | None = None
    properties: PropertiesBody | None = None


def put(call: Call) -> Answer:
    """Make one, or ask again: 201 and an operation when a run begins, 200 when nothing is new."""
    registry = parent_registry(call, TASK_RUNS, "write")
    check_name(TASK_RUNS, call.params["task_run"], NAME)
    body = call.body(TaskRunBody)
    if body.properties is None or body.properties.run_request is None:
        raise bad_request("InvalidTaskRun", "The property 'runRequest' of the task run is required.", target="request")
    old = call.state.task_runs.get(key(_id(call, registry)))
    return _asked(call, registry, old, body, wanted(call, body.identity, Wanted(), replaces=True))


def patch(call: Call) -> Answer:
    """Change what is given; a run begins when something is new."""
    registry, old = _find(call)
    body = call.body(TaskRunBody)
    has = Wanted(bool(old.system_principal), old.user_identities)
    return _asked(call, registry, old, body, wanted(call, body.identity, has, replaces=False))


def get(call: Call) -> Answer:
    """Show one, without its secrets."""
    return Reply.json(200, _show(call, call.state, _find(call)[1]))


def list_details(call: Call) -> Answer:
    """Show one, with its secrets."""
    return Reply.json(200, _show(call, call.state, _find(call)[1], is_detailed=True))


def list_task_runs(call: Call) -> Answer:
    """List those of a registry."""
    registry = parent_registry(call, TASK_RUNS, "read")
    found = [one for _, one in sorted(call.state.task_runs.items()) if is_within(one.id, registry.id)]
    return page(call, [_show(call, call.state, one) for one in found])


def delete(call: Call) -> Answer:
    """Delete one; its run stays: 200, or 204 when there was none."""
    registry = parent_registry(call, TASK_RUNS, "delete")
    found = call.state.task_runs.get(key(_id(call, registry)))
    if found is None:
        return Reply(204)
    state = without_principals(call.state, found.system_principal)
    return Change(replace(state, task_runs=excluding(state.task_runs, key(found.id))), Reply(200))


def show_status(call: Call) -> Answer:
    """Answer a poll: the operation ends when the run ends, and fails when it fails."""
    registry, found = _find(call)
    run = _run(call.state, found)
    if run is None or call.params["operation"].lower() != _operation(found):
        raise ArmError(404, "OperationNotFound", f"The operation '{call.params['operation']}' could not be found.")
    if not is_over(run, call.now):
        return Reply.json(200, {"status": "Running"}, (AT_ONCE,))
    status = status_of(run, call.now)
    if status not in _FAILED:
        return Reply.json(200, {"status": status})
    message = (
        f"The status for Run {run.name} is {status}, please check the log. Registry Resource Id: {registry.id}. "
        "For more detail, please visit https://aka.ms/acr/tasks/view-logs"
    )
    return Reply.json(200, {"status": "Failed", "error": {"code": "Runtime failure", "message": message}})


def _asked(call: Call, registry: Registry, old: TaskRun | None, body: TaskRunBody, identities: Wanted) -> Change:
    found = _changed(call, registry, old, body)
    state, found = with_identities(call.state, found, identities, call.now)
    is_new = old is None or (found.request, found.force_tag) != (old.request, old.force_tag)
    if not is_new:
        state = replace(state, task_runs=including(state.task_runs, key(found.id), found))
        return Change(state, Reply.json(200, _show(call, state, found)))
    attached = Attached(found.system_principal, found.user_identities)
    request = RunBody.model_validate(found.request)
    state, run = begin_run(replace(call, state=state), registry, request, attached)
    found = replace(found, run=key(run.id))
    state = replace(state, task_runs=including(state.task_runs, key(found.id), found))
    headers = ask_again(call, "Azure-AsyncOperation", f"{found.id}/operationStatuses/{_operation(found)}")
    return Change(state, Reply.json(201, _show(call, state, found), headers))


def _changed(call: Call, registry: Registry, old: TaskRun | None, body: TaskRunBody) -> TaskRun:
    properties = body.properties or PropertiesBody()
    given = properties.run_request.given() if properties.run_request else {}
    if old:
        tag = old.force_tag if properties.force_update_tag is None else properties.force_update_tag
        return replace(old, request=given or old.request, force_tag=tag, modified=call.now)
    return TaskRun(
        id=_id(call, registry),
        name=call.params["task_run"],
        registry=registry.name,
        group=registry.group,
        location=body.location or registry.location,
        request=given,
        run="",
        force_tag=properties.force_update_tag or "",
        system_principal="",
        user_identities=(),
        created=call.now,
        modified=call.now,
    )


def _id(call: Call, registry: Registry) -> str:
    return resource_id(call.subscription, registry.group, TASK_RUNS, registry.name, call.params["task_run"])


def _find(call: Call) -> tuple[Registry, TaskRun]:
    registry = parent_registry(call, TASK_RUNS, "read")
    name = call.params["task_run"]
    found = call.state.task_runs.get(key(_id(call, registry)))
    if found is None:
        raise entity_not_found(name)
    return registry, found


def _operation(found: TaskRun) -> str:
    return made_guid("task run", found.run)


def _run(state: State, found: TaskRun) -> Run | None:
    return state.runs.get(found.run)


def _show(call: Call, state: State, found: TaskRun, *, is_detailed: bool = False) -> JsonObject:
    run = _run(state, found)
    properties: JsonObject = {
        "provisioningState": _provisioning(run, call.now),
        "runRequest": found.request if is_detailed else _without_secrets(found.request),
    }
    if run is not None:
        shown_run = show_run(run, call.now)
        properties["runResult"] = {name: value for name, value in shown_run.items() if name != "systemData"}
    if found.force_tag:
        properties["forceUpdateTag"] = found.force_tag
    shown: JsonObject = {"type": TASK_RUNS}
    identity = show_identity(found.system_principal, found.user_identities, state)
    if identity:
        shown["identity"] = identity
    return shown | {
        "properties": properties,
        "location": found.location,
        "id": found.id,
        "name": found.name,
        "systemData": system_data(found.created, found.modified),
    }


def _provisioning(run: Run | None, now: float) -> str:
    if run is None:
        return "Succeeded"
    status = status_of(run, now)
    if not is_over(run, now):
        return "Creating"
    return "Failed" if status in _FAILED else status


def _without_secrets(request: JsonObject) -> JsonObject:
    shown = masked({"step": request, "credentials": request.get("credentials")})
    result = section(shown, "step")
    return {**result, "credentials": shown["credentials"]} if "credentials" in result else result


_VERSIONS = ApiVersions("2019-06-01")
_LIST = f"{IN_GROUP}/{REGISTRIES}/{{registry}}/taskRuns"
_ONE = f"{_LIST}/{{task_run}}"
_RIGHT = f"{REGISTRIES}/taskruns"

ROUTES = (
    Route("PUT", _ONE, put, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("PATCH", _ONE, patch, _VERSIONS, "specification", f"{_RIGHT}/write"),
    Route("GET", _ONE, get, _VERSIONS, "recording", f"{_RIGHT}/read"),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", f"{_RIGHT}/delete"),
    Route("GET", _LIST, list_task_runs, _VERSIONS, "specification", f"{_RIGHT}/read"),
    Route("POST", f"{_ONE}/listDetails", list_details, _VERSIONS, "specification", f"{_RIGHT}/listDetails/action"),
    Route("GET", f"{_ONE}/operationStatuses/{{operation}}", show_status, _VERSIONS, "recording", f"{_RIGHT}/read"),
)
