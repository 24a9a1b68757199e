"""What a spec wants, as values that Azure could have: names are resource ids, defaults are filled in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.access import RegistryRight, Right, task_identity, task_rights
from acr_identity.changes import (
    Grantee,
    KnownAfterApply,
    RegistryCredential,
    SourceLogin,
    known_with_identity,
    known_with_task,
)
from acr_identity.plan.missing import missing_error, missing_resources
from acr_identity.plan.wanted_settings import secret_source, task_settings
from acr_identity.spec import NOBODY, Credential, FromVault, Spec
from acr_identity.state import Known, Live, SystemIdentity, TaskIdentity, UnknownClientId, UserIdentity

if TYPE_CHECKING:
    from acr_identity.ids import ArmId
    from acr_identity.state import LiveRegistry, Tags, TaskSettings


@dataclass(frozen=True, slots=True)
class WantedIdentity:
    """A user-assigned identity: where it is created if it is not there, and the tasks that run as it, by name."""

    id: ArmId
    location: str
    tags: Tags
    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WantedTask:
    """A task with all that belongs to it. `identities` are its own ones, in the order of the spec.

    `source` is as whom a run logs in to the task's own registry, if that is said or follows from what is said.
    """

    id: ArmId
    name: str
    location: str
    settings: TaskSettings
    identities: tuple[TaskIdentity, ...]
    tags: Tags
    credentials: tuple[RegistryCredential, ...]
    rights: tuple[Right, ...]
    source: SourceLogin | None = None

    @property
    def system(self) -> bool:
        """Say whether it has an identity of its own."""
        return any(isinstance(one, SystemIdentity) for one in self.identities)

    @property
    def users(self) -> tuple[ArmId, ...]:
        """Return its user-assigned identities, sorted."""
        return tuple(sorted(one.id for one in self.identities if isinstance(one, UserIdentity)))


@dataclass(frozen=True, slots=True)
class Wanted:
    """All that a spec wants. Everything is sorted by name; `registries` are those in which its tasks run."""

    registries: Mapping[str, LiveRegistry]
    identities: tuple[WantedIdentity, ...]
    tasks: tuple[WantedTask, ...]
    grantees: Mapping[TaskIdentity, Grantee]

    @property
    def rights(self) -> tuple[Right, ...]:
        """Return every right that the tasks need, in the order of their names."""
        return tuple(right for task in self.tasks for right in task.rights)


def resolve(spec: Spec, live: Live) -> Wanted:
    """Return what a spec wants of an Azure that has these registries and vaults.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist.
    """
    _require(spec, live)
    rights = {name: tuple(wanted_rights(spec, name, live)) for name in sorted(spec.tasks)}
    identities = {name: _identities(spec, name) for name in rights}
    grantees = {one: Grantee(one, _ids(one, live)) for each in identities.values() for one in each}
    used = {task.registry for task in spec.tasks.values()}
    homes = {name: live.registries[spec.registry_id(name)] for name in sorted(used)}
    return Wanted(
        homes,
        tuple(_wanted_identities(spec, homes)),
        tuple(_task(spec, name, identities[name], rights[name], grantees, live) for name in rights),
        grantees,
    )


def _require(spec: Spec, live: Live) -> None:
    if missing := missing_resources(spec, live):
        raise missing_error(spec, missing)


def _identities(spec: Spec, name: str) -> tuple[TaskIdentity, ...]:
    return tuple(task_identity(spec, name, one) for one in spec.tasks[name].identity)


def _ids(identity: TaskIdentity, live: Live) -> Known | KnownAfterApply:
    match identity:
        case UserIdentity(id_):
            user = live.identities.get(id_)
            if user is None:
                return known_with_identity(id_)
            return Known(user.principal_id, user.client_id)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            if task is None or task.attached.system_principal_id is None:
                return known_with_task(task_id, exists=task is not None)
            return Known(task.attached.system_principal_id)


def _wanted_identities(spec: Spec, homes: Mapping[str, LiveRegistry]) -> Iterable[WantedIdentity]:
    users: dict[str, list[str]] = {}
    for name, task in sorted(spec.tasks.items()):
        for user in task.user_identities:
            users.setdefault(user, []).append(name)
    for user, tasks in sorted(users.items()):
        stated = spec.identities[user]
        location = stated.location or spec.location or homes[spec.tasks[tasks[0]].registry].location
        yield WantedIdentity(spec.identity_id(user), location, tuple(sorted(stated.tags.items())), tuple(tasks))


def _task(
    spec: Spec,
    name: str,
    identities: tuple[TaskIdentity, ...],
    rights: tuple[Right, ...],
    grantees: Mapping[TaskIdentity, Grantee],
    live: Live,
) -> WantedTask:
    task = spec.tasks[name]
    id_ = spec.task_id(name)
    return WantedTask(
        id_,
        name,
        live.registries[id_.parent].location,
        task_settings(task, dict(_clients(spec, name, grantees))),
        identities,
        tuple(sorted(task.tags.items())),
        _credentials(spec, name, live, grantees),
        rights,
        _source(spec, name, live, grantees),
    )


def _clients(
    spec: Spec, name: str, grantees: Mapping[TaskIdentity, Grantee]
) -> Iterator[tuple[str, str | UnknownClientId]]:
    for user in spec.tasks[name].user_identities:
        id_ = spec.identity_id(user)
        ids = grantees[UserIdentity(id_)].ids
        yield user, ids.client_id if isinstance(ids, Known) else UnknownClientId(id_)


def wanted_rights(spec: Spec, name: str, live: Live) -> Iterator[Right]:
    """Yield the rights that a task needs, but for those that the service's own login to its registry gives."""
    own = spec.registry_id(spec.tasks[name].registry)
    needs_none = _logs_in_by_itself(spec, name, live)
    yield from (right for right in task_rights(spec, name) if not (needs_none and _is_for(right, own)))


