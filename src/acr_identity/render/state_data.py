"""Tasks, their settings and credentials as data for JSON, with secrets as `(secret)`."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias, assert_never

from pydantic import SecretStr

from acr_identity.changes import known_with_identity
from acr_identity.secrecy import SECRET, NotSet, Secret
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    MaskedLogin,
    UnknownClientId,
    VaultSecretAddress,
)

if TYPE_CHECKING:
    from acr_identity.render.to_json import Json
    from acr_identity.state import (
        BaseImageTrigger,
        LiveRun,
        Login,
        PlatformSettings,
        SourceTriggerSettings,
        Step,
        Tags,
        TaskSettings,
        TimerTrigger,
        Value,
    )

_Source: TypeAlias = Secret | VaultSecretAddress | None


def tags_data(tags: Tags) -> Json:
    """Return tags as an object."""
    return dict(tags)


def settings_data(settings: TaskSettings) -> Json:
    """Return what is set: a key whose value is `null` says nothing about the task."""
    return {
        "step": _step(settings.step),
        "platform": _platform(settings.platform),
        "cpu": settings.cpu,
        "agent_pool": settings.pool,
        "timeout_seconds": settings.timeout,
        "log_template": settings.log_template,
        "timers": None if settings.timers is None else [_timer(timer) for timer in settings.timers],
        "base_image": _base_image(settings.base_image),
        "sources": None if settings.sources is None else [_source(source) for source in settings.sources],
        "source_login": settings.source_login,
        "enabled": settings.enabled,
    }


def source_data(source: _Source) -> Json:
    """Return where a user name or a password is: `(secret)`, `{"vault_secret": ADDRESS}` or `null`.

    One whose environment variable is not set is `{"unset_variable": NAME}`.
    """
    match source:
        case None:
            return None
        case SecretStr() | NotSet():
            return _mask(source)
        case VaultSecretAddress(url):
            return {"vault_secret": url}
        case _:
            assert_never(source)


def login_data(login: Login) -> Json:
    """Return how a credential that was read signs in: `kind` is `identity`, `custom` or `hidden`."""
    match login:
        case IdentityLogin(identity):
            return {"kind": "identity", "identity": identity}
        case CustomLogin(user_name, password, identity):
            return {
                "kind": "custom",
                "identity": identity or None,
                "user_name": source_data(user_name),
                "password": source_data(password),
            }
        case MaskedLogin():
            return {"kind": "hidden"}
        case _:
            assert_never(login)


def run_data(run: LiveRun) -> dict[str, Json]:
    """Return a run with the images that it pushed and the registries to which it signed in."""
    return {
        "run_id": run.run_id,
        "task": run.task or None,
        "registry": str(run.registry),
        "status": run.status,
        "error": run.error or None,
        "images": [
            {
                "registry": image.registry,
                "repository": image.repository,
                "tag": image.tag,
                "digest": image.digest,
                "reference": str(image),
            }
            for image in run.images
        ],
        "logged_in": list(run.logged_in),
    }


def _step(step: Step | None) -> Json:
    match step:
        case None:
            return None
        case EncodedStep(content, values):
            digest = hashlib.sha256(content.encode(errors="surrogatepass")).hexdigest()
            lines = len(content.splitlines())
            return {"kind": "encoded", "lines": lines, "sha256": digest, "values": _values(values)}
        case FileStep():
            return {
                "kind": "file",
                "file": step.task_file,
                "context": step.context,
                "values_file": step.values_file,
                "token": _mask(step.token),
                "values": _values(step.values),
            }
        case DockerStep():
            return _docker_step(step)
        case _:
            assert_never(step)


def _docker_step(step: DockerStep) -> Json:
    return {
        "kind": "docker",
        "file": step.dockerfile,
        "context": step.context,
        "images": list(step.images),
        "push": step.push,
        "cache": step.cache,
        "target": step.target,
        "token": _mask(step.token),
        "arguments": _values(step.arguments),
    }


def _values(values: tuple[Value, ...] | None) -> Json:
    if values is None:
        return None
    return [{"name": value.name, "value": _value(value)} for value in values]


def _value(value: Value) -> Json:
    match value.value:
        case str() as text:
            return text
        case UnknownClientId(identity):
            return {"known_after_apply": known_with_identity(identity).change}
        case secret:
            return _mask(secret)


def _platform(platform: PlatformSettings | None) -> Json:
    if platform is None:
        return None
    return {"os": platform.os, "architecture": platform.architecture, "variant": platform.variant}


def _timer(timer: TimerTrigger) -> Json:
    return {"name": timer.name, "schedule": timer.schedule, "enabled": timer.enabled}


def _base_image(trigger: BaseImageTrigger | None) -> Json:
    if trigger is None:
        return None
    return {"name": trigger.name, "kind": trigger.kind, "enabled": trigger.enabled}


def _source(trigger: SourceTriggerSettings) -> Json:
    return {
        "name": trigger.name,
        "repository": trigger.repository,
        "branch": trigger.branch,
        "events": list(trigger.events),
        "control": trigger.control,
        "token": _mask(trigger.token),
        "enabled": trigger.enabled,
    }


def _mask(secret: Secret | None) -> Json:
    match secret:
        case None:
            return None
        case SecretStr():
            return SECRET
        case NotSet(variable):
            return {"unset_variable": variable}
        case _:
            assert_never(secret)
