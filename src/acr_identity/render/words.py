"""The parts of a task in words: steps, triggers, credentials. No secret value is ever part of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from pydantic import SecretStr

from acr_identity.changes import KnownAfterApply
from acr_identity.secrecy import SECRET, NotSet, Secret
from acr_identity.state import (
    CustomLogin,
    DockerStep,
    EncodedStep,
    FileStep,
    IdentityLogin,
    Known,
    MaskedLogin,
    UserIdentity,
    VaultSecretAddress,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from acr_identity.changes import Grantee, RegistryCredential
    from acr_identity.state import Login, PlatformSettings, Step, TaskSettings, Value

_Source: TypeAlias = Secret | VaultSecretAddress | None

_SYSTEM = "the system identity"
NOT_SET = "(not set)"
KNOWN_AFTER_APPLY = "(known after apply)"


def number_of(count: int, thing: str) -> str:
    """Return `1 line`, `2 lines`."""
    return f"{count} {thing}" + ("" if count == 1 else "s")


def duration(seconds: float) -> str:
    """Return `1.2 s`, or `2 min 5 s` for a minute and more."""
    whole = round(seconds)
    return f"{seconds:.1f} s" if whole < 60 else f"{whole // 60} min {whole % 60} s"  # noqa: PLR2004 - seconds of a minute


def step_words(step: Step | None) -> str:
    """Say what a task runs."""
    match step:
        case None:
            return NOT_SET
        case EncodedStep(content):
            return f"task file kept in the task, {number_of(len(content.splitlines()), 'line')}"
        case FileStep(task_file, context):
            return f"task file {task_file} of {context}"
        case DockerStep(dockerfile, context, images):
            return f"Dockerfile {dockerfile} of {context}" + (f", image {', '.join(images)}" if images else "")
        case _:
            assert_never(step)


def step_values(step: Step | None) -> tuple[Value, ...]:
    """Return the named values of a step: those of a task file, or the arguments of a Dockerfile."""
    match step:
        case None:
            return ()
        case EncodedStep(values=values) | FileStep(values=values) | DockerStep(arguments=values):
            return values or ()
        case _:
            assert_never(step)


def value_words(value: Value) -> str:
    """Return `NAME = text`, with a secret one masked."""
    return f"{value.name} = {SECRET if isinstance(value.value, SecretStr) else value.value}"


def platform_words(platform: PlatformSettings) -> str:
    """Return `os/architecture/variant` as far as they are set."""
    return "/".join(part for part in (platform.os, platform.architecture, platform.variant) if part)


def trigger_words(settings: TaskSettings) -> tuple[str, ...]:
    """Say what starts a task by itself, one line for each trigger."""
    return tuple(_triggers(settings))


def _triggers(settings: TaskSettings) -> Iterator[str]:
    for timer in settings.timers or ():
        yield f"timer {timer.name}: {timer.schedule} (UTC)" + _disabled(enabled=timer.enabled)
    if base := settings.base_image:
        yield f"base image {base.name}: {base.kind}" + _disabled(enabled=base.enabled)
    for source in settings.sources or ():
        branch = f", branch {source.branch}" if source.branch else ""
        events = ", ".join(source.events)
        yield f"source {source.name}: {events} in {source.repository}{branch}" + _disabled(enabled=source.enabled)


def _disabled(*, enabled: bool | None) -> str:
    return " (disabled)" if enabled is False else ""


def status_words(settings: TaskSettings) -> str:
    """Say whether a task is enabled."""
    match settings.enabled:
        case None:
            return NOT_SET
        case True:
            return "enabled"
        case False:
            return "disabled"


def principal_words(grantee: Grantee) -> str:
    """Return the principal's id, or that it is not known yet."""
    match grantee.ids:
        case Known(principal_id):
            return principal_id
        case KnownAfterApply():
            return KNOWN_AFTER_APPLY
        case _:
            assert_never(grantee.ids)


def login_words(login: Login, names: Mapping[str, str] | None = None) -> str:
    """Say how a credential that was read signs in; `names` has those of identities by client id in lower case."""
    match login:
        case IdentityLogin(identity):
            return _as_read(identity, names or {})
        case CustomLogin(user_name, password, identity):
            reader = f", read by {_as_read(identity, names or {})}" if identity else ""
            return _pair_words(user_name, password, "not shown") + reader
        case MaskedLogin():
            return "hidden: the caller may not see what it holds"
        case _:
            assert_never(login)


def _as_read(identity: str, names: Mapping[str, str]) -> str:
    if identity.lower() == "[system]":
        return _SYSTEM
    name = names.get(identity.lower())
    return f"identity {name} ({identity})" if name else f"identity {identity}"


def credential_words(credential: RegistryCredential) -> str:
    """Say how a credential of the spec signs in."""
    identity = identity_words(credential.identity) if credential.identity else ""
    if credential.user_name is None and credential.password is None:
        return identity or "nothing to sign in with"
    return _pair_words(credential.user_name, credential.password, "missing") + (
        f", read by {identity}" if identity else ""
    )


def identity_words(grantee: Grantee) -> str:
    """Say which identity is meant, with its client id if that is known."""
    match grantee.identity, grantee.ids:
        case UserIdentity(), KnownAfterApply():
            return f"identity {grantee.identity} {KNOWN_AFTER_APPLY}"
        case UserIdentity(), Known(client_id=client_id) if client_id:
            return f"identity {grantee.identity} ({client_id})"
        case _:
            return f"identity {grantee.identity}" if isinstance(grantee.identity, UserIdentity) else _SYSTEM


def _pair_words(user_name: _Source, password: _Source, absent: str) -> str:
    user, word = _source_words(user_name, absent), _source_words(password, absent)
    return f"user name and password {word}" if user == word else f"user name {user}, password {word}"


def _source_words(source: _Source, absent: str) -> str:
    match source:
        case None:
            return absent
        case SecretStr():
            return f"{SECRET} kept in the task"
        case NotSet():
            return str(source)
        case VaultSecretAddress(url):
            return f"from {url}"
        case _:
            assert_never(source)
