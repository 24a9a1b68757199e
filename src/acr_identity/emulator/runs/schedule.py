"""Asking for a run: of a task, or of a build, a task file or a task text without a task."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import RUNS, is_within, key, resource_id
from acr_identity.emulator.kernel.arm_errors import bad_request, resource_not_found
from acr_identity.emulator.kernel.call import Attached, Change
from acr_identity.emulator.kernel.lookup import registry_of
from acr_identity.emulator.kernel.runner_port import LogLine, Outcome
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import Run, State, including
from acr_identity.emulator.kernel.wire import Reply, section, text
from acr_identity.emulator.runs.bodies import RunBody
from acr_identity.emulator.runs.request import overridden, run_request, step_of
from acr_identity.emulator.runs.timeline import show_queued
from acr_identity.emulator.tasks.checks import check_step
from acr_identity.emulator.tasks.merge import created

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call, Cloud
    from acr_identity.emulator.kernel.state import Registry, Task
    from acr_identity.emulator.kernel.wire import JsonObject

_STEPS = {
    "dockerbuildrequest": "Docker",
    "filetaskrunrequest": "FileTask",
    "encodedtaskrunrequest": "EncodedTask",
}
_STEP_FIELDS = (
    "imageNames",
    "isPushEnabled",
    "dockerFilePath",
    "target",
    "arguments",
    "taskFilePath",
    "valuesFilePath",
    "encodedTaskContent",
    "encodedValuesContent",
    "values",
)
_ERROR = "failed during run, err: exit status 1"


def schedule_run(call: Call) -> Answer:
    """Decide a run and let it begin: 200 and a run that is `Queued`."""
    state, run = begin_run(call, registry_of(call), call.body(RunBody))
    return Change(state, Reply.json(200, show_queued(run, call.now)))


def begin_run(call: Call, registry: Registry, body: RunBody, attached: Attached | None = None) -> tuple[State, Run]:
    """Decide a run: the state with it, and the run. `attached` is what it may sign in as when it has no task.

    Raises:
        ArmError: 400 when it is no request for a run, 404 when it names a task that does not exist.
    """
    if body.type.lower() == "taskrunrequest":
        task = _task(call, registry, body.task_id)
        properties = _with_override(task.properties, body)
        own = Attached(task.system_principal, task.user_identities)
        return _begun(call, registry, body, properties, attached=own, task=task.name)
    if body.type.lower() not in _STEPS:
        message = f"The run request type '{body.type}' is not one of TaskRunRequest, {', '.join(sorted(_STEPS))}."
        raise bad_request("InvalidRunRequest", message, target="request")
    return _begun(call, registry, body, _without_task(body), attached=attached or Attached(), task="")


def _begun(
    call: Call, registry: Registry, body: RunBody, properties: JsonObject, *, attached: Attached, task: str
) -> tuple[State, Run]:
    number = registry.runs + 1
    name = f"cf{number}"
    started = call.now + call.settings.queue_seconds
    pool = body.agent_pool_name or text(properties, "agentPoolName")
    placed = replace(attached, in_network=_is_in_network(call.state, registry, pool))
    cloud = call.cloud_around(call.state, call.settings, registry, placed, started)
    source = section(section(properties, "credentials"), "sourceRegistry")
    run = Run(
        id=resource_id(call.subscription, registry.group, RUNS, registry.name, name),
        name=name,
        registry=registry.name,
        number=number,
        task=task,
        kind="QuickBuild" if body.type.lower() == "dockerbuildrequest" else "QuickRun",
        created=call.now,
        started=started,
        outcome=_decided(call, registry, name, task, properties, cloud=cloud, started=started),
        platform=section(properties, "platform"),
        agent=section(properties, "agentConfiguration"),
        login_mode=text(source, "loginMode"),
        line_seconds=call.settings.line_seconds,
        archived=body.is_archive_enabled is True,
        pool=pool,
    )
    state = replace(call.state, runs=including(call.state.runs, key(run.id), run))
    return with_registry(state, replace(registry, runs=number)), run


def _is_in_network(state: State, registry: Registry, pool: str) -> bool:
    found = state.agent_pools.get(key(f"{registry.id}/agentPools/{pool}"))
    return found is not None and bool(text(found.properties, "virtualNetworkSubnetResourceId"))


def _decided(
    call: Call,
    registry: Registry,
    name: str,
    task: str,
    properties: JsonObject,
    *,
    cloud: Cloud,
    started: float,
) -> Outcome:
    step = step_of(section(properties, "step"), cloud)
    if step is None:
        return _without_file(name, section(properties, "step"))
    request = run_request(
        registry,
        name,
        task,
        properties,
        step=step,
        started=started,
        source_refusal=cloud.source_refusal(),
    )
    return call.runner(request, cloud)


def _without_file(name: str, step: JsonObject) -> Outcome:
    lines = (
        f"failed to download the task file '{text(step, 'taskFilePath')}' from '{text(step, 'contextPath')}'",
        "",
        f"Run ID: {name} failed after 1s. Error: {_ERROR}",
    )
    return Outcome("Failed", tuple(LogLine(0.0, line) for line in lines), error=_ERROR, seconds=1.0)


def _task(call: Call, registry: Registry, task_id: str | None) -> Task:
    if not task_id:
        raise bad_request("InvalidTaskId", "The property 'taskId' of the run request is required.", target="request")
    task = call.state.tasks.get(key(task_id))
    if task is None or not is_within(task.id, registry.id):
        raise resource_not_found(
            "Microsoft.ContainerRegistry/registries/tasks",
            (registry.name, task_id.rstrip("/").rpartition("/")[2]),
            registry.group,
        )
    return task


def _with_override(properties: JsonObject, body: RunBody) -> JsonObject:
    override = body.override_task_step_properties
    if override is None:
        return properties
    return {**properties, "step": overridden(section(properties, "step"), override.given())}


def _without_task(body: RunBody) -> JsonObject:
    given = body.given()
    step: JsonObject = {name: given[name] for name in _STEP_FIELDS if given.get(name) is not None}
    step["type"] = _STEPS[body.type.lower()]
    step["contextPath"] = body.source_location or ""
    check_step(step, needs_context=False)
    shared: JsonObject = {
        name: given[name] for name in ("platform", "agentConfiguration", "credentials") if given.get(name) is not None
    }
    return created({**shared, "step": step})
