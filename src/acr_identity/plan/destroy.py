"""From a spec and what Azure has to a plan that takes back what we made, and nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from acr_identity.access import PullRight, Right, SecretRight, rights, task_identity
from acr_identity.changes import (
    Change,
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
from acr_identity.plan.grants import is_our_principal, vault_sign
from acr_identity.plan.order import arrange
from acr_identity.plan.tags import is_ours, waits, without_tags
from acr_identity.plan.tasks import credential_sign, identity_sign
from acr_identity.plan.values import Plan
from acr_identity.spec import Spec
from acr_identity.state import Identity, Live, LiveTask, SystemIdentity, TaskSettings, UserIdentity


def make_destroy_plan(spec: Spec, live: Live, tasks: Collection[str] | None = None) -> Plan:
    """Return what must be done to take back what `apply` made for these tasks of the spec; for all, if not named.

    Only what carries our mark is removed. What other tasks of the spec still need stays.
    """
    going = frozenset(spec.tasks if tasks is None else tasks)
    leaving = _Leaving(spec, live, going)
    grants = tuple(leaving.grants())
    grant_keys = {change.key for change in grants}
    task_changes = tuple(leaving.tasks())
    drafts: list[tuple[Change, set[str]]] = [(change, set()) for change in grants]
    # Grants go first: what tells that they are ours is lost with the task.
    drafts += [(change, grant_keys | _earlier(change, task_changes)) for change in task_changes]
    drafts += [(change, grant_keys | {one.key for one in task_changes}) for change in leaving.identities()]
    return Plan(arrange(drafts), tuple(leaving.notes()), purpose="destroy")


def _earlier(change: Change, changes: tuple[Change, ...]) -> set[str]:
    if not isinstance(change, UpdateTask):
        return set()
    return {one.key for one in changes if isinstance(one, RemoveCredential) and one.task == change.id}


@dataclass(frozen=True, slots=True)
class _Leaving:
    """The tasks that go, among the others of their spec."""

    spec: Spec
    live: Live
    going: frozenset[str]

    def grants(self) -> Iterator[Change]:
        """Return the removals of role assignments and vault access that only the leaving tasks needed."""
        every = rights(self.spec)
        staying = {(right.identity, _target(right)) for right in every if right.task not in self.going}
        seen = set()
        for right in every:
            grant = (right.identity, _target(right))
            if right.task in self.going and grant not in staying and grant not in seen:
                seen.add(grant)
                yield from self._removals(right)

    def _removals(self, right: Right) -> Iterator[Change]:
        principal = self._principal(right.identity)
        if principal is None:
            return
        reason = f"only task {right.task} needed it"
        for one in self.live.assignments:
            for role in Role:
                if one.assigns(role, _target(right), principal) and is_described_by_us(one.description):
                    yield RemoveRoleAssignment(one.id, one.scope, role.value, right.identity, reason)
        vault = self.live.vaults.get(right.vault) if isinstance(right, SecretRight) else None
        if vault and vault.lets_read_secrets(principal) and self._added_access(vault.id, right.identity):
            yield RemoveVaultAccess(vault.id, vault.tenant_id, principal, right.identity, reason)

    def _added_access(self, vault: ArmId, identity: Identity) -> bool:
        sign = vault_sign(vault, identity)
        recorded = any(sign in remembered(task.tags) for task in self.live.tasks.values())
        return recorded or (is_our_principal(identity, self.live) and self._goes(identity))

    def _goes(self, identity: Identity) -> bool:
        match identity:
            case SystemIdentity(task):
                return task in {self.spec.task_id(name) for name in self.going}
            case UserIdentity(id_):
                return id_ in {change.id for change in self.identities()}

    def _principal(self, identity: Identity) -> str | None:
        match identity:
            case UserIdentity(id_):
                user = self.live.identities.get(id_)
                return user.principal_id if user else None
            case SystemIdentity(id_):
                task = self.live.tasks.get(id_)
                return task.attached.system_principal_id if task else None

    def tasks(self) -> Iterator[Change]:
        """Return the deletion of our tasks, and what is taken out of those of others."""
        for name in sorted(self.going):
            task = self.live.tasks.get(self.spec.task_id(name))
            if task is None:
                continue
            if is_ours(task.tags):
                yield DeleteTask(task.id, f"task {name} is in the spec and carries our mark")
            else:
                yield from self._clean(name, task)

    def _clean(self, name: str, task: LiveTask) -> Iterator[Change]:
        added = remembered(task.tags)
        reason = f"it was added to task {name}, which is not ours"
        for server in sorted(task.logins):
            if credential_sign(server) in added:
                yield RemoveCredential(task.id, server, reason)
        tags = without_tags((tag for tag in task.tags if not is_record(tag[0])), (WAIT_TAG,))
        if tags != task.tags:
            identities = _remaining(task, added)
            # An apply that was cut short may have left their task disabled.
            paused = waits(task.tags)
            yield UpdateTask(
                id=task.id,
                settings=TaskSettings(enabled=True if paused else None),
                identities=identities,
                source_identity=task.source_identity,
                tags=tags,
                fields=(
                    *_identity_changes(task, identities),
                    *([FieldChange("enabled", "false", "true")] if paused else []),
                ),
                reason=reason,
            )

    def identities(self) -> Iterator[DeleteIdentity]:
        """Return the deletion of our identities that no staying task runs as."""
        used = {
            task_identity(self.spec, name, one)
            for name, task in self.spec.tasks.items()
            if name not in self.going
            for one in task.identity
        }
        leaving = {user for name in self.going for user in self.spec.tasks[name].user_identities}
        for name in sorted(leaving):
            identity = self.live.identities.get(self.spec.identity_id(name))
            if identity and is_ours(identity.tags) and UserIdentity(identity.id) not in used:
                yield DeleteIdentity(
                    identity.id, f"identity {name} carries our mark and no task of the spec is left to it"
                )

    def notes(self) -> Iterator[str]:
        """Say what stays because others made it."""
        for name in sorted(self.going):
            task = self.live.tasks.get(self.spec.task_id(name))
            if task and not is_ours(task.tags):
                yield f"task {name} stays: it was not created by this tool"


def _target(right: Right) -> ArmId:
    match right:
        case PullRight():
            return right.registry
        case SecretRight():
            return right.vault


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
