"""Tasks, as written. A PATCH has the same parts as a PUT, but only those that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from azure.mgmt.containerregistrytasks import models
from pydantic import SecretStr

from acr_identity.changes import CreateTask, ReplaceTask, StatedIdentities, UpdateTask
from acr_identity.sdk.convert.principals import client_id_of
from acr_identity.sdk.convert.task_settings import platform_to_wire, properties_to_wire, settings_secrets
from acr_identity.state import PlatformSettings, VaultSecretAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acr_identity.changes import RegistryCredential, RegistryCredentialAsRead
    from acr_identity.ids import ArmId
    from acr_identity.state import Principals

_DEFAULT_PLATFORM = PlatformSettings("Linux", "amd64")
"""What a task runs on if nothing is said, as the Azure CLI has it. The service requires a platform."""

LoginBody: TypeAlias = models.CustomRegistryCredentials


def task_to_create(change: CreateTask, principals: Principals) -> models.Task:
    """Return the body of the PUT that makes a task, its credentials included."""
    properties = properties_to_wire(change.settings)
    _complete(properties, _logins(change.credentials, principals))
    return models.Task(
        location=change.location,
        tags=dict(change.tags),
        identity=task_identity(system=True, users=change.users) if change.system else _users_only(change.users),
        properties=properties,
    )


def task_to_replace(change: ReplaceTask, principals: Principals) -> models.Task:
    """Return the body of the PUT that writes a task anew. It states what others have set, too."""
    properties = properties_to_wire(change.settings, change.source_identity)
    kept = {server: _login_as_read(login) for server, login in change.kept_logins}
    _complete(properties, kept | _logins(change.credentials, principals))
    return models.Task(
        location=change.location,
        tags=dict(change.tags),
        identity=task_identity(system=change.system, users=change.users),
        properties=properties,
    )


def task_patch(change: UpdateTask) -> models.TaskUpdateParameters:
    """Return the body of the PATCH that changes parts of a task.

    The source registry is named, and with it its identity, only where its login is to change.
    """
    settings, identities = change.settings, change.identities
    stated = properties_to_wire(settings, change.source_identity if settings.source_login else "").as_dict()
    return models.TaskUpdateParameters(
        identity=None if identities is None else _stated(identities),
        properties=models.TaskPropertiesUpdateParameters(stated) if stated else None,
        tags=None if change.tags is None else dict(change.tags),
    )


def task_identity(*, system: bool, users: Sequence[ArmId], removed: Iterable[ArmId] = ()) -> models.IdentityProperties:
    """Return the identities that a task shall have.

    The type is a statement of the full state; the users are merged with those that are there, and null removes one
    (Tasks - Update, `IdentityProperties`).
    """
    kinds = [*(["SystemAssigned"] if system else []), *(["UserAssigned"] if users else [])]
    body: dict[str, object] = {"type": ", ".join(kinds) or "None"}
    if users:
        body["userAssignedIdentities"] = {str(id_): {} for id_ in users} | {str(id_): None for id_ in removed}
    return models.IdentityProperties(body)


def credential_patch(credentials: Sequence[RegistryCredential], principals: Principals) -> models.TaskUpdateParameters:
    """Return the body of the PATCH that sets these credentials and no others."""
    return _credentials(models.Credentials(custom_registries=_logins(credentials, principals)))


def credential_removal(login_servers: Iterable[str]) -> models.TaskUpdateParameters:
    """Return the body of the PATCH that removes these credentials: null stands for nothing."""
    return _credentials(models.Credentials({"customRegistries": dict.fromkeys(login_servers)}))


def secrets_of(change: CreateTask | UpdateTask | ReplaceTask) -> tuple[str, ...]:
    """Return each secret text that the change sends, so that no error repeats it."""
    from_settings = tuple(settings_secrets(change.settings))
    match change:
        case CreateTask(credentials=credentials):
            return from_settings + credential_secrets(credentials)
        case ReplaceTask(credentials=credentials, kept_logins=kept):
            return from_settings + credential_secrets(credentials) + credential_secrets(login for _, login in kept)
        case UpdateTask():
            return from_settings


def credential_secrets(credentials: Iterable[RegistryCredential | RegistryCredentialAsRead]) -> tuple[str, ...]:
    """Return each secret text of these credentials."""
    parts = (part for each in credentials for part in (each.user_name, each.password))
    return tuple(part.get_secret_value() for part in parts if isinstance(part, SecretStr))


def _stated(identities: StatedIdentities) -> models.IdentityProperties:
    return task_identity(system=identities.system, users=identities.users, removed=identities.detached)


def _users_only(users: Sequence[ArmId]) -> models.IdentityProperties | None:
    return task_identity(system=False, users=users) if users else None


def _complete(properties: models.TaskProperties, logins: Mapping[str, LoginBody]) -> None:
    if properties.platform is None:
        properties.platform = platform_to_wire(_DEFAULT_PLATFORM)
    if logins:
        properties.credentials = properties.credentials or models.Credentials()
        properties.credentials.custom_registries = dict(logins)


def _credentials(credentials: models.Credentials) -> models.TaskUpdateParameters:
    return models.TaskUpdateParameters(properties=models.TaskPropertiesUpdateParameters(credentials=credentials))


def _logins(credentials: Iterable[RegistryCredential], principals: Principals) -> dict[str, LoginBody]:
    return {each.login_server: _login(each, principals) for each in credentials}


def _login(credential: RegistryCredential, principals: Principals) -> LoginBody:
    return models.CustomRegistryCredentials(
        identity=None if credential.identity is None else client_id_of(credential.identity, principals),
        user_name=_secret(credential.user_name),
        password=_secret(credential.password),
    )


def _login_as_read(login: RegistryCredentialAsRead) -> LoginBody:
    return models.CustomRegistryCredentials(
        identity=login.identity or None, user_name=_secret(login.user_name), password=_secret(login.password)
    )


def _secret(value: SecretStr | VaultSecretAddress | None) -> models.SecretObject | None:
    match value:
        case None:
            return None
        case VaultSecretAddress(url):
            return models.SecretObject(type="Vaultsecret", value=url)
        case SecretStr():
            return models.SecretObject(type="Opaque", value=value.get_secret_value())
