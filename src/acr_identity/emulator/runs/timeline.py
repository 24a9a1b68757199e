"""A run on the clock: what its status is and how far its log has come. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import RUNS, offset_time, whole_time
from acr_identity.emulator.kernel.system_data import last_change

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.runner_port import Image
    from acr_identity.emulator.kernel.state import Run
    from acr_identity.emulator.kernel.wire import Json, JsonObject

_ROUNDING = 1e-6
_WORDS = {"Succeeded": "successful", "Failed": "failed", "Canceled": "canceled"}


def finish_of(run: Run) -> float:
    """Return when the run ends, or was canceled, in seconds since 1970."""
    if run.canceled is not None:
        return run.canceled
    return run.started + len(run.outcome.log) * run.line_seconds


def status_of(run: Run, now: float) -> str:
    """Return the status as the run resource tells it."""
    if run.canceled is not None:
        return "Canceled"
    if now < run.started:
        return "Queued"
    return "Running" if now < finish_of(run) else run.outcome.status


def is_over(run: Run, now: float) -> bool:
    """Say whether it has a final status."""
    return status_of(run, now) not in {"Queued", "Running"}


def log_exists(run: Run, now: float) -> bool:
    """Say whether the log has been begun."""
    return run.started <= (now if run.canceled is None else run.canceled)


def log_of(run: Run, now: float) -> bytes:
    """Return the log so far; lines end in CR LF."""
    passed = min(now, finish_of(run)) - run.started
    is_whole = run.canceled is None and is_over(run, now)
    lines = (
        line.text
        for number, line in enumerate(run.outcome.log, start=1)
        if is_whole or number * run.line_seconds <= passed + _ROUNDING
    )
    return "".join(f"{line}\r\n" for line in lines).encode()


def word_of(run: Run, now: float) -> str:
    """Return the status as the metadata of the log tells it; empty as long as the run goes on."""
    return _WORDS.get(status_of(run, now), "")


def show_queued(run: Run, now: float) -> JsonObject:
    """Return what `scheduleRun` answers: only that there is a run."""
    return _envelope(run, _state(run, "Queued", now))


def show(run: Run, now: float) -> JsonObject:
    """Return a run on the wire."""
    status = status_of(run, now)
    if status == "Queued":
        return _envelope(run, _state(run, status, run.created))
    ended = is_over(run, now)
    shown = {
        **_state(run, status, finish_of(run) if ended else run.started),
        "runType": run.kind,
        "createTime": offset_time(run.created),
    }
    if log_exists(run, now):
        shown["startTime"] = offset_time(run.started)
    if ended:
        shown["finishTime"] = offset_time(finish_of(run))
    if run.task:
        shown["task"] = run.task
    shown |= {name: value for name, value in (("platform", run.platform), ("agentConfiguration", run.agent)) if value}
    if run.pool:
        shown["agentPoolName"] = run.pool
    if run.login_mode:
        shown["sourceRegistryAuth"] = run.login_mode
    if ended and run.canceled is None:
        shown |= _results(run)
    return _envelope(run, shown)


def _state(run: Run, status: str, at: float) -> JsonObject:
    return {
        "runId": run.name,
        "status": status,
        "lastUpdatedTime": whole_time(at),
        "provisioningState": "Succeeded",
        "isArchiveEnabled": run.archived,
    }


def _results(run: Run) -> JsonObject:
    shown: JsonObject = {}
    if run.outcome.logged_in:
        servers: list[Json] = list(run.outcome.logged_in)
        shown["customRegistries"] = servers
    if run.outcome.pushed:
        images: list[Json] = [show_image(image) for image in run.outcome.pushed]
        shown["outputImages"] = images
    if run.outcome.error:
        shown["runErrorMessage"] = run.outcome.error
    return shown


def show_image(image: Image) -> JsonObject:
    """Return an image on the wire."""
    return {
        "registry": image.registry,
        "repository": image.repository,
        "tag": image.tag,
        "digest": image.digest,
    }


def _envelope(run: Run, properties: JsonObject) -> JsonObject:
    return {
        "type": RUNS,
        "properties": properties,
        "id": run.id,
        "name": run.name,
        "systemData": last_change(run.created),
    }
