"""Logins to registries: which the run gets before its first step, and which one a pull or a push uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias, assert_never

from acr_identity.emulator.kernel.runner_port import (
    Principal,
    Refusal,
    RegistryCredential,
    RunRequest,
    Secret,
    Surroundings,
)
from acr_identity.emulator.runner.gotext import http_status
from acr_identity.emulator.runner.log import Log
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.secrets import SecretReader, token_refusal
from acr_identity.emulator.runner.words import login_refusal

_SIGN_IN_TIME, _EXCHANGE_TIME, _LOGIN_TIME, _RETRY_TIME = 0.2, 0.3, 0.6, 0.5
_RETRIES = 3

Holder: TypeAlias = Principal | str
"""Whose login it is: a principal's, `"source"` (the service's own), or a user name's."""


@dataclass(frozen=True, slots=True)
class Login:
    """What a run logs in to a registry with. A password is checked by docker at the login, a token before it."""

    registry: str
    holder: Holder
    password: Secret | None = None
    is_custom: bool = True
    refusal: Refusal | None = None
    """What the registry says to it, when that is known before."""


@dataclass(slots=True)
class Logins:
    """The logins that a run holds, by the host that they are for."""

    holders: dict[str, Holder] = field(default_factory=dict)
    of_the_task: Mapping[str, Holder] = field(default_factory=lambda: MappingProxyType({}))
    """The ones from before the first step: BuildKit's look at digests knows no others."""
    custom: list[str] = field(default_factory=list)

    def holder(self, registry: str) -> Holder | None:
        """Return whose login a pull from this host, or a push to it, uses."""
        return self.holders.get(registry)


def check_credentials(credentials: tuple[RegistryCredential, ...]) -> None:
    """Check that each entry is one that the runner can use.

    Raises:
        RunError: the first that is not. Source: acr-builder, graph/registry_credential.go.
    """
    for credential in credentials:
        problem = _problem_of(credential)
        if problem:
            raise RunError(f"error creating registry credentials from given list: {problem}")


def _problem_of(credential: RegistryCredential) -> str:
    if not credential.login_server:
        return "registry name can't be empty"
    has_user_name, has_password = _has_user_name(credential), _has_password(credential)
    if not has_user_name and not has_password:
        return "" if credential.identity else "identity can't be empty"
    is_in_vault = bool(credential.user_name_in_vault or credential.password_in_vault)
    if not (has_user_name and has_password) and not is_in_vault:
        return "unable to classify credential into opaque, vault or msi"
    if not (credential.user_name_in_vault or (credential.user_name and credential.user_name.value)):
        return "username can't be empty"
    if not (credential.password_in_vault or (credential.password and credential.password.value)):
        return "password can't be empty"
    return "identity can't be empty" if is_in_vault and not credential.identity else ""


def _has_user_name(credential: RegistryCredential) -> bool:
    return credential.user_name is not None or bool(credential.user_name_in_vault)


def _has_password(credential: RegistryCredential) -> bool:
    return credential.password is not None or bool(credential.password_in_vault)


def resolve_logins(
    request: RunRequest, surroundings: Surroundings, reader: SecretReader, log: Log
) -> tuple[Login, ...]:
    """Get what each login of the run needs, needed or not, in the order of the registries' names.

    The registry of the task comes with the service's own login, or with the identity that the task names for it. A
    custom credential for the same registry goes before both. The real order is random.

    Raises:
        RunError: the first that cannot be had.
    """
    found: dict[str, Login] = {}
    for credential in sorted(_credentials(request), key=lambda entry: entry.login_server):
        try:
            found[credential.login_server] = _resolve(credential, surroundings, reader, log)
        except RunError as error:
            raise error.within("failed to resolve secrets") from error
    if request.logs_in_to_source and request.login_server not in found:
        found[request.login_server] = Login(
            request.login_server, "source", is_custom=False, refusal=request.source_refusal
        )
    customs = {credential.login_server for credential in request.credentials}
    return tuple(
        replace(login, is_custom=login.registry in customs)
        for login in sorted(found.values(), key=lambda login: login.registry)
    )


def _credentials(request: RunRequest) -> tuple[RegistryCredential, ...]:
    customs = {credential.login_server for credential in request.credentials}
    if not request.source_identity or request.login_server in customs:
        return request.credentials
    return (*request.credentials, RegistryCredential(request.login_server, request.source_identity))


def _resolve(credential: RegistryCredential, surroundings: Surroundings, reader: SecretReader, log: Log) -> Login:
    registry, identity = credential.login_server, credential.identity
    if not _has_user_name(credential) and not _has_password(credential):
        return Login(registry, _exchanged(registry, identity, surroundings, log))
    user_name = _literal_or_read(credential.user_name, credential.user_name_in_vault, identity, reader)
    password = _literal_or_read(credential.password, credential.password_in_vault, identity, reader)
    return Login(registry, user_name, Secret(password))


def _literal_or_read(literal: Secret | None, url: str, identity: str, reader: SecretReader) -> str:
    if url:
        return reader.read(url, identity)
    return literal.value if literal is not None else ""


def _exchanged(registry: str, identity: str, surroundings: Surroundings, log: Log) -> Principal:
    log.wait(_SIGN_IN_TIME)
    principal = surroundings.sign_in(identity)
    match principal:
        case Refusal():
            raise RunError(f"unable to get ARM token: {token_refusal(principal)}")
        case Principal():
            log.wait(_EXCHANGE_TIME)
            refusal = surroundings.exchange_token(registry, principal)
            if refusal is not None:
                raise RunError(_exchange_refusal(registry, refusal))
            return principal
        case _:
            assert_never(principal)


def _exchange_refusal(registry: str, refusal: Refusal) -> str:
    if not refusal.status:
        return f'Post "https://{registry}/oauth2/exchange": {refusal.message}'
    return f"failed to get ACR refresh token, exchange API response code: {http_status(refusal.status)}"


def log_in(found: tuple[Login, ...], logins: Logins, surroundings: Surroundings, log: Log) -> None:
    """Log in to the registries, one after the other.

    Raises:
        RunError: a registry does not take the password, in any of four attempts.
    """
    for login in found:
        log.say(f"Logging in to registry: {login.registry}")
        log.wait(_LOGIN_TIME)
        _check_password(login, surroundings, log)
        log.say(f"Successfully logged into {login.registry}")
        logins.holders[login.registry] = login.holder
        if login.is_custom:
            logins.custom.append(login.registry)
    logins.of_the_task = MappingProxyType(dict(logins.holders))


def _check_password(login: Login, surroundings: Surroundings, log: Log) -> None:
    if login.refusal is not None:
        log.wait(_RETRIES * _RETRY_TIME)
        raise _refused(login_refusal(login.registry, login.refusal))
    if login.password is None or not isinstance(login.holder, str):
        return
    said = "Error: Cannot perform an interactive login from a non TTY device"
    for _attempt in range(1 + _RETRIES):
        if login.password.value:
            refusal = surroundings.check_password(login.registry, login.holder, login.password)
            if refusal is None:
                return
            said = login_refusal(login.registry, refusal)
        log.wait(_RETRY_TIME)
    raise _refused(said)


def _refused(said: str) -> RunError:
    return RunError(f"failed to login, ran out of retries: failed to set docker credentials: {said}\n: exit status 1")
