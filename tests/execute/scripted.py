"""A gateway that answers as it is told, and writes down what it was asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from acr_identity.changes import (
    AssignRole,
    CreateIdentity,
    CreateTask,
    EnableTask,
    RegistryCredential,
    ReplaceTask,
    UpdateIdentity,
    UpdateTask,
)
from acr_identity.ids import ArmId
from acr_identity.state import (
    Attached,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveRun,
    LiveTask,
    LiveVault,
    LogChunk,
    Principals,
    TaskSettings,
    Value,
)


@dataclass
class ScriptedGateway:
    """Answers every write with success, but for those whose name has a script: it is called, and may raise."""

    scripts: dict[str, Callable[[], None]] = field(default_factory=dict)
    found: tuple[LiveAssignment, ...] = ()
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
        return None

    def identities(self, group: ArmId) -> Sequence[LiveIdentity]:
        self._note("identities", group.name)
        return ()

    def task(self, task: ArmId) -> LiveTask | None:
        self._note("task", task.name)
        return None

    def assignments(self, scope: ArmId) -> Sequence[LiveAssignment]:
        self._note("assignments", scope.name)
        return self.found

    def create_identity(self, change: CreateIdentity) -> LiveIdentity:
        self._note("create_identity", change.id.name)
        return LiveIdentity(change.id, "p-user", "c-user", change.location)

    def update_identity(self, change: UpdateIdentity) -> None:
        self._note("update_identity", change.id.name)

    def create_task(self, change: CreateTask, principals: Principals) -> LiveTask:
        del principals
        self._note("create_task", change.id.name)
        return LiveTask(change.id, change.location, change.settings, Attached("p-system" if change.system else None))

    def update_task(self, change: UpdateTask) -> LiveTask:
        self._note("update_task", change.id.name)
        return LiveTask(change.id, "eastus", TaskSettings())

    def replace_task(self, change: ReplaceTask, principals: Principals) -> LiveTask:
        del principals
        self._note("replace_task", change.id.name)
        return LiveTask(change.id, "eastus", TaskSettings())

    def enable_task(self, change: EnableTask) -> None:
        self._note("enable_task", change.id.name)

    def set_credentials(self, task: ArmId, credentials: Sequence[RegistryCredential], principals: Principals) -> None:
        del principals
        self._note("set_credentials", f"{task.name} {','.join(one.login_server for one in credentials)}")

    def remove_credentials(self, task: ArmId, login_servers: Sequence[str]) -> None:
        self._note("remove_credentials", f"{task.name} {','.join(login_servers)}")

    def assign_role(self, change: AssignRole, principals: Principals) -> None:
        principal = principals[change.grantee.identity].principal_id
        self._note("assign_role", f"{change.role.value} {change.scope.name} {principal}")

    def remove_role_assignment(self, assignment: str) -> None:
        self._note("remove_role_assignment", assignment)

    def add_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        del tenant
        self._note("add_vault_access", f"{vault.name} {','.join(principal_ids)}")

    def remove_vault_access(self, vault: ArmId, tenant: str, principal_ids: Sequence[str]) -> None:
        del tenant
        self._note("remove_vault_access", f"{vault.name} {','.join(principal_ids)}")

    def delete_task(self, task: ArmId) -> None:
        self._note("delete_task", task.name)

    def delete_identity(self, identity: ArmId) -> None:
        self._note("delete_identity", identity.name)

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
