"""A task as a service shows it that hides secrets even in its details: pure, from one JSON object to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.wire import entries, flag, section

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.settings import Shown
    from acr_identity.emulator.kernel.wire import Json, JsonObject

_INSTEAD: dict[Shown, Json] = {"null": None, "empty": "", "stars": "***"}


def veiled(properties: JsonObject, shown: Shown) -> JsonObject:
    """Return the properties of a task with each secret text hidden in this way, and everything else as it is."""
    if shown == "whole":
        return properties
    result: JsonObject = dict(properties)
    if "step" in result:
        result["step"] = _step(section(result, "step"), shown)
    if "trigger" in result:
        result["trigger"] = _trigger(section(result, "trigger"), shown)
    credentials = section(result, "credentials")
    if "customRegistries" in credentials:
        logins = section(credentials, "customRegistries")
        custom: JsonObject = {server: _login(section(logins, server), shown) for server in logins}
        result["credentials"] = {**credentials, "customRegistries": custom}
    return result


def _without(holder: JsonObject, name: str, shown: Shown) -> JsonObject:
    if name not in holder:
        return holder
    if shown in _INSTEAD:
        return {**holder, name: _INSTEAD[shown]}
    return {key: value for key, value in holder.items() if key != name}


def _step(step: JsonObject, shown: Shown) -> JsonObject:
    result = _without(step, "contextAccessToken", shown)
    for name in ("arguments", "values"):
        if name in result:
            listed: list[Json] = [
                _without(entry, "value", shown) if flag(entry, "isSecret") else entry for entry in entries(result, name)
            ]
            result = {**result, name: listed}
    return result


def _trigger(trigger: JsonObject, shown: Shown) -> JsonObject:
    result: JsonObject = dict(trigger)
    if "sourceTriggers" in result:
        listed: list[Json] = [_source(entry, shown) for entry in entries(result, "sourceTriggers")]
        result["sourceTriggers"] = listed
    if "baseImageTrigger" in result:
        result["baseImageTrigger"] = _without(section(result, "baseImageTrigger"), "updateTriggerEndpoint", shown)
    return result


def _source(trigger: JsonObject, shown: Shown) -> JsonObject:
    repository = section(trigger, "sourceRepository")
    login = section(repository, "sourceControlAuthProperties")
    if not login:
        return trigger
    hidden = _without(_without(login, "token", shown), "refreshToken", shown)
    return {**trigger, "sourceRepository": {**repository, "sourceControlAuthProperties": hidden}}


def _login(login: JsonObject, shown: Shown) -> JsonObject:
    result: JsonObject = dict(login)
    for name in ("userName", "password"):
        if section(login, name):
            result[name] = _without(section(login, name), "value", shown)
    return result
