"""From a spec and what Azure has to a plan that takes back what we made, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

from acr_identity.access import Right, SecretRight, rights
from acr_identity.changes import (
    DeleteIdentity,
    DeleteTask,
    FieldChange,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    StatedIdentities,
    UpdateTask,
)
from acr_identity.ids import WAIT_TAG, ArmId, Role, is_described_by_us, is_record, remembered
from acr_identity.plan.compare import ABSENT
from acr_identity.plan.grants import is_our_principal
from acr_identity.plan.marks import credential_sign, identity_sign, vault_sign
from acr_identity.plan.order import Part, assemble
from acr_identity.plan.tags import is_ours, waits, without_tags
from acr_identity.state import SystemIdentity, TaskSettings, UserIdentity

if TYPE_CHECKING:
    from acr_identity.plan.values import Plan
    from acr_identity.spec import Spec
    from acr_identity.state import Live, LiveAssignment, LiveTask, TaskIdentity

_ROLE_NAMES = {role.guid: role.value for role in Role}

_GrantRemoval: TypeAlias = RemoveRoleAssignment | RemoveVaultAccess
_Need: TypeAlias = tuple["TaskIdentity", ArmId]
"""An identity and the resource on which it has a right."""


def make_destroy_plan(spec: Spec, live: Live, tasks: Collection[str] | None = None) -> Plan:
    """Return what must be done to take back what `apply` made for these tasks of the spec; for all, if not named.

    Only what carries our mark is removed. What other tasks of the spec still need stays.
    """
    leaving = _leaving(spec, live, frozenset(spec.tasks if tasks is None else tasks))
    removals = _grant_removals(leaving, live)
    return assemble(
        (
            Part(tuple(removal for each in removals.values() for removal in each)),
            *(_task_part(task, live, removals) for task in leaving.tasks),
            *(_identity_part(identity, removals) for identity in leaving.identities),
        ),
        purpose="destroy",
    )


@dataclass(frozen=True, slots=True)
class _LeavingTask:
    """A task of the spec that goes. `needs` are what it has rights on, and as whom."""

    id: ArmId
    name: str
    needs: tuple[_Need, ...]


@dataclass(frozen=True, slots=True)
class _LeavingIdentity:
    """A user-assigned identity of ours that goes with the tasks that ran as it."""

    id: ArmId
    name: str
    tasks: tuple[ArmId, ...]
    needs: tuple[_Need, ...]


@dataclass(frozen=True, slots=True)
class _Leaving:
    """What goes of a spec, and the rights that nothing which stays needs."""

    tasks: tuple[_LeavingTask, ...]
    identities: tuple[_LeavingIdentity, ...]
    rights: Mapping[_Need, list[Right]]


def _leaving(spec: Spec, live: Live, names: frozenset[str]) -> _Leaving:
    every = rights(spec)
    staying = {(right.identity, right.resource) for right in every if right.task not in names}
    needs: dict[str, list[_Need]] = {name: [] for name in sorted(names)}
    unneeded: dict[_Need, list[Right]] = {}
    for right in every:
        if right.task in names:
            needs[right.task].append((right.identity, right.resource))
            if (right.identity, right.resource) not in staying:
                unneeded.setdefault((right.identity, right.resource), []).append(right)
    return _Leaving(
        tuple(_LeavingTask(spec.task_id(name), name, tuple(each)) for name, each in needs.items()),
        tuple(_leaving_identities(spec, live, names, unneeded)),
        unneeded,
    )


def _leaving_identities(
    spec: Spec, live: Live, names: frozenset[str], needs: Iterable[_Need]
) -> Iterator[_LeavingIdentity]:
    held: dict[TaskIdentity, list[_Need]] = {}
    for need in needs:
        held.setdefault(need[0], []).append(need)
    users: dict[str, list[str]] = {}
    for name, task in spec.tasks.items():
        for user in task.user_identities:
            users.setdefault(user, []).append(name)
    stays = {spec.identity_id(user) for user, tasks in users.items() if not names.issuperset(tasks)}
    for user, tasks in users.items():
        identity = live.identities.get(spec.identity_id(user))
        if identity and identity.id not in stays and is_ours(identity.tags):
            own = tuple(held.get(UserIdentity(identity.id), ()))
            yield _LeavingIdentity(identity.id, user, tuple(map(spec.task_id, tasks)), own)


def _grant_removals(leaving: _Leaving, live: Live) -> Mapping[_Need, tuple[_GrantRemoval, ...]]:
    ours = _Ours.of(leaving, live)
    return {need: tuple(ours.removals(each, live)) for need, each in leaving.rights.items()}


@dataclass(frozen=True, slots=True)
class _Ours:
    """What tells that a grant is ours: descriptions, fingerprints in tags, and whose identity goes."""

    assignments: Mapping[tuple[str, str], list[LiveAssignment]]
    readers: Mapping[ArmId, frozenset[str]]
    recorded: frozenset[str]
    going: frozenset[ArmId]

    @classmethod
    def of(cls, leaving: _Leaving, live: Live) -> Self:
        assignments: dict[tuple[str, str], list[LiveAssignment]] = {}
        for one in live.assignments:
            if one.role_guid in _ROLE_NAMES and is_described_by_us(one.description):
                assignments.setdefault((one.principal_id, one.scope.rstrip("/").lower()), []).append(one)
        return cls(
            assignments,
            {vault.id: vault.readers for vault in live.vaults.values()},
            frozenset(sign for task in live.tasks.values() for sign in remembered(task.tags)),
            frozenset((*(task.id for task in leaving.tasks), *(identity.id for identity in leaving.identities))),
        )

    def removals(self, needed: Sequence[Right], live: Live) -> Iterator[_GrantRemoval]:
        """Yield what gives the one right that these tasks needed."""
        right = needed[0]
        principal = _principal(right.identity, live)
        if principal is None:
            return
        tasks = tuple(dict.fromkeys(one.task for one in needed))
        reason = f"only task {tasks[0]} needed it" if len(tasks) == 1 else f"only tasks {', '.join(tasks)} needed it"
        for one in self.assignments.get((principal, str(right.resource).rstrip("/").lower()), ()):
            yield RemoveRoleAssignment(one.id, one.scope, _ROLE_NAMES[one.role_guid], right.identity, reason)
        vault = live.vaults.get(right.vault) if isinstance(right, SecretRight) else None
        if vault and principal in self.readers[vault.id] and self._added_access(vault.id, right.identity, live):
            yield RemoveVaultAccess(vault.id, vault.tenant_id, principal, right.identity, reason)

    def _added_access(self, vault: ArmId, identity: TaskIdentity, live: Live) -> bool:
        recorded = vault_sign(vault, identity) in self.recorded
        return recorded or (is_our_principal(identity, live) and self._goes(identity))

    def _goes(self, identity: TaskIdentity) -> bool:
        match identity:
            case SystemIdentity(id_) | UserIdentity(id_):
                return id_ in self.going


def _principal(identity: TaskIdentity, live: Live) -> str | None:
    match identity:
        case UserIdentity(id_):
            user = live.identities.get(id_)
            return user.principal_id if user else None
        case SystemIdentity(id_):
            task = live.tasks.get(id_)
            return task.attached.system_principal_id if task else None


def _task_part(task: _LeavingTask, live: Live, removals: Mapping[_Need, tuple[_GrantRemoval, ...]]) -> Part:
    """Return the deletion of a task of ours, or what is taken out of one of others."""
    there = live.tasks.get(task.id)
    if there is None:
        return Part()
    if is_ours(there.tags):
        last: DeleteTask | UpdateTask | None = DeleteTask(
            there.id, f"task {task.name} is in the spec and carries our mark"
        )
        credentials: tuple[RemoveCredential, ...] = ()
        notes: tuple[str, ...] = ()
    else:
        credentials, last = tuple(_credentials(task.name, there)), _cleaned(task.name, there)
        notes = (f"task {task.name} stays: it was not created by this tool",)
    # Grants go first: what tells that they are ours is lost with the task, or with its tags.
    grants = [removal.key for need in task.needs for removal in removals.get(need, ())]
    after = [(credential.key, key) for credential in credentials for key in grants]
    if last is None:
        return Part(credentials, tuple(after), notes)
    after += [(last.key, key) for key in (*grants, *(credential.key for credential in credentials))]
    return Part((*credentials, last), tuple(after), notes)


def _credentials(name: str, task: LiveTask) -> Iterator[RemoveCredential]:
    added = remembered(task.tags)
    for server in task.logins:
        if credential_sign(server) in added:
            yield RemoveCredential(task.id, server, _added_to(name))


def _cleaned(name: str, task: LiveTask) -> UpdateTask | None:
    tags = without_tags((tag for tag in task.tags if not is_record(tag[0])), (WAIT_TAG,))
    if tags == task.tags:
        return None
    identities = _remaining(task, remembered(task.tags))
    # An apply that was cut short may have left their task disabled.
    paused = waits(task.tags)
    enabled = [FieldChange("enabled", "false", "true")] if paused else []
    return UpdateTask(
        id=task.id,
        settings=TaskSettings(enabled=True if paused else None),
        identities=identities,
        source_identity=task.source_identity,
        tags=tags,
        fields=(*_identity_changes(task, identities), *enabled),
        reason=_added_to(name),
    )


def _added_to(name: str) -> str:
    return f"it was added to task {name}, which is not ours"


def _identity_part(identity: _LeavingIdentity, removals: Mapping[_Need, tuple[_GrantRemoval, ...]]) -> Part:
    reason = f"identity {identity.name} carries our mark and no task of the spec is left to it"
    change = DeleteIdentity(identity.id, reason)
    earlier = [removal.key for need in identity.needs for removal in removals[need]]
    earlier += [key_of(task) for task in identity.tasks for key_of in (DeleteTask.key_of, UpdateTask.key_of)]
    return Part((change,), tuple((change.key, key) for key in earlier))


def _remaining(task: LiveTask, added: frozenset[str]) -> StatedIdentities | None:
    detached = tuple(user for user in task.attached.users if identity_sign(str(user)) in added)
    had_system = task.attached.system_principal_id is not None
    system = had_system and identity_sign(str(task.id)) not in added
    if not detached and system == had_system:
        return None
    return StatedIdentities(system, tuple(user for user in task.attached.users if user not in detached), detached)


def _identity_changes(task: LiveTask, identities: StatedIdentities | None) -> Iterator[FieldChange]:
    if identities is None:
        return
    if task.attached.system_principal_id is not None and not identities.system:
        yield FieldChange("identity", "SystemAssigned", ABSENT)
    yield from (FieldChange("identity", str(user), ABSENT) for user in identities.detached)
