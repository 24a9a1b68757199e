"""Tasks, as read. What is absent or spelt in another case must not stop the reading."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Literal

from pydantic import SecretStr

from acr_identity.ids import ArmId
from acr_identity.sdk.convert.hidden import Hidden, is_shown
from acr_identity.sdk.convert.resources import as_tags
from acr_identity.sdk.convert.task_bodies import (
    BaseImageBody,
    LoginBody,
    PlatformBody,
    SecretBody,
    SourceBody,
    StepBody,
    TaskBody,
    TaskIdentityBody,
    TaskProperties,
    TimerBody,
    ValueBody,
)
from acr_identity.state import (
    Attached,
    BaseImageTrigger,
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    LiveTask,
    MaskedLogin,
    PlatformSettings,
    SourceTriggerSettings,
    TaskSettings,
    TimerTrigger,
    Value,
    VaultSecretAddress,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.state import Login, Step


def task_from_wire(id_: ArmId, task: TaskBody, hidden: Hidden | None) -> LiveTask:
    """Return a task. `hidden` is what listDetails holds back; `None` for an answer without secrets and credentials."""
    credentials = task.properties.credentials
    return LiveTask(
        id=id_,
        location=task.location,
        settings=_settings(task.properties),
        attached=_attached(task.identity),
        logins={
            server.lower(): MaskedLogin() if hidden is None else _login(login)
            for server, login in credentials.custom_registries.items()
        },
        source_identity=credentials.source_registry.identity,
        tags=as_tags(task.tags),
        details_seen=hidden is not None and not hidden.marked,
        hidden=hidden.paths if hidden else (),
        unseen_because="Azure holds secrets back in the details of the task" if hidden and hidden.marked else "",
    )


def _login(login: LoginBody | None) -> Login:
    if login is None or not (login.user_name or login.password or login.identity):
        return MaskedLogin()
    if login.user_name is None and login.password is None:
        return IdentityLogin(login.identity.lower())
    return CustomLogin(_secret(login.user_name), _secret(login.password), login.identity.lower())


def _secret(value: SecretBody | None) -> SecretStr | VaultSecretAddress | None:
    if value is None or value.value is None or not is_shown(value.value):
        return None
    if value.type.lower() == "vaultsecret":
        return VaultSecretAddress(value.value)
    return SecretStr(value.value)


def _attached(identity: TaskIdentityBody) -> Attached:
    return Attached(
        system_principal_id=identity.principal_id.lower() or None,
        tenant_id=identity.tenant_id,
        users=tuple(sorted(ArmId(id_) for id_ in identity.user_assigned_identities)),
    )


def _settings(properties: TaskProperties) -> TaskSettings:
    base_image = properties.trigger.base_image_trigger
    return TaskSettings(
        step=_step(properties.step),
        platform=None if properties.platform is None else _platform(properties.platform),
        cpu=properties.agent_configuration.cpu,
        pool=properties.agent_pool_name,
        timeout=properties.timeout,
        log_template=properties.log_template,
        timers=tuple(_timer(each) for each in properties.trigger.timer_triggers),
        base_image=None if base_image is None else _base_image(base_image),
        sources=tuple(_source(each) for each in properties.trigger.source_triggers),
        source_login=_source_login(properties.credentials.source_registry.login_mode),
        enabled=None if properties.status is None else _enabled(properties.status),
    )


def _enabled(status: str) -> bool:
    return status.lower() != "disabled"


def _source_login(mode: str) -> Literal["Default", "None"] | None:
    match mode.lower():
        case "default":
            return "Default"
        case "none":
            return "None"
        case _:
            return None


def _platform(platform: PlatformBody) -> PlatformSettings:
    return PlatformSettings(platform.os, platform.architecture or None, platform.variant or None)


def _timer(trigger: TimerBody) -> TimerTrigger:
    return TimerTrigger(trigger.name, trigger.schedule, _enabled(trigger.status))


def _base_image(trigger: BaseImageBody) -> BaseImageTrigger:
    return BaseImageTrigger(trigger.name, trigger.base_image_trigger_type, _enabled(trigger.status))


def _source(trigger: SourceBody) -> SourceTriggerSettings:
    repository = trigger.source_repository
    login = repository.source_control_auth_properties
    return SourceTriggerSettings(
        name=trigger.name,
        repository=repository.repository_url,
        branch=repository.branch,
        events=trigger.source_trigger_events,
        control=repository.source_control_type,
        token=None if login is None else _optional_secret(login.token),
        enabled=_enabled(trigger.status),
    )


def _step(step: StepBody) -> Step | None:
    match step.type.lower():
        case "encodedtask":
            return EncodedStep(
                content=_decoded(step.encoded_task_content),
                values=_values(step.values),
                values_file=_decoded(step.encoded_values_content) if step.encoded_values_content else None,
                context=step.context_path,
                token=_optional_secret(step.context_access_token),
            )
        case "filetask":
            return FileStep(
                task_file=step.task_file_path,
                context=step.context_path or "",
                values_file=step.values_file_path,
                token=_optional_secret(step.context_access_token),
                values=_values(step.values),
            )
        case "docker":
            return _docker_step(step)
        case _:
            return None


def _docker_step(step: StepBody) -> DockerStep:
    return DockerStep(
        dockerfile=step.docker_file_path,
        context=step.context_path or "",
        images=step.image_names,
        push=step.is_push_enabled,
        cache=None if step.no_cache is None else not step.no_cache,
        target=step.target,
        token=_optional_secret(step.context_access_token),
        arguments=_values(step.arguments),
    )


def _decoded(content: str) -> str:
    """Return a task file's text. What is no base64 is given as it is, and so differs from any file."""
    try:
        return base64.b64decode(content, validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return content


def _values(values: Sequence[ValueBody]) -> tuple[Value, ...]:
    """Return values or arguments, without those whose text the service hides."""
    return tuple(_value(each) for each in values if not each.is_secret or is_shown(each.value))


def _value(value: ValueBody) -> Value:
    return Value(value.name, SecretStr(value.value) if value.is_secret else value.value)


def _optional_secret(text: str | None) -> SecretStr | None:
    return SecretStr(text) if text and is_shown(text) else None
