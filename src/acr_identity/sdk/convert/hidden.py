"""Secrets that the details of a task hold back: they are there, and their texts are not.

`listDetails` promises all secrets (Tasks - Get Details). A service may still answer with null, an empty text or stars,
or leave a text out. What leaves no sign at all, such as the token of a context, cannot be told from what is not there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from acr_identity.sdk.convert.bodies import Body

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


class _Secret(Body):
    value: str | None = None


class _Login(Body):
    user_name: _Secret | None = None
    password: _Secret | None = None
    identity: str | None = None


class _Value(Body):
    name: str | None = None
    value: str | None = None
    is_secret: bool | None = None


class _Step(Body):
    context_access_token: str | None = None
    values: list[_Value] | None = None
    arguments: list[_Value] | None = None


class _Authorization(Body):
    token: str | None = None
    refresh_token: str | None = None

    @property
    def is_shown(self) -> bool:
        return is_shown(self.token) and (self.refresh_token is None or is_shown(self.refresh_token))


class _Repository(Body):
    source_control_auth_properties: _Authorization | None = None


class _Source(Body):
    name: str | None = None
    source_repository: _Repository | None = None


class _BaseImage(Body):
    update_trigger_endpoint: str | None = None
    update_trigger_payload_type: str | None = None


class _Trigger(Body):
    source_triggers: list[_Source] | None = None
    base_image_trigger: _BaseImage | None = None


class _Credentials(Body):
    custom_registries: dict[str, _Login | None] | None = None


class _Properties(Body):
    step: _Step | None = None
    trigger: _Trigger | None = None
    credentials: _Credentials | None = None


class _Task(Body):
    properties: _Properties | None = None


def hidden_secrets(task: bytes | Mapping[str, object]) -> Hidden:
    """Return what a task, as its details or a PUT have it in JSON, holds back.

    Raises:
        pydantic.ValidationError: it is no task.
    """
    read = _Task.model_validate_json(task) if isinstance(task, bytes) else _Task.model_validate(task)
    properties = read.properties or _Properties()
    trigger = properties.trigger or _Trigger()
    credentials = properties.credentials or _Credentials()
    marked = [
        *_in_step(properties.step or _Step()),
        *_in_triggers(trigger),
        *_in_logins(credentials.custom_registries or {}),
    ]
    return Hidden(tuple(marked), tuple(_missing(trigger)))


def lost_by_writing(read: Mapping[str, object], written: Mapping[str, object]) -> tuple[str, ...]:
    """Return what a PUT would lose: what the details hold back, and what the body that was made of them lacks."""
    return tuple(sorted({*hidden_secrets(read).marked, *hidden_secrets(written).paths}))


def _in_step(step: _Step) -> Iterator[str]:
    if step.context_access_token is not None and not is_shown(step.context_access_token):
        yield "step.token"
    for name, values in (("values", step.values), ("arguments", step.arguments)):
        for value in values or ():
            if value.is_secret and not is_shown(value.value):
                yield f"step.{name}[{value.name}]"


def _in_triggers(trigger: _Trigger) -> Iterator[str]:
    for source in trigger.source_triggers or ():
        login = _login_of(source)
        if login is not None and not login.is_shown:
            yield _token(source)
    base = trigger.base_image_trigger
    if base and base.update_trigger_endpoint is not None and not is_shown(base.update_trigger_endpoint):
        yield "base_image.endpoint"


def _in_logins(logins: Mapping[str, _Login | None]) -> Iterator[str]:
    for server, login in logins.items():
        path = f"credentials[{server.lower()}]"
        if login is None or not (login.user_name or login.password or login.identity):
            yield path
        elif login.user_name or login.password:
            parts = (("user_name", login.user_name), ("password", login.password))
            yield from (f"{path}.{name}" for name, part in parts if part is None or not is_shown(part.value))


def _missing(trigger: _Trigger) -> Iterator[str]:
    yield from (_token(source) for source in trigger.source_triggers or () if _login_of(source) is None)
    base = trigger.base_image_trigger
    if base and base.update_trigger_endpoint is None and str(base.update_trigger_payload_type).lower() == "token":
        yield "base_image.endpoint"


def _login_of(source: _Source) -> _Authorization | None:
    return source.source_repository.source_control_auth_properties if source.source_repository else None


def _token(source: _Source) -> str:
    return f"sources[{source.name}].token"
