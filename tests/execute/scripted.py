"""A gateway that answers as it is told, and writes down what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import assert_never

from acr_identity.changes import (
    AddVaultAccess,
    AssignRole,
    Change,
    CreateIdentity,
    CreateTask,
    DeleteIdentity,
    DeleteTask,
    EnableTask,
    MarkRoleAssignment,
    MarkVault,
    RemoveCredential,
    RemoveRoleAssignment,
    RemoveVaultAccess,
    ReplaceTask,
    SetCredential,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.gateway import Learned
from acr_identity.ids import ArmId
from acr_identity.state import (
    Known,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveRole,
    LiveRun,
    LiveTask,
    LiveVault,
    LogChunk,
    Principals,
    Surroundings,
    SystemIdentity,
    UserIdentity,
    Value,
)


@dataclass
class ScriptedGateway:
    """Answers every write with success, but for those whose name has a script: it is called, and may raise."""

    scripts: dict[str, Callable[[], None]] = field(default_factory=dict)
    found: tuple[LiveAssignment, ...] = ()
    tasks: dict[ArmId, LiveTask] = field(default_factory=dict)
    principals: dict[str, str] = field(default_factory=lambda: {"myACRTasksId": "p-user", "otherId": "p-other"})
    calls: list[str] = field(default_factory=list)
    runs: list[LiveRun] = field(default_factory=list)
    log: list[LogChunk] = field(default_factory=list)

    def _note(self, call: str, detail: object = "") -> None:
        self.calls.append(f"{call} {detail}".strip())
        self.scripts.get(call, lambda: None)()

    def close(self) -> None:
        self._note("close")

    def registry(self, registry: ArmId) -> LiveRegistry | None:
        self._note("registry", registry.name)
        return None

    def registries(self, subscription: str) -> Sequence[LiveRegistry]:
        self._note("registries", subscription)
        return ()

    def vault(self, vault: ArmId) -> LiveVault | None:
        self._note("vault", vault.name)
        return None

    def identity(self, identity: ArmId) -> LiveIdentity | None:
        self._note("identity", identity.name)
        principal = self.principals.get(identity.name)
        return LiveIdentity(identity, principal, "c-user", "eastus") if principal else None

    def identities(self, group: ArmId) -> Sequence[LiveIdentity]:
        self._note("identities", group.name)
        return ()

    def task(self, task: ArmId) -> LiveTask | None:
        self._note("task", task.name)
        return self.tasks.get(task)

    def task_without_secrets(self, task: ArmId) -> LiveTask | None:
        self._note("task_without_secrets", task.name)
        return self.tasks.get(task)

    def tasks_of(self, registry: ArmId) -> Sequence[LiveTask]:
        self._note("tasks_of", registry.name)
        return ()

    def assignments(self, scope: ArmId) -> Sequence[LiveAssignment]:
        self._note("assignments", scope.name)
        return self.found

    def prepare(self, changes: Sequence[Change]) -> None:
        pass

    def make(self, changes: Sequence[Change], principals: Principals) -> Learned:  # noqa: C901, PLR0912 - one case for each kind
        first = changes[0]
        kind = first.kind.name
        match first:
            case CreateIdentity(id_):
                self._note(kind, id_.name)
                return Learned({UserIdentity(id_): Known("p-user", "c-user")})
            case CreateTask(id_):
                self._note(kind, id_.name)
                return Learned({SystemIdentity(id_): Known("p-system")} if first.system else {})
            case UpdateIdentity(id_) | DeleteIdentity(id_):
                self._note(kind, id_.name)
            case UpdateTask(id_) | ReplaceTask(id_) | EnableTask(id_) | DeleteTask(id_):
                self._note(kind, id_.name)
            case SetCredential(task):
                servers = [one.credential.login_server for one in changes if isinstance(one, SetCredential)]
                self._note("set_credentials", f"{task.name} {','.join(servers)}")
            case RemoveCredential(task):
                servers = [one.login_server for one in changes if isinstance(one, RemoveCredential)]
                self._note("remove_credentials", f"{task.name} {','.join(servers)}")
            case AssignRole(scope, role, grantee):
                self._note(kind, f"{role.title} {scope.name} {principals[grantee.identity].principal_id}")
            case RemoveRoleAssignment(assignment):
                self._note(kind, assignment)
            case AddVaultAccess(vault):
                ids = [
                    principals[one.grantee.identity].principal_id for one in changes if isinstance(one, AddVaultAccess)
                ]
                self._note(kind, f"{vault.name} {','.join(ids)}")
            case MarkRoleAssignment(assignment):
                self._note(kind, assignment)
            case MarkVault(vault):
                self._note(
                    kind, f"{vault.name} {','.join(principals[one.identity].principal_id for one in first.grantees)}"
                )
            case RemoveVaultAccess(vault):
                ids = [one.principal_id for one in changes if isinstance(one, RemoveVaultAccess)]
                self._note(kind, f"{vault.name} {','.join(ids)}")
            case never:
                assert_never(never)
        return Learned()

    def schedule(self, task: ArmId, values: Sequence[Value]) -> LiveRun:
        del values
        self._note("schedule", task.name)
        return self.runs[0]

    def run(self, registry: ArmId, run_id: str) -> LiveRun | None:
        del registry
        self._note("run", run_id)
        if not self.runs:
            return None
        return self.runs.pop(0) if len(self.runs) > 1 else self.runs[0]

    def role(self, subscription: str, guid: str) -> LiveRole | None:
        self._note("role", f"{subscription} {guid}")
        return None

    def roles_at(self, scope: ArmId, name: str = "") -> dict[str, LiveRole]:
        self._note("roles_at", f"{scope.name} {name}".strip())
        return {}

    def has_pool(self, pool: ArmId) -> bool:
        self._note("has_pool", pool.name)
        return True

    def has_group(self, group: ArmId) -> bool:
        self._note("has_group", group.name)
        return True

    def surroundings(self, subscription: str) -> Surroundings:
        self._note("surroundings", subscription)
        return Surroundings()

    def stop_waiting(self) -> None:
        self._note("stop_waiting")

    def latest_run(self, task: ArmId) -> LiveRun | None:
        self._note("latest_run", task.name)
        return self.runs[0] if self.runs else None

    def cancel(self, registry: ArmId, run_id: str) -> None:
        del registry
        self._note("cancel", run_id)

    def log_address(self, registry: ArmId, run_id: str) -> str:
        del registry
        self._note("log_address", run_id)
        return "https://logs.example/blob"

    def read_log(self, address: str, offset: int) -> LogChunk:
        del address
        self._note("read_log", offset)
        return self.log.pop(0) if self.log else LogChunk(b"")
