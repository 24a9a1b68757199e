"""What a PATCH of a task leaves behind: pure, from two JSON objects to one.

Learned from recordings of `az acr task update` and `az acr task credential`; each rule that nothing shows says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm_errors import bad_request
from acr_identity.emulator.kernel.wire import entries, section, text, without_nulls

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.wire import Json, JsonObject

_PLAIN = ("status", "timeout", "agentPoolName", "logTemplate", "isSystemTask")
_ONLY_ADDED = ("platform", "agentConfiguration")
_KEPT_BY_ANOTHER_STEP = ("contextPath", "contextAccessToken")


def patched(properties: JsonObject, patch: JsonObject) -> JsonObject:
    """Return the properties of a task after a PATCH.

    Raises:
        ArmError: 400 when the patch has a step without its type.
    """
    result: JsonObject = dict(properties)
    for name in _PLAIN:
        if patch.get(name) is not None:
            result[name] = patch[name]
    for name in _ONLY_ADDED:
        if patch.get(name) is not None:
            result[name] = {**section(properties, name), **_set(section(patch, name))}
    if patch.get("step") is not None:
        result["step"] = _step(section(properties, "step"), section(patch, "step"))
    if patch.get("trigger") is not None:
        result["trigger"] = _switched_on(_trigger(section(properties, "trigger"), section(patch, "trigger")))
    if patch.get("credentials") is not None:
        merged = _credentials(section(properties, "credentials"), section(patch, "credentials"))
        result = {name: value for name, value in result.items() if name != "credentials"}
        if merged:
            result["credentials"] = merged
    return result


def created(properties: JsonObject) -> JsonObject:
    """Return the properties of a task after a PUT: what was given, without nulls and empty credentials.

    A trigger without a status is enabled (specification: the default of `status`).
    """
    credentials = _credentials({}, section(properties, "credentials"))
    kept = {name: value for name, value in properties.items() if name != "credentials"}
    result = _set(kept)
    if "trigger" in result:
        result["trigger"] = _switched_on(section(result, "trigger"))
    return {**result, "credentials": credentials} if credentials else result


def _set(given: JsonObject) -> JsonObject:
    return section({"set": without_nulls(given)}, "set")


def _step(old: JsonObject, patch: JsonObject) -> JsonObject:
    kind = text(patch, "type")
    if not kind:
        raise bad_request("InvalidStep", "The property 'step.type' must be restated in an update.", target="request")
    if kind.lower() == text(old, "type").lower():
        return {**old, **_set(patch)}
    # A step of another type starts afresh, but for its context: not verified.
    kept = {name: value for name, value in old.items() if name in _KEPT_BY_ANOTHER_STEP}
    return {**kept, **_set(patch)}


def _trigger(old: JsonObject, patch: JsonObject) -> JsonObject:
    result: JsonObject = dict(old)
    for name in ("timerTriggers", "sourceTriggers"):
        if patch.get(name) is not None:
            result[name] = _by_name(entries(old, name), entries(patch, name))
    if patch.get("baseImageTrigger") is not None:
        result["baseImageTrigger"] = {**section(old, "baseImageTrigger"), **_set(section(patch, "baseImageTrigger"))}
    return result


def _switched_on(trigger: JsonObject) -> JsonObject:
    result: JsonObject = dict(trigger)
    for name in ("timerTriggers", "sourceTriggers"):
        if name in trigger:
            result[name] = [{"status": "Enabled", **one} for one in entries(trigger, name)]
    if "baseImageTrigger" in trigger:
        result["baseImageTrigger"] = {"status": "Enabled", **section(trigger, "baseImageTrigger")}
    return result


def _by_name(old: tuple[JsonObject, ...], patch: tuple[JsonObject, ...]) -> list[Json]:
    merged = {text(trigger, "name"): trigger for trigger in old}
    for trigger in patch:
        name = text(trigger, "name")
        merged[name] = _one_trigger(merged.get(name, {}), trigger)
    return list(merged.values())


def _one_trigger(old: JsonObject, patch: JsonObject) -> JsonObject:
    result = {**old, **_set(patch)}
    if "sourceRepository" in patch:
        result["sourceRepository"] = {**section(old, "sourceRepository"), **_set(section(patch, "sourceRepository"))}
    return result


def _credentials(old: JsonObject, patch: JsonObject) -> JsonObject:
    result: JsonObject = dict(old)
    if patch.get("sourceRegistry") is not None:
        source = _source_registry(section(old, "sourceRegistry"), section(patch, "sourceRegistry"))
        result = {name: value for name, value in result.items() if name != "sourceRegistry"}
        if source:
            result["sourceRegistry"] = source
    if patch.get("customRegistries") is not None:
        custom = _custom_registries(section(old, "customRegistries"), section(patch, "customRegistries"))
        result = {name: value for name, value in result.items() if name != "customRegistries"}
        if custom:
            result["customRegistries"] = custom
    return result


def _source_registry(old: JsonObject, patch: JsonObject) -> JsonObject:
    """Return the login mode stays unless given; the identity goes unless given."""
    kept = {name: value for name, value in old.items() if name == "loginMode"}
    return {**kept, **_set(patch)}


def _custom_registries(old: JsonObject, patch: JsonObject) -> JsonObject:
    """Merge by login server: null, or an entry that says nothing, removes.

    That an entry replaces the older one as a whole, and that casing of the login server does not count: not verified.
    """
    result: JsonObject = dict(old)
    for server, entry in patch.items():
        result = {name: value for name, value in result.items() if name.lower() != server.lower()}
        given = _set(entry) if isinstance(entry, dict) else {}
        if given:
            result[server] = given
    return result
