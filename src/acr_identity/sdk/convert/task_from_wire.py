"""Tasks, as read. What is absent, null or spelt in another case must not stop the reading."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Literal

from azure.mgmt.containerregistrytasks import models
from pydantic import SecretStr

from acr_identity.ids import ArmId
from acr_identity.sdk.convert.hidden import Hidden, hidden_secrets, is_shown
from acr_identity.sdk.convert.resources import as_tags, as_text
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
    SourceTrigger,
    TaskSettings,
    TimerTrigger,
    Value,
    VaultSecretAddress,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from acr_identity.state import Login, Step


def task_from_wire(id_: ArmId, task: models.Task, *, details: bool) -> LiveTask:
    """Return a task. `details` says whether the answer holds secrets and credentials, as only listDetails does."""
    hidden = hidden_secrets(task.as_dict()) if details else Hidden((), ())
    properties = task.properties or models.TaskProperties()
    credentials = properties.credentials or models.Credentials()
    source = credentials.source_registry
    return LiveTask(
        id=id_,
        location=task.location or "",
        settings=_settings(properties, source),
        attached=_attached(task.identity),
        logins={
            server.lower(): _login(login) if details else MaskedLogin()
            for server, login in _nullable(credentials.custom_registries).items()
        },
        source_identity="" if source is None else source.identity or "",
        tags=as_tags(task.tags),
        details_seen=details and not hidden.marked,
        hidden=hidden.paths,
        unseen_because="Azure holds secrets back in the details of the task" if hidden.marked else "",
    )


def _nullable(
    logins: dict[str, models.CustomRegistryCredentials] | None,
) -> dict[str, models.CustomRegistryCredentials | None]:
    """Say what the SDK's type does not: each answer but listDetails has null for the values."""
    return dict(logins or {})


def _login(login: models.CustomRegistryCredentials | None) -> Login:
    if login is None or not (login.user_name or login.password or login.identity):
        return MaskedLogin()
    if login.user_name is None and login.password is None:
        return IdentityLogin((login.identity or "").lower())
    return CustomLogin(_secret(login.user_name), _secret(login.password), (login.identity or "").lower())


def _secret(value: models.SecretObject | None) -> SecretStr | VaultSecretAddress | None:
    if value is None or value.value is None or not is_shown(value.value):
        return None
    if as_text(value.type).lower() == "vaultsecret":
        return VaultSecretAddress(value.value)
    return SecretStr(value.value)


def _attached(identity: models.IdentityProperties | None) -> Attached:
    if identity is None:
        return Attached()
    return Attached(
        system_principal_id=(identity.principal_id or "").lower() or None,
        tenant_id=identity.tenant_id or "",
        users=tuple(sorted(ArmId(id_) for id_ in identity.user_assigned_identities or {})),
    )


def _settings(properties: models.TaskProperties, source: models.SourceRegistryCredentials | None) -> TaskSettings:
    trigger = properties.trigger or models.TriggerProperties()
    agent = properties.agent_configuration
    return TaskSettings(
        step=_step(properties.step),
        platform=_platform(properties.platform),
        cpu=None if agent is None else agent.cpu,
        pool=properties.agent_pool_name,
        timeout=properties.timeout,
        log_template=properties.log_template,
        timers=tuple(_timer(each) for each in trigger.timer_triggers or ()),
        base_image=_base_image(trigger.base_image_trigger),
        sources=tuple(_source(each) for each in trigger.source_triggers or ()),
        source_login=_source_login(source),
        enabled=None if properties.status is None else _enabled(properties.status),
    )


def _enabled(status: str | None) -> bool:
    return as_text(status).lower() != "disabled"


def _source_login(source: models.SourceRegistryCredentials | None) -> Literal["Default", "None"] | None:
    match as_text(source.login_mode).lower() if source is not None else "":
        case "default":
            return "Default"
        case "none":
            return "None"
        case _:
            return None


def _platform(platform: models.PlatformProperties | None) -> PlatformSettings | None:
    if platform is None:
        return None
    return PlatformSettings(
        as_text(platform.os), as_text(platform.architecture) or None, as_text(platform.variant) or None
    )


def _timer(trigger: models.TimerTrigger) -> TimerTrigger:
    return TimerTrigger(trigger.name, trigger.schedule, _enabled(trigger.status))


def _base_image(trigger: models.BaseImageTrigger | None) -> BaseImageTrigger | None:
    if trigger is None:
        return None
    return BaseImageTrigger(trigger.name, as_text(trigger.base_image_trigger_type), _enabled(trigger.status))


def _source(trigger: models.SourceTrigger) -> SourceTrigger:
    repository = trigger.source_repository
    login = repository.source_control_auth_properties
    return SourceTrigger(
        name=trigger.name,
        repository=repository.repository_url,
        branch=repository.branch,
        events=tuple(as_text(event) for event in trigger.source_trigger_events or ()),
        control=as_text(repository.source_control_type),
        token=None if login is None else _optional_secret(login.token),
        enabled=_enabled(trigger.status),
    )


def _step(step: models.TaskStepProperties | None) -> Step | None:
    match step:
        case models.EncodedTaskStep():
            return EncodedStep(
                content=_decoded(step.encoded_task_content),
                values=_values(step.values_property),
                values_file=_decoded(step.encoded_values_content) if step.encoded_values_content else None,
                context=step.context_path,
                token=_optional_secret(step.context_access_token),
            )
        case models.FileTaskStep():
            return FileStep(
                task_file=step.task_file_path,
                context=step.context_path or "",
                values_file=step.values_file_path,
                token=_optional_secret(step.context_access_token),
                values=_values(step.values_property),
            )
        case models.DockerBuildStep():
            return _docker_step(step)
        case _:
            return None


def _docker_step(step: models.DockerBuildStep) -> DockerStep:
    return DockerStep(
        dockerfile=step.docker_file_path,
        context=step.context_path or "",
        images=tuple(step.image_names or ()),
        push=step.is_push_enabled,
        cache=None if step.no_cache is None else not step.no_cache,
        target=step.target,
        token=_optional_secret(step.context_access_token),
        arguments=_values(step.arguments),
    )


def _decoded(content: str | None) -> str:
    """Return a task file's text. What is no base64 is given as it is, and so differs from any file."""
    try:
        return base64.b64decode(content or "", validate=True).decode(errors="replace")
    except (binascii.Error, ValueError):
        return content or ""


def _values(values: Sequence[models.SetValue | models.Argument] | None) -> tuple[Value, ...]:
    """Return values or arguments, without those whose text the service hides."""
    return tuple(_value(each) for each in values or () if not _is_hidden(each))


def _is_hidden(value: models.SetValue | models.Argument) -> bool:
    return bool(value.is_secret) and not is_shown(value.value)


def _value(value: models.SetValue | models.Argument) -> Value:
    text = value.value or ""
    return Value(value.name, SecretStr(text) if value.is_secret else text)


def _optional_secret(text: str | None) -> SecretStr | None:
    return SecretStr(text) if text and is_shown(text) else None
