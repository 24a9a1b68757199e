"""Secrets that the details of a task hold back: they are there, and their texts are not.

`listDetails` promises all secrets (Tasks - Get Details). A service may still answer with null, an empty text or stars,
or leave a text out. What leaves no sign at all, such as the token of a context, cannot be told from what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acr_identity.sdk.convert.task_bodies import LoginBody, SourceBody, SourceLoginBody, StepBody, TaskBody, TriggerBody

_STARS = "***"


def is_shown(text: str | None) -> bool:
    """Say whether a secret's text is one, and not what stands in its place."""
    return bool(text) and _STARS not in str(text)


@dataclass(frozen=True, slots=True)
class Hidden:
    """The paths of what is held back."""

    marked: tuple[str, ...]
    """Secrets in whose place something else stands: the answer does not show all that there is."""
    missing: tuple[str, ...]
    """What must be there and is not mentioned: a source trigger has a token, a payload with a token has an address."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return all of them, sorted."""
        return tuple(sorted({*self.marked, *self.missing}))


def hidden_secrets(task: TaskBody) -> Hidden:
    """Return what a task, as its details or a PUT have it, holds back."""
    properties = task.properties
    marked = [
        *_in_step(properties.step),
        *_in_triggers(properties.trigger),
        *_in_logins(properties.credentials.custom_registries),
    ]
    return Hidden(tuple(marked), tuple(_missing(properties.trigger)))


def lost_by_writing(read: Mapping[str, object], written: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a PUT would lose: what the details hold back, and what the body that was made of them lacks.

    Raises:
        pydantic.ValidationError: one of them, in JSON, is no task.
    """
    details, body = TaskBody.model_validate(read), TaskBody.model_validate(written)
    return tuple(sorted({*hidden_secrets(details).marked, *hidden_secrets(body).paths}))


def _in_step(step: StepBody) -> Iterator[str]:
    if step.context_access_token is not None and not is_shown(step.context_access_token):
        yield "step.token"
    for name, values in (("values", step.values), ("arguments", step.arguments)):
        for value in values:
            if value.is_secret and not is_shown(value.value):
                yield f"step.{name}[{value.name}]"


def _in_triggers(trigger: TriggerBody) -> Iterator[str]:
    for source in trigger.source_triggers:
        login = _login_of(source)
        if login is not None and not _is_complete(login):
            yield _token(source)
    base = trigger.base_image_trigger
    if base and base.update_trigger_endpoint is not None and not is_shown(base.update_trigger_endpoint):
        yield "base_image.endpoint"


def _is_complete(login: SourceLoginBody) -> bool:
    return is_shown(login.token) and (login.refresh_token is None or is_shown(login.refresh_token))


def _in_logins(logins: Mapping[str, LoginBody | None]) -> Iterator[str]:
    for server, login in logins.items():
        path = f"credentials[{server.lower()}]"
        if login is None or not (login.user_name or login.password or login.identity):
            yield path
        elif login.user_name or login.password:
            parts = (("user_name", login.user_name), ("password", login.password))
            yield from (f"{path}.{name}" for name, part in parts if part is None or not is_shown(part.value))


def _missing(trigger: TriggerBody) -> Iterator[str]:
    yield from (_token(source) for source in trigger.source_triggers if _login_of(source) is None)
    base = trigger.base_image_trigger
    if base and base.update_trigger_endpoint is None and base.update_trigger_payload_type.lower() == "token":
        yield "base_image.endpoint"


def _login_of(source: SourceBody) -> SourceLoginBody | None:
    return source.source_repository.source_control_auth_properties


def _token(source: SourceBody) -> str:
    return f"sources[{source.name}].token"
