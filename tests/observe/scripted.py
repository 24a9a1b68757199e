"""A reader that answers from what it holds, and writes down what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field

from acr_identity.errors import AzureError
from acr_identity.ids import ArmId
from acr_identity.state import (
    Live,
    LiveAssignment,
    LiveIdentity,
    LiveRegistry,
    LiveRole,
    LiveTask,
    LiveVault,
    Surroundings,
)


@dataclass
class ScriptedReader:
    """Holds the state of an Azure; `at` are the assignments by scope, `refusals` the errors by question."""

    live: Live
    at: Mapping[ArmId, tuple[LiveAssignment, ...]] = field(default_factory=dict)
    refusals: Mapping[str, AzureError] = field(default_factory=dict)
    meeting: threading.Barrier = field(default_factory=lambda: threading.Barrier(1))
    """Where so many questions must meet before each is answered."""
    asked: list[str] = field(default_factory=list)
    around: Surroundings = field(default_factory=Surroundings)

    def _note(self, verb: str, what: str) -> None:
        self.asked.append(f"{verb} {what}")
        self.meeting.wait()
        error = self.refusals.get(verb)
        if error is not None:
            raise error

    def registry(self, registry: ArmId) -> LiveRegistry | None:
        self._note("registry", registry.name)
        return self.live.registries.get(registry)

    def registries(self, subscription: str) -> tuple[LiveRegistry, ...]:
        self._note("registries", subscription)
        return tuple(one for one in self.live.registries.values() if one.id.subscription.lower() == subscription)

    def vault(self, vault: ArmId) -> LiveVault | None:
        self._note("vault", vault.name)
        return self.live.vaults.get(vault)

    def identity(self, identity: ArmId) -> LiveIdentity | None:
        self._note("identity", identity.name)
        return self.live.identities.get(identity)

    def identities(self, group: ArmId) -> tuple[LiveIdentity, ...]:
        self._note("identities", f"{group.subscription} {group.name}")
        return tuple(one for one in self.live.identities.values() if group.contains(one.id))

    def task(self, task: ArmId) -> LiveTask | None:
        self._note("task", task.name)
        return self.live.tasks.get(task)

    def task_without_secrets(self, task: ArmId) -> LiveTask | None:
        self._note("task_without_secrets", task.name)
        return self.live.tasks.get(task)

    def tasks_of(self, registry: ArmId) -> tuple[LiveTask, ...]:
        self._note("tasks_of", registry.name)
        return tuple(one for one in self.live.tasks.values() if registry.contains(one.id))

    def assignments(self, scope: ArmId) -> tuple[LiveAssignment, ...]:
        self._note("assignments", scope.name)
        return self.at.get(scope, ())

    def role(self, subscription: str, guid: str) -> LiveRole | None:
        self._note("role", f"{subscription} {guid}")
        return self.live.roles.get(guid)

    def roles_at(self, scope: ArmId, name: str = "") -> Mapping[str, LiveRole]:
        self._note("roles_at", f"{scope.name} {name}".strip())
        return {guid: role for guid, role in self.live.roles.items() if role.name.lower() == name.lower() or not name}

    def has_pool(self, pool: ArmId) -> bool:
        self._note("has_pool", pool.name)
        return pool not in self.live.absent_pools

    def has_group(self, group: ArmId) -> bool:
        self._note("has_group", group.name)
        return group not in self.live.absent_groups

    def surroundings(self, subscription: str) -> Surroundings:
        self._note("surroundings", subscription)
        return self.around

    def stop_waiting(self) -> None:
        self._note("stop_waiting", "")