def _is_for(right: Right, registry: ArmId) -> bool:
    return isinstance(right, RegistryRight) and right.registry == registry


def _logs_in_by_itself(spec: Spec, name: str, live: Live) -> bool:
    """Say whether the service lets a run pull from and push to its own registry without any right of an identity."""
    task = spec.tasks[name]
    registry = live.registries.get(spec.registry_id(task.registry))
    by_itself = task.source_login != "none" and task.source_identity in {None, NOBODY}
    return registry is not None and not registry.uses_abac and by_itself


def _source(spec: Spec, name: str, live: Live, grantees: Mapping[TaskIdentity, Grantee]) -> SourceLogin | None:
    user = _logs_in_as(spec, name, live)
    if user is None or user == NOBODY:
        return None if user is None else SourceLogin(None)
    return SourceLogin(grantees[task_identity(spec, name, user)])


def _logs_in_as(spec: Spec, name: str, live: Live) -> str | None:
    """Return as whom a run logs in to its own registry, as the spec calls it; `None` if that is not for it to say."""
    task = spec.tasks[name]
    registry = live.registries[spec.registry_id(task.registry)]
    return task.source_user if registry.uses_abac or task.source_identity else None


def _credentials(
    spec: Spec, name: str, live: Live, grantees: Mapping[TaskIdentity, Grantee]
) -> tuple[RegistryCredential, ...]:
    task = spec.tasks[name]
    entries = [entry for _, entry in task.registry_accesses if entry.registry not in _without_login(spec, name, live)]
    users = {entry.registry: task_identity(spec, name, task.user_of(entry)) for entry in entries}
    found = [
        RegistryCredential(live.registries[spec.registry_id(registry)].login_server, grantees[identity])
        for registry, identity in users.items()
    ]
    for server, one in task.credentials.items():
        reader = grantees[task_identity(spec, name, task.reader(one))] if one.vaults else None
        found.append(_custom(server, one, reader, spec, live))
    return tuple(sorted(found, key=lambda credential: credential.login_server))


def _without_login(spec: Spec, name: str, live: Live) -> set[str]:
    """Return the task's own registry where a run logs in there without a credential of the task."""
    task = spec.tasks[name]
    needs_none = _logs_in_as(spec, name, live) is not None or _logs_in_by_itself(spec, name, live)
    return {task.registry} if needs_none else set()


def _custom(server: str, credential: Credential, reader: Grantee | None, spec: Spec, live: Live) -> RegistryCredential:
    user_name, password = (
        secret_source(one, live.vaults[spec.vault_id(one.vault)].uri if isinstance(one, FromVault) else "")
        for one in (credential.user_name, credential.password)
    )
    return RegistryCredential(server, reader, user_name, password)
