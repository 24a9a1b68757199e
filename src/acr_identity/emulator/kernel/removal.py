"""What goes when a registry goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol, TypeVar

from acr_identity.emulator.arm import is_within, key
from acr_identity.emulator.state import Registry, State, excluding


class _Held(Protocol):
    @property
    def id(self) -> str: ...


_H = TypeVar("_H", bound=_Held)


def without_registry(state: State, registry: Registry) -> State:
    """The state without a registry, all that is in it, its principals, and the role assignments and locks in it."""
    principals = [one.system_principal for one in state.tasks.values() if is_within(one.id, registry.id)]
    principals += [one.system_principal for one in state.task_runs.values() if is_within(one.id, registry.id)]
    return replace(
        state,
        registries=excluding(state.registries, key(registry.id)),
        tasks=_outside(state.tasks, registry.id),
        task_runs=_outside(state.task_runs, registry.id),
        agent_pools=_outside(state.agent_pools, registry.id),
        runs=_outside(state.runs, registry.id),
        directory=excluding(state.directory, *principals),
        assignments={name: one for name, one in state.assignments.items() if not is_within(one.scope, registry.id)},
        locks={name: one for name, one in state.locks.items() if not is_within(one.scope, registry.id)},
    )


def _outside(items: Mapping[str, _H], scope: str) -> Mapping[str, _H]:
    return {name: one for name, one in items.items() if not is_within(one.id, scope)}
