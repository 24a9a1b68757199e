"""Tasks, as written. A PATCH has the same parts as a PUT, but only those that are set."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, TypeVar

from azure.mgmt.containerregistrytasks import models
from pydantic import SecretStr

from acr_identity.changes import CreateTask, ReplaceTask, StatedIdentities, UpdateTask
from acr_identity.ids import ArmId, principal_place, with_places
from acr_identity.sdk.convert.principals import client_id_of, principal_id_of, with_client_ids
from acr_identity.sdk.convert.task_settings import platform_to_wire, properties_to_wire, settings_secrets
from acr_identity.secrecy import NotSet, Secret
from acr_identity.state import DEFAULT_PLATFORM, VaultSecretAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from acr_identity.changes import Grantee, RegistryCredential, SourceLogin
    from acr_identity.state import Principals, Tags

_STEP_PARTS = {
    "step.context": "context_path",
    "step.token": "context_access_token",
    "step.target": "target",
    "step.values_file": "values_file_path",
}
"""The parts of a step that a PUT may leave out, and their names there."""

_Trigger = TypeVar("_Trigger", models.TimerTrigger, models.SourceTrigger)
LoginBody: TypeAlias = models.CustomRegistryCredentials


def task_to_create(change: CreateTask, principals: Principals) -> models.Task:
    """Return the body of the PUT that makes a task, its credentials included."""
    source = _source_identity(change.source, "", principals)
    properties = properties_to_wire(
        with_client_ids(change.settings, principals), source, names_source=change.source is not None
    )
    _complete(properties, _logins(change.credentials, principals))
    return models.Task(
        location=change.location,
        tags=task_tags(change.tags, change.remembers, principals),
        identity=task_identity(system=True, users=change.users) if change.system else _users_only(change.users),
        properties=properties,
    )


def task_to_replace(details: models.Task, change: ReplaceTask, principals: Principals) -> models.Task:
    """Return the body of the PUT that writes a task anew: the task with all its secrets, these parts changed.

    What the change does not name stays as it was read, also what this package knows nothing of.
    """
    live = details.properties or models.TaskProperties()
    _overlay(live, properties_to_wire(with_client_ids(change.settings, principals)))
    _leave_out(live, change.dropped)
    if change.source is not None:
        live.credentials = live.credentials or models.Credentials()
        live.credentials.source_registry = models.SourceRegistryCredentials(
            login_mode=live.credentials.source_registry.login_mode if live.credentials.source_registry else None,
            identity=_source_identity(change.source, "", principals) or None,
        )
    logins = dict((live.credentials.custom_registries if live.credentials else None) or {})
    names = {server.lower(): server for server in logins}
    for credential in change.credentials:
        server = names.get(credential.login_server.lower(), credential.login_server)
        logins[server] = _login(credential, principals)
    _complete(live, logins)
    return models.Task(
        location=details.location,
        tags=task_tags(change.tags, change.remembers, principals),
        identity=_stated(change.identities),
        properties=live,
    )


def _overlay(live: models.TaskProperties, said: models.TaskProperties) -> None:
    for name in ("status", "timeout", "log_template", "agent_pool_name", "agent_configuration"):
        if getattr(said, name) is not None:
            setattr(live, name, getattr(said, name))
    platform = {**dict(live.platform or {}), **dict(said.platform or {})}
    live.platform = models.PlatformProperties(platform) if platform else None
    live.step = _overlaid_step(live.step, said.step)
    live.trigger = _overlaid_triggers(live.trigger, said.trigger)
    source = said.credentials.source_registry if said.credentials else None
    if source is not None:
        live.credentials = live.credentials or models.Credentials()
        identity = live.credentials.source_registry.identity if live.credentials.source_registry else None
        live.credentials.source_registry = models.SourceRegistryCredentials(
            login_mode=source.login_mode, identity=identity
        )


def _leave_out(live: models.TaskProperties, paths: Iterable[str]) -> None:
    """Take out what has no default that could be said. A branch goes with the whole source, which is stated anew."""
    for path in paths:
        match path:
            case "pool":
                live.agent_pool_name = None
            case "log_template":
                live.log_template = None
            case "base_image" if live.trigger is not None:
                live.trigger.base_image_trigger = None
            case "platform.variant" if live.platform is not None:
                live.platform.variant = None
            case _ if path in _STEP_PARTS and live.step is not None:
                setattr(live.step, _STEP_PARTS[path], None)
            case _:
                pass


def _overlaid_step(
    live: models.TaskStepProperties | None, said: models.TaskStepProperties | None
) -> models.TaskStepProperties | None:
    if said is None or live is None or type(live) is not type(said):
        return said or live
    return type(said)({**dict(live), **said.as_dict()})


def _overlaid_triggers(
    live: models.TriggerProperties | None, said: models.TriggerProperties | None
) -> models.TriggerProperties | None:
    if said is None or live is None:
        return said or live
    return models.TriggerProperties(
        timer_triggers=_by_name(live.timer_triggers, said.timer_triggers),
        source_triggers=_by_name(live.source_triggers, said.source_triggers),
        base_image_trigger=models.BaseImageTrigger(
            {**dict(live.base_image_trigger or {}), **said.base_image_trigger.as_dict()}
        )
        if said.base_image_trigger
        else live.base_image_trigger,
    )


def _by_name(live: list[_Trigger] | None, said: list[_Trigger] | None) -> list[_Trigger] | None:
    if said is None:
        return live
    there = {each.name: each for each in live or ()}
    return [type(each)({**dict(there.get(each.name, {})), **each.as_dict()}) for each in said]


def task_patch(change: UpdateTask, principals: Principals) -> models.TaskUpdateParameters:
    """Return the body of the PATCH that changes parts of a task.

    The source registry is named, and with it its identity, only where its login or that identity is to change.
    """
    settings, identities = with_client_ids(change.settings, principals), change.identities
    source = _source_identity(change.source, change.source_identity, principals)
    stated = properties_to_wire(settings, source, names_source=change.source is not None).as_dict()
    return models.TaskUpdateParameters(
        identity=None if identities is None else _stated(identities),
        properties=models.TaskPropertiesUpdateParameters(stated) if stated else None,
        tags=None if change.tags is None else task_tags(change.tags, change.remembers, principals),
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
        case ReplaceTask(credentials=credentials):
            return from_settings + credential_secrets(credentials)
        case UpdateTask():
            return from_settings


def credential_secrets(credentials: Iterable[RegistryCredential]) -> tuple[str, ...]:
    """Return each secret text of these credentials."""
    parts = (part for each in credentials for part in (each.user_name, each.password))
    return tuple(part.get_secret_value() for part in parts if isinstance(part, SecretStr))


def task_tags(tags: Tags, remembers: Iterable[Grantee], principals: Principals) -> dict[str, str]:
    """Return the tags of a task, with the principals that they shall remember and that are known by now."""
    places = (principal_place(ArmId(one.identity.key), principal_id_of(one, principals)) for one in remembers)
    return dict(with_places(tags, places))


def _source_identity(source: SourceLogin | None, restated: str, principals: Principals) -> str:
    """Return how the wire calls the identity for the source registry; an empty text for nobody."""
    if source is None:
        return restated
    return "" if source.identity is None else client_id_of(source.identity, principals)


def _stated(identities: StatedIdentities) -> models.IdentityProperties:
    return task_identity(system=identities.system, users=identities.users, removed=identities.detached)


def _users_only(users: Sequence[ArmId]) -> models.IdentityProperties | None:
    return task_identity(system=False, users=users) if users else None


def _complete(properties: models.TaskProperties, logins: Mapping[str, LoginBody]) -> None:
    if properties.platform is None:
        properties.platform = platform_to_wire(DEFAULT_PLATFORM)
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


def _secret(value: Secret | VaultSecretAddress | None) -> models.SecretObject | None:
    match value:
        case None:
            return None
        case VaultSecretAddress(url):
            return models.SecretObject(type="Vaultsecret", value=url)
        case SecretStr() | NotSet():
            return models.SecretObject(type="Opaque", value=value.get_secret_value())
