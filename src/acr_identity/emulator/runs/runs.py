"""The calls on runs."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES, RUNS, is_within, key, resource_id
from acr_identity.emulator.kernel.arm_errors import entity_not_found
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.lookup import parent_registry
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import including
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.runs.blob import log_link
from acr_identity.emulator.runs.bodies import UpdateBody
from acr_identity.emulator.runs.run_filter import RunFilter
from acr_identity.emulator.runs.schedule import schedule_run
from acr_identity.emulator.runs.timeline import is_over, show

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import Run


def get(call: Call) -> Answer:
    """Show a run as far as it has come."""
    return Reply.json(200, show(_run(call), call.now))


def list_runs(call: Call) -> Answer:
    """List those of a registry, newest first. `$top` limits a page.

    `$filter` compares fields of the run, as `RunFilter` reads it.
    """
    registry = parent_registry(call, RUNS, "read")
    wanted = RunFilter.read(call.request.parameter("$filter"))
    found = [
        run for run in call.state.runs.values() if is_within(run.id, registry.id) and wanted.matches(run, call.now)
    ]
    newest = sorted(found, key=lambda run: run.number, reverse=True)
    return page(call, [show(run, call.now) for run in newest], size=top_of(call))


def patch(call: Call) -> Answer:
    """Keep a run, or keep it no more."""
    run = _run(call)
    wanted = call.body(UpdateBody).is_archive_enabled
    return _saved(call, run if wanted is None else replace(run, archived=wanted))


def cancel(call: Call) -> Answer:
    """Cancel a run: 200 without a body. A run that is over stays as it is: not verified."""
    run = _run(call)
    if is_over(run, call.now):
        return Reply(200)
    canceled = replace(run, canceled=call.now)
    return Change(replace(call.state, runs=including(call.state.runs, key(run.id), canceled)), Reply(200))


def list_log_sas_url(call: Call) -> Answer:
    """Give the address of its log."""
    return Reply.json(200, {"logLink": log_link(call, _run(call))})


def _run(call: Call) -> Run:
    registry = parent_registry(call, RUNS, "read")
    name = call.params["run"]
    run = call.state.runs.get(key(resource_id(call.subscription, registry.group, RUNS, registry.name, name)))
    if run is None:
        raise entity_not_found(name)
    return run


def _saved(call: Call, run: Run) -> Change:
    state = replace(call.state, runs=including(call.state.runs, key(run.id), run))
    return Change(state, Reply.json(200, show(run, call.now)))


_VERSIONS = ApiVersions("2018-09-01")
_REGISTRY = f"{IN_GROUP}/{REGISTRIES}/{{registry}}"
_ONE = f"{_REGISTRY}/runs/{{run}}"
_SCHEDULE = f"{REGISTRIES}/scheduleRun/action"

ROUTES = (
    Route("POST", f"{_REGISTRY}/scheduleRun", schedule_run, _VERSIONS, "recording", _SCHEDULE),
    Route("GET", f"{_REGISTRY}/runs", list_runs, _VERSIONS, "specification", f"{RUNS}/read"),
    Route("GET", _ONE, get, _VERSIONS, "recording", f"{RUNS}/read"),
    Route("PATCH", _ONE, patch, _VERSIONS, "specification", f"{RUNS}/write"),
    Route("POST", f"{_ONE}/cancel", cancel, _VERSIONS, "specification", f"{RUNS}/cancel/action"),
    Route(
        "POST", f"{_ONE}/listLogSasUrl", list_log_sas_url, _VERSIONS, "specification", f"{RUNS}/listLogSasUrl/action"
    ),
)
