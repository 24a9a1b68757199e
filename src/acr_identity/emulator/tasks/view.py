"""A task on the wire: as everybody sees it, and as `listDetails` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import TASKS, key, offset_time
from acr_identity.emulator.kernel.system_data import system_data
from acr_identity.emulator.kernel.wire import entries, flag, section
from acr_identity.emulator.tasks.veil import veiled

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.settings import Shown
    from acr_identity.emulator.kernel.state import State, Task
    from acr_identity.emulator.kernel.wire import Json, JsonObject


def show(task: Task, state: State) -> JsonObject:
    """Return a task without its secrets: what GET, PUT, PATCH and the list answer."""
    return _envelope(task, state, masked(task.properties))


def show_details(task: Task, state: State, shown: Shown = "whole") -> JsonObject:
    """Return a task with its secrets, in the way that is given: what `listDetails` answers."""
    return _envelope(task, state, masked(task.properties) if shown == "as_get" else veiled(task.properties, shown))


def masked(properties: JsonObject) -> JsonObject:
    """Return the properties without what is secret: the keys of credentials stay, their values are null."""
    result: JsonObject = dict(properties)
    if "step" in result:
        result["step"] = _masked_step(section(result, "step"))
    if "trigger" in result:
        result["trigger"] = _masked_trigger(section(result, "trigger"))
    credentials = section(result, "credentials")
    if "customRegistries" in credentials:
        servers: JsonObject = dict.fromkeys(section(credentials, "customRegistries"))
        result["credentials"] = {**credentials, "customRegistries": servers}
    return result


def _masked_step(step: JsonObject) -> JsonObject:
    result: JsonObject = {name: value for name, value in step.items() if name != "contextAccessToken"}
    for name in ("arguments", "values"):
        if name in result:
            shown: list[Json] = [entry for entry in entries(result, name) if not flag(entry, "isSecret")]
            result[name] = shown
    return result


def _masked_trigger(trigger: JsonObject) -> JsonObject:
    result: JsonObject = dict(trigger)
    if "sourceTriggers" in result:
        shown: list[Json] = [_masked_source(entry) for entry in entries(result, "sourceTriggers")]
        result["sourceTriggers"] = shown
    base = section(result, "baseImageTrigger")
    if "updateTriggerEndpoint" in base:
        result["baseImageTrigger"] = {**base, "updateTriggerEndpoint": None}
    return result


def _masked_source(trigger: JsonObject) -> JsonObject:
    repository = section(trigger, "sourceRepository")
    shown: JsonObject = {name: value for name, value in repository.items() if name != "sourceControlAuthProperties"}
    return {**trigger, "sourceRepository": shown} if repository else trigger


def _envelope(task: Task, state: State, properties: JsonObject) -> JsonObject:
    shown: JsonObject = {"type": TASKS}
    identity = show_identity(task.system_principal, task.user_identities, state)
    if identity:
        shown["identity"] = identity
    shown["properties"] = {
        "provisioningState": "Succeeded",
        "creationDate": offset_time(task.created),
        "status": "Enabled",
        **properties,
    }
    shown |= {"id": task.id, "name": task.name, "location": task.location}
    if task.tags is not None:
        shown["tags"] = dict(task.tags)
    shown["systemData"] = system_data(task.created, task.modified)
    return shown


def show_identity(system_principal: str, user_identities: tuple[str, ...], state: State) -> JsonObject:
    """Return the identities of a task or a task run on the wire; an empty object without any."""
    kinds = ["SystemAssigned"] if system_principal else []
    if user_identities:
        kinds.append("UserAssigned")
    if not kinds:
        return {}
    shown: JsonObject = {}
    if system_principal:
        shown |= {"principalId": system_principal, "tenantId": state.tenant}
    shown["type"] = ", ".join(kinds)
    if user_identities:
        shown["userAssignedIdentities"] = {name: _attached(name, state) for name in user_identities}
    return shown


def _attached(name: str, state: State) -> JsonObject:
    identity = state.identities.get(key(name))
    return {"principalId": identity.principal_id, "clientId": identity.client_id} if identity else {}
