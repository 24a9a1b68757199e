"""What a spec says of a task, in the form in which Azure has it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeAlias

from acr_identity.spec import (
    DockerBuild,
    FromEnvironment,
    FromIdentity,
    FromVault,
    GitTaskFile,
    SourceTrigger,
    Task,
    TaskFile,
    Triggers,
    command_file,
)
from acr_identity.state import (
    BaseImageTrigger,
    DockerStep,
    EncodedStep,
    FileStep,
    PlatformSettings,
    SourceTriggerSettings,
    Step,
    TaskSettings,
    TimerTrigger,
    UnknownClientId,
    Value,
    VaultSecretAddress,
)

if TYPE_CHECKING:
    from acr_identity.secrecy import Secret


Clients: TypeAlias = Mapping[str, str | UnknownClientId]
"""The client ids of the identities of a task, by their names in the spec."""


def task_settings(task: Task, clients: Clients | None = None) -> TaskSettings:
    """Return the settings that the spec gives a task; what it leaves out is `None`."""
    platform = task.platform
    return TaskSettings(
        step=_step(task, clients or {}),
        platform=PlatformSettings(platform.os, platform.architecture, platform.variant) if platform else None,
        cpu=task.agent.cpu if task.agent else None,
        pool=task.agent.pool if task.agent else None,
        timeout=task.timeout,
        log_template=task.log_template,
        timers=_timers(task.triggers),
        base_image=_base_image(task.triggers),
        sources=_sources(task.triggers),
        source_login={"default": "Default", "none": "None", None: None}[task.source_login],
        enabled=task.enabled,
    )


def secret_source(source: FromEnvironment | FromVault, vault_uri: str) -> Secret | VaultSecretAddress:
    """Return a credential's user name or password: the value itself, or the address of the vault's secret."""
    match source:
        case FromEnvironment():
            return source.value
        case FromVault():
            version = f"/{source.version}" if source.version else ""
            return VaultSecretAddress(f"{vault_uri}/secrets/{source.secret}{version}")


def _step(task: Task, clients: Clients) -> Step:
    values = _values(task.values, clients)
    match task.file or task.git or task.docker or task.command:
        case TaskFile() as file:
            return EncodedStep(file.content, values)
        case GitTaskFile() as git:
            return FileStep(git.file, git.context, git.values_file, _secret(git.token), values)
        case DockerBuild() as build:
            return DockerStep(
                dockerfile=build.file,
                context=build.context,
                images=build.images,
                push=build.push,
                cache=build.cache,
                target=build.target,
                token=_secret(build.token),
                arguments=_values(build.arguments, clients),
            )
        case str() as command:
            return EncodedStep(command_file(command), values)
        case None:
            raise ValueError("a task without a step is no valid spec")


def _values(values: Mapping[str, str | FromEnvironment | FromIdentity], clients: Clients) -> tuple[Value, ...] | None:
    return tuple(Value(name, _value(value, clients)) for name, value in sorted(values.items())) or None


def _value(value: str | FromEnvironment | FromIdentity, clients: Clients) -> str | Secret | UnknownClientId:
    match value:
        case str():
            return value
        case FromEnvironment():
            return value.value
        case FromIdentity(client_id_of=identity):
            return clients[identity]


def _secret(source: FromEnvironment | None) -> Secret | None:
    return source.value if source else None


def _timers(triggers: Triggers | None) -> tuple[TimerTrigger, ...] | None:
    if triggers is None or "timers" not in triggers.model_fields_set:
        return None
    return tuple(TimerTrigger(timer.name, timer.schedule, timer.enabled) for timer in triggers.timers)


def _base_image(triggers: Triggers | None) -> BaseImageTrigger | None:
    if triggers is None or triggers.base_image is None:
        return None
    base = triggers.base_image
    return BaseImageTrigger(base.name, base.type.capitalize(), base.enabled)


def _sources(triggers: Triggers | None) -> tuple[SourceTriggerSettings, ...] | None:
    if triggers is None or "sources" not in triggers.model_fields_set:
        return None
    return tuple(map(_source, triggers.sources))


def _source(source: SourceTrigger) -> SourceTriggerSettings:
    control = "Github" if source.is_github else "VisualStudioTeamService"
    return SourceTriggerSettings(
        source.name,
        source.repository,
        source.watched_branch,
        source.events,
        control,
        _secret(source.token),
        source.enabled,
    )
