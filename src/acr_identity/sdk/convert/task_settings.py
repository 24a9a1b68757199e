"""The settings of a task, as written: step, platform, triggers and the rest."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, assert_never

from azure.mgmt.containerregistrytasks import models
from pydantic import SecretStr

from acr_identity.sdk.convert.runs import plain, set_value
from acr_identity.secrecy import Secret
from acr_identity.state import DockerStep, EncodedStep, FileStep

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from acr_identity.state import (
        BaseImageTrigger,
        PlatformSettings,
        SourceTriggerSettings,
        Step,
        TaskSettings,
        TimerTrigger,
        Value,
    )


def properties_to_wire(
    settings: TaskSettings, source_identity: str = "", *, names_source: bool = False
) -> models.TaskProperties:
    """Return what the settings say, and nothing of what they do not say.

    The identity for the source registry is restated wherever that registry is named, since the service clears it
    otherwise. It is named where its login is to change, or its identity is (`names_source`).
    """
    return models.TaskProperties(
        status=_said(settings.enabled),
        platform=None if settings.platform is None else platform_to_wire(settings.platform),
        agent_configuration=None if settings.cpu is None else models.AgentProperties(cpu=settings.cpu),
        agent_pool_name=settings.pool,
        timeout=settings.timeout,
        step=None if settings.step is None else _step(settings.step),
        trigger=_trigger(settings),
        credentials=_source_registry(settings, source_identity, names_source=names_source),
        log_template=settings.log_template,
    )


def platform_to_wire(platform: PlatformSettings) -> models.PlatformProperties:
    """Return what the agent must be."""
    return models.PlatformProperties(os=platform.os, architecture=platform.architecture, variant=platform.variant)


def settings_secrets(settings: TaskSettings) -> Iterator[str]:
    """Yield each secret text of the settings."""
    for trigger in settings.sources or ():
        yield from _clear(trigger.token)
    match settings.step:
        case EncodedStep(token=token, values=values) | FileStep(token=token, values=values):
            yield from _clear(token)
            yield from _secret_values(values)
        case DockerStep(token=token, arguments=values):
            yield from _clear(token)
            yield from _secret_values(values)
        case None:
            pass


def _clear(secret: Secret | None) -> Iterator[str]:
    if secret is not None:
        yield secret.get_secret_value()


def _secret_values(values: Sequence[Value] | None) -> Iterator[str]:
    for each in values or ():
        if isinstance(each.value, SecretStr):
            yield each.value.get_secret_value()


def _said(enabled: bool | None) -> str | None:  # noqa: FBT001 - its only argument
    return None if enabled is None else "Enabled" if enabled else "Disabled"


def _source_registry(settings: TaskSettings, identity: str, *, names_source: bool) -> models.Credentials | None:
    if settings.source_login is None and not names_source:
        return None
    return models.Credentials(
        source_registry=models.SourceRegistryCredentials(identity=identity or None, login_mode=settings.source_login)
    )


def _step(step: Step) -> models.TaskStepProperties:
    match step:
        case EncodedStep():
            return _encoded_step(step)
        case FileStep():
            return models.FileTaskStep(
                task_file_path=step.task_file,
                values_file_path=step.values_file,
                context_path=step.context,
                context_access_token=_optional(step.token),
                values_property=_values(step.values),
            )
        case DockerStep():
            return _docker_step(step)
        case _:
            assert_never(step)


def _encoded_step(step: EncodedStep) -> models.EncodedTaskStep:
    return models.EncodedTaskStep(
        encoded_task_content=_encoded(step.content),
        encoded_values_content=None if step.values_file is None else _encoded(step.values_file),
        context_path=step.context,
        context_access_token=_optional(step.token),
        values_property=_values(step.values),
    )


def _encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def _docker_step(step: DockerStep) -> models.DockerBuildStep:
    return models.DockerBuildStep(
        docker_file_path=step.dockerfile,
        context_path=step.context,
        image_names=list(step.images),
        is_push_enabled=step.push,
        no_cache=None if step.cache is None else not step.cache,
        target=step.target,
        context_access_token=_optional(step.token),
        arguments=None if step.arguments is None else [_argument(each) for each in step.arguments],
    )


def _optional(secret: Secret | None) -> str | None:
    return None if secret is None else secret.get_secret_value()


def _values(values: Sequence[Value] | None) -> list[models.SetValue] | None:
    return None if values is None else [set_value(each) for each in values]


def _argument(value: Value) -> models.Argument:
    return models.Argument(name=value.name, value=plain(value.value), is_secret=isinstance(value.value, SecretStr))


def _trigger(settings: TaskSettings) -> models.TriggerProperties | None:
    if settings.timers is None and settings.base_image is None and settings.sources is None:
        return None
    return models.TriggerProperties(
        timer_triggers=None if settings.timers is None else [_timer(each) for each in settings.timers],
        source_triggers=None if settings.sources is None else [_source(each) for each in settings.sources],
        base_image_trigger=None if settings.base_image is None else _base_image(settings.base_image),
    )


def _timer(trigger: TimerTrigger) -> models.TimerTrigger:
    return models.TimerTrigger(name=trigger.name, schedule=trigger.schedule, status=_said(trigger.enabled))


def _base_image(trigger: BaseImageTrigger) -> models.BaseImageTrigger:
    return models.BaseImageTrigger(
        name=trigger.name, base_image_trigger_type=trigger.kind, status=_said(trigger.enabled)
    )


def _source(trigger: SourceTriggerSettings) -> models.SourceTrigger:
    token = trigger.token
    return models.SourceTrigger(
        name=trigger.name,
        status=_said(trigger.enabled),
        source_trigger_events=list(trigger.events),
        source_repository=models.SourceProperties(
            source_control_type=trigger.control,
            repository_url=trigger.repository,
            branch=trigger.branch,
            source_control_auth_properties=None
            if token is None
            else models.AuthInfo(token_type="PAT", token=token.get_secret_value()),  # noqa: S106 - the kind of token
        ),
    )
