"""From the JSON of a task, or of a request for a run without one, to what the runner is given."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import moment
from acr_identity.emulator.kernel.runner_port import (
    DockerStep,
    RegistryCredential,
    RunRequest,
    Secret,
    TaskFileStep,
    Value,
)
from acr_identity.emulator.kernel.wire import entries, flag, section, text
from acr_identity.emulator.runner.document import Reader, first_document
from acr_identity.emulator.runner.run_errors import RunError

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.runner_port import Refusal, Step, Surroundings
    from acr_identity.emulator.kernel.state import Registry
    from acr_identity.emulator.kernel.wire import JsonObject


def run_request(
    registry: Registry,
    run_id: str,
    task: str,
    properties: JsonObject,
    *,
    step: Step,
    started: float,
    source_refusal: Refusal | None = None,
) -> RunRequest:
    """Return all that a run is decided from; `properties` are those of the task, with its secrets."""
    credentials = section(properties, "credentials")
    source = section(credentials, "sourceRegistry")
    start = moment(started)
    return RunRequest(
        run_id=run_id,
        task_name=task,
        login_server=registry.login_server,
        step=step,
        values=_values(section(properties, "step"), step.values_file if isinstance(step, TaskFileStep) else ""),
        logs_in_to_source=_brings_a_login(registry) and text(source, "loginMode").lower() != "none",
        source_identity=text(source, "identity"),
        credentials=_credentials(section(credentials, "customRegistries")),
        started=f"{start:%Y/%m/%d %H:%M:%S}",
        date=f"{start:%Y%m%d-%H%M%Sz}",
        source_refusal=source_refusal,
    )


def _brings_a_login(registry: Registry) -> bool:
    """Say whether the service logs a run in to the registry of its task: not where roles count for each repository."""
    return not registry.is_by_repository


def step_of(step: JsonObject, surroundings: Surroundings) -> Step | None:
    """Return the step of a task, its files read; `None` when the context has not all of them."""
    context = text(step, "contextPath")
    match text(step, "type").lower():
        case "docker":
            return _docker(step, context)
        case "filetask":
            content, path = surroundings.read_file(context, text(step, "taskFilePath")), text(step, "valuesFilePath")
            values = surroundings.read_file(context, path) if path else ""
            return None if content is None or values is None else TaskFileStep(content, context, values)
        case _:
            return TaskFileStep(_decoded(text(step, "encodedTaskContent")), context)


def overridden(step: JsonObject, override: JsonObject) -> JsonObject:
    """Return a step with the override of one run; values and arguments are merged by name."""
    result: JsonObject = dict(step)
    for given, name in (("contextPath", "contextPath"), ("target", "target"), ("file", _file_field(step))):
        if text(override, given):
            result[name] = override[given]
    for name in ("arguments", "values"):
        merged = {text(entry, "name"): entry for entry in (*entries(step, name), *entries(override, name))}
        result[name] = list(merged.values())
    return result


def _file_field(step: JsonObject) -> str:
    return "dockerFilePath" if text(step, "type").lower() == "docker" else "taskFilePath"


def _docker(step: JsonObject, context: str) -> DockerStep:
    names = step.get("imageNames")
    return DockerStep(
        context=context,
        dockerfile=text(step, "dockerFilePath"),
        image_names=tuple(str(name) for name in names) if isinstance(names, list) else (),
        is_push_enabled=flag(step, "isPushEnabled", default=True),
        arguments=tuple(_value(entry) for entry in entries(step, "arguments")),
        target=text(step, "target"),
    )


def _values(step: JsonObject, values_file: str) -> tuple[Value, ...]:
    """Return the values of a step: what it sets itself is stronger than what a file of values says."""
    in_files = (*_read_values(_decoded(text(step, "encodedValuesContent"))), *_read_values(values_file))
    merged = {value.name: value for value in (*in_files, *map(_value, entries(step, "values")))}
    return tuple(merged.values())


def _read_values(content: str) -> tuple[Value, ...]:
    try:
        found = Reader().text_map(first_document(content))
    except RunError:
        return ()
    return tuple(Value(name, value) for name, value in found.items())


def _decoded(encoded: str) -> str:
    try:
        return base64.b64decode(encoded).decode(errors="replace")
    except ValueError:
        return encoded  # requests are checked, but a state may have been edited


def _value(entry: JsonObject) -> Value:
    return Value(text(entry, "name"), text(entry, "value"), flag(entry, "isSecret"))


def _credentials(servers: JsonObject) -> tuple[RegistryCredential, ...]:
    return tuple(_credential(server, section(servers, server)) for server in servers)


def _credential(server: str, entry: JsonObject) -> RegistryCredential:
    user, user_in_vault = _literal_or_address(section(entry, "userName"))
    password, password_in_vault = _literal_or_address(section(entry, "password"))
    return RegistryCredential(
        login_server=server,
        identity=text(entry, "identity"),
        user_name=user,
        user_name_in_vault=user_in_vault,
        password=password,
        password_in_vault=password_in_vault,
    )


def _literal_or_address(given: JsonObject) -> tuple[Secret | None, str]:
    value = text(given, "value")
    if text(given, "type").lower() == "vaultsecret":
        return None, value
    return (Secret(value), "") if value else (None, "")
