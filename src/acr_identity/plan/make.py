"""From a spec and what Azure has to a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from acr_identity.access import SecretRight, rights, task_identity
from acr_identity.changes import (
    AddVaultAccess,
    Change,
    CreateIdentity,
    CreateTask,
    EnableTask,
    Grantee,
    KnownAfterApply,
    ReplaceTask,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.errors import MissingResourceError
from acr_identity.ids import WAIT_TAG
from acr_identity.plan.credentials import CredentialPlan, credential_change, desired_credentials, plan_credentials
from acr_identity.plan.grants import (
    Grantees,
    NeededGrant,
    conditional_grants,
    needed_grants,
    vault_sign,
    vault_signs,
)
from acr_identity.plan.losses import hidden_notes, losses
from acr_identity.plan.order import arrange
from acr_identity.plan.tags import OURS, merge_tags, tag_changes, waits, without_tags
from acr_identity.plan.tasks import DesiredTask, TaskChange, desired_task, newly_added, task_change
from acr_identity.plan.values import Plan
from acr_identity.spec import Spec
from acr_identity.state import Identity, Known, Live, LiveTask, SystemIdentity, Tags, UserIdentity

_NOT_FOUND = "Check the names, resource_group and subscription in the spec, or create them first."
_DELETED_VAULTS = " A deleted vault keeps its name: `az keyvault list-deleted` shows it, `az keyvault recover` helps."

Draft = tuple[Change, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _TaskPlan:
    """All that is to be done for one task, and what it waits for."""

    want: DesiredTask
    live: LiveTask | None
    change: TaskChange | None
    credentials: CredentialPlan = field(default_factory=CredentialPlan)


def make_plan(spec: Spec, live: Live) -> Plan:
    """Return what must be done for Azure to have what the spec says. The same values give an equal plan.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist.
    """
    _require_resources(spec, live)
    grantees = _grantees(spec, live)
    needed = needed_grants(spec, live, grantees)
    tasks = tuple(_plan_task(spec, name, live, grantees, needed) for name in sorted(spec.tasks))
    drafts = [*_identity_drafts(spec, live), *_grant_drafts(needed, tasks)]
    drafts += [draft for task in tasks for draft in _task_drafts(task, needed)]
    notes = (*(note for task in tasks for note in _task_notes(task)), *_registry_notes(spec, live))
    unsafe = (*conditional_grants(needed, live), *(danger for task in tasks for danger in _dangers(task)))
    return Plan(arrange(drafts), notes, unsafe)


def _require_resources(spec: Spec, live: Live) -> None:
    tasks = spec.tasks.values()
    names = {task.registry for task in tasks} | {pull.registry for task in tasks for pull in task.pull}
    registries = sorted(map(spec.registry_id, names))
    vaults = sorted({right.vault for right in rights(spec) if isinstance(right, SecretRight)})
    missing = [str(one) for one in registries if one not in live.registries]
    missing += [str(one) for one in vaults if one not in live.vaults]
    if missing:
        raise MissingResourceError(
            missing, advice=_NOT_FOUND + (_DELETED_VAULTS if any(one not in live.vaults for one in vaults) else "")
        )


def _grantees(spec: Spec, live: Live) -> Grantees:
    identities = {task_identity(spec, name, one) for name, task in spec.tasks.items() for one in task.identity}
    return {identity: Grantee(identity, _ids(identity, live)) for identity in identities}


def _ids(identity: Identity, live: Live) -> Known | KnownAfterApply:
    match identity:
        case UserIdentity(id_):
            user = live.identities.get(id_)
            if user is None:
                return KnownAfterApply(CreateIdentity.key_of(id_))
            return Known(user.principal_id, user.client_id)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            if task is None:
                return KnownAfterApply(CreateTask.key_of(task_id))
            if task.attached.system_principal_id is None:
                return KnownAfterApply(UpdateTask.key_of(task_id))
            return Known(task.attached.system_principal_id)


def _plan_task(spec: Spec, name: str, live: Live, grantees: Grantees, needed: tuple[NeededGrant, ...]) -> _TaskPlan:
    current = live.tasks.get(spec.task_id(name))
    credentials = desired_credentials(spec, name, live, grantees)
    location = live.registries[spec.registry_id(spec.tasks[name].registry)].location
    plain = desired_task(spec, name, location, credentials)
    want = replace(
        plain,
        added=frozenset(newly_added(spec, name, current, credentials) | vault_signs(spec, name, live, needed)),
        waits=any(name in one.tasks for one in needed),
        new_users=frozenset(plain.users) - live.identities.keys(),
    )
    change = task_change(want, current)
    if current is None:
        return _TaskPlan(want, current, change)
    planned = plan_credentials(current, name, credentials)
    if isinstance(change, ReplaceTask):
        change = replace(change, fields=(*change.fields, *map(credential_change, planned.changes)))
        planned = replace(planned, changes=())
    return _TaskPlan(want, current, change, planned)


def _identity_drafts(spec: Spec, live: Live) -> Iterator[Draft]:
    for name in sorted({user for task in spec.tasks.values() for user in task.user_identities}):
        tags: Tags = tuple(sorted(spec.identities[name].tags.items()))
        current = live.identities.get(spec.identity_id(name))
        if current is None:
            yield _create_identity(spec, name, live, tags), frozenset()
        elif merge_tags(current.tags, tags) != current.tags:
            merged = merge_tags(current.tags, tags)
            fields = tag_changes(current.tags, merged)
            yield UpdateIdentity(current.id, merged, fields, "its tags differ from the spec"), frozenset()


def _create_identity(spec: Spec, name: str, live: Live, tags: Tags) -> CreateIdentity:
    users = sorted(task for task, wanted in spec.tasks.items() if name in wanted.identity)
    reason = f"task {users[0]} runs as it" if len(users) == 1 else f"tasks {', '.join(users)} run as it"
    location = spec.identities[name].location or spec.location or _first_location(spec, name, live)
    return CreateIdentity(spec.identity_id(name), location, merge_tags(tags, OURS), reason)


def _first_location(spec: Spec, identity: str, live: Live) -> str:
    registries = (task.registry for _, task in sorted(spec.tasks.items()) if identity in task.identity)
    return live.registries[spec.registry_id(next(registries))].location


def _grant_drafts(needed: Iterable[NeededGrant], tasks: Iterable[_TaskPlan]) -> Iterator[Draft]:
    changes = {task.want.name: task.change for task in tasks if task.change is not None}
    for one in needed:
        after = _sources(one.grant.grantee)
        if isinstance(one.grant, AddVaultAccess):
            # What we add for an identity of others is written down, in the task's tags, before it is added.
            after |= {changes[name].key for name in one.tasks if name in changes and _records(changes[name], one.grant)}
        yield one.grant, after


def _records(change: TaskChange, grant: AddVaultAccess) -> bool:
    sign = vault_sign(grant.vault, grant.grantee.identity)
    return any(sign in value.split() for _, value in change.tags or ())


def _sources(grantee: Grantee | None) -> frozenset[str]:
    match grantee:
        case Grantee(SystemIdentity(task), KnownAfterApply(key)):
            return frozenset({key, ReplaceTask.key_of(task)})
        case Grantee(_, KnownAfterApply(key)):
            return frozenset({key})
        case _:
            return frozenset()


def _task_drafts(task: _TaskPlan, needed: Iterable[NeededGrant]) -> Iterator[Draft]:
    created = frozenset(CreateIdentity.key_of(user) for user in task.want.users)
    own = frozenset({task.change.key} if task.change else ())
    credentials = task.credentials.changes
    if task.change is not None:
        yield task.change, created
    for credential in credentials:
        yield credential, own | created
    if _must_be_enabled(task):
        grants = {one.grant.key for one in needed if task.want.name in one.tasks}
        yield _enable(task), own | grants | {one.key for one in credentials}


def _must_be_enabled(task: _TaskPlan) -> bool:
    if task.want.settings.enabled is False:
        return False
    if task.change is not None and waits(task.change.tags or ()):
        return True
    return task.live is not None and (
        waits(task.live.tags) or (task.want.settings.enabled is True and task.live.settings.enabled is False)
    )


def _enable(task: _TaskPlan) -> EnableTask:
    live_tags = task.live.tags if task.live else ()
    tags = task.change.tags or live_tags if task.change else live_tags
    kept = without_tags(tags, (WAIT_TAG,))
    reason = f"task {task.want.name} has all that it needs" if waits(tags) else "the spec wants it enabled"
    return EnableTask(task.want.id, kept if kept != tags else None, reason)


def _task_notes(task: _TaskPlan) -> Iterator[str]:
    if task.live is None:
        return
    if task.live.unseen_because:
        yield f"the secrets of task {task.want.name} were not read: {task.live.unseen_because}"
    yield from task.credentials.notes
    yield from hidden_notes(task.want, task.live)


def _registry_notes(spec: Spec, live: Live) -> Iterator[str]:
    for name in sorted({task.registry for task in spec.tasks.values()}):
        if live.registries[spec.registry_id(name)].uses_abac:
            yield (
                f"registry {name} grants rights by repository: its tasks can neither pull from it nor push to it "
                "before an identity of theirs has a repository role there and is the task's source identity"
            )


def _dangers(task: _TaskPlan) -> Iterator[str]:
    name = task.want.name
    servers = Counter(one.login_server.lower() for one in task.want.credentials)
    for server in sorted(server for server, times in servers.items() if times > 1):
        yield f"task {name} has two credentials for {server}: one of `pull`, one of `credentials`"
    yield from task.credentials.unsafe
    yield from losses(task.want, task.live, task.change)
