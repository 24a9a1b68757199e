"""From a spec and what Azure has to a plan."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from acr_identity.access import SecretRight, rights, task_identity
from acr_identity.changes import (
    AddVaultAccess,
    Change,
    CreateIdentity,
    EnableTask,
    FieldChange,
    Grantee,
    KnownAfterApply,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
)
from acr_identity.errors import MissingResourceError
from acr_identity.ids import CREATED, MARK_TAG
from acr_identity.plan.compare import ABSENT, compare
from acr_identity.plan.grants import (
    Grantees,
    NeededGrant,
    credential_changes,
    desired_credentials,
    is_our_principal,
    needed_grants,
    vault_sign,
)
from acr_identity.plan.order import arrange
from acr_identity.plan.tasks import DesiredTask, TaskChange, desired_task, merge_tags, newly_added, task_change
from acr_identity.plan.values import Plan
from acr_identity.spec import Spec
from acr_identity.state import Identity, Known, Live, LiveIdentity, LiveTask, MaskedLogin, SystemIdentity, UserIdentity

Draft = tuple[Change, frozenset[str]]


@dataclass(frozen=True, slots=True)
class _TaskPlan:
    """All that is to be done for one task, and what it waits for."""

    want: DesiredTask
    live: LiveTask | None
    change: TaskChange | None
    credentials: tuple[SetCredential, ...] = ()
    notes: tuple[str, ...] = ()


def make_plan(spec: Spec, live: Live) -> Plan:
    """Return what must be done for Azure to have what the spec says. The same values give an equal plan.

    Raises:
        MissingResourceError: the spec names registries or vaults that do not exist.
    """
    _require_resources(spec, live)
    grantees = _grantees(spec, live)
    needed = needed_grants(spec, live, grantees)
    tasks = tuple(_plan_task(spec, name, live, grantees, needed) for name in sorted(spec.tasks))
    identities = tuple(_identity_changes(spec, live))
    drafts = [*_identity_drafts(identities), *_grant_drafts(needed, tasks)]
    drafts += [draft for task in tasks for draft in _task_drafts(task, needed)]
    notes = tuple(note for task in tasks for note in task.notes) + tuple(_notes(spec, live))
    return Plan(arrange(drafts), notes, tuple(_dangers(tasks)))


def _require_resources(spec: Spec, live: Live) -> None:
    tasks = spec.tasks.values()
    names = {task.registry for task in tasks} | {pull.registry for task in tasks for pull in task.pull}
    registries = sorted(map(spec.registry_id, names))
    vaults = sorted({right.vault for right in rights(spec) if isinstance(right, SecretRight)})
    missing = [str(one) for one in registries if one not in live.registries]
    missing += [str(one) for one in vaults if one not in live.vaults]
    if missing:
        raise MissingResourceError(
            missing, advice="Check the names, resource_group and subscription in the spec, or create them first."
        )


def _grantees(spec: Spec, live: Live) -> Grantees:
    identities = {task_identity(spec, name, one) for name, task in spec.tasks.items() for one in task.identity}
    return {identity: Grantee(identity, _ids(identity, live)) for identity in identities}


def _ids(identity: Identity, live: Live) -> Known | KnownAfterApply:
    match identity:
        case UserIdentity(id_):
            user = live.identities.get(id_)
            if user is None:
                return KnownAfterApply(f"create identity {id_}")
            return Known(user.principal_id, user.client_id)
        case SystemIdentity(task_id):
            task = live.tasks.get(task_id)
            if task is None:
                return KnownAfterApply(f"create task {task_id}")
            if task.attached.system_principal_id is None:
                return KnownAfterApply(f"update task {task_id}")
            return Known(task.attached.system_principal_id)


def _plan_task(spec: Spec, name: str, live: Live, grantees: Grantees, needed: tuple[NeededGrant, ...]) -> _TaskPlan:
    current = live.tasks.get(spec.task_id(name))
    credentials = desired_credentials(spec, name, live, grantees)
    location = live.registries[spec.registry_id(spec.tasks[name].registry)].location
    waits = any(name in one.tasks for one in needed)
    added = newly_added(spec, name, current, credentials) | _vault_signs(name, needed, live)
    want = replace(desired_task(spec, name, location, credentials), added=frozenset(added), waits=waits)
    change = task_change(want, current)
    if current is None or isinstance(change, ReplaceTask):
        return _TaskPlan(want, current, change)
    settings, notes = credential_changes(current, name, credentials)
    return _TaskPlan(want, current, change, settings, notes + tuple(_hidden(want, current)))


def _vault_signs(name: str, needed: Iterable[NeededGrant], live: Live) -> set[str]:
    return {
        vault_sign(one.grant.vault, one.grant.grantee.identity)
        for one in needed
        if isinstance(one.grant, AddVaultAccess)
        and name in one.tasks
        and not is_our_principal(one.grant.grantee.identity, live)
    }


def _identity_changes(spec: Spec, live: Live) -> Iterator[CreateIdentity | UpdateIdentity]:
    used = {user for task in spec.tasks.values() for user in task.user_identities}
    for name in sorted(used):
        wanted = spec.identities[name]
        id_, tags = spec.identity_id(name), tuple(sorted(wanted.tags.items()))
        current = live.identities.get(id_)
        users = ", ".join(sorted(task for task, spec_ in spec.tasks.items() if name in spec_.identity))
        if current is None:
            location = wanted.location or spec.location or _first_location(spec, name, live)
            reason = f"task {users} runs as it" if "," not in users else f"tasks {users} run as it"
            yield CreateIdentity(id_, location, merge_tags(tags, ((MARK_TAG, CREATED),)), reason)
        elif merge_tags(current.tags, tags) != current.tags:
            yield _update_identity(current, tags)


def _first_location(spec: Spec, identity: str, live: Live) -> str:
    registries = (task.registry for _, task in sorted(spec.tasks.items()) if identity in task.identity)
    return live.registries[spec.registry_id(next(registries))].location


def _update_identity(current: LiveIdentity, tags: tuple[tuple[str, str], ...]) -> UpdateIdentity:
    have = dict(current.tags)
    fields = tuple(
        FieldChange(f"tags.{key}", have.get(key, ABSENT), value) for key, value in tags if have.get(key) != value
    )
    return UpdateIdentity(current.id, merge_tags(current.tags, tags), fields, "its tags differ from the spec")


def _identity_drafts(changes: Iterable[CreateIdentity | UpdateIdentity]) -> Iterator[Draft]:
    return ((change, frozenset()) for change in changes)


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
            return frozenset({key, f"replace task {task}"})
        case Grantee(_, KnownAfterApply(key)):
            return frozenset({key})
        case _:
            return frozenset()


def _task_drafts(task: _TaskPlan, needed: Iterable[NeededGrant]) -> Iterator[Draft]:
    created = frozenset(f"create identity {user}" for user in task.want.users)
    own = frozenset({task.change.key} if task.change else ())
    if task.change is not None:
        yield task.change, created.union(*(_sources(one.identity) for one in task.want.credentials))
    for credential in task.credentials:
        yield credential, own | created | _sources(credential.credential.identity)
    if _must_be_enabled(task):
        grants = {one.grant.key for one in needed if task.want.name in one.tasks}
        reason = f"task {task.want.name} has all that it needs"
        yield EnableTask(task.want.id, reason), own | grants | {one.key for one in task.credentials}


def _must_be_enabled(task: _TaskPlan) -> bool:
    if task.want.settings.enabled is False:
        return False
    if task.live is None:
        return task.want.waits and task.want.settings.has_triggers
    return task.live.settings.enabled is False


def _hidden(want: DesiredTask, live: LiveTask) -> Iterator[str]:
    for path in compare(want.settings, live.settings, details_seen=live.details_seen).unverifiable:
        yield f"{path} of task {want.name} cannot be verified: Azure does not show it"


def _notes(spec: Spec, live: Live) -> Iterator[str]:
    for name in sorted({task.registry for task in spec.tasks.values()}):
        if live.registries[spec.registry_id(name)].uses_abac:
            yield (
                f"registry {name} grants rights by repository: its tasks can neither pull from it nor push to it "
                "before an identity of theirs has a repository role there and is the task's source identity"
            )


def _dangers(tasks: Iterable[_TaskPlan]) -> Iterator[str]:
    for task in tasks:
        servers = Counter(one.login_server.lower() for one in task.want.credentials)
        for server in sorted(server for server, times in servers.items() if times > 1):
            yield f"task {task.want.name} has two credentials for {server}: one of `pull`, one of `credentials`"
        logins = {} if task.live is None else task.live.logins
        hidden = sorted(server for server, login in logins.items() if isinstance(login, MaskedLogin))
        if isinstance(task.change, ReplaceTask) and hidden:
            yield (
                f"writing task {task.want.name} anew would lose its credentials for {', '.join(hidden)}, "
                "which you may not read"
            )
