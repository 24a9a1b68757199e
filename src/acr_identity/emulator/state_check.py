"""What must fit together in a state: keys and ids, what is in what, and who is somebody.

A handler finds a thing by its key, and takes it for granted that the thing has the id that leads there and is in
something that exists. The emulator itself makes no other state; a file may hold one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import IDENTITIES, LAST_MOMENT, REGISTRIES, VAULTS, group_id, key, resource_id
from acr_identity.emulator.registries.registries import SKUS
from acr_identity.emulator.runs.timeline import finish_of

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.state import (
        AgentPool,
        Registry,
        Run,
        State,
        Task,
        TaskRun,
        UserAssignedIdentity,
        Vault,
    )


def misfits(state: State) -> Iterator[str]:
    """Return the places of what does not fit, as dotted paths."""
    return (place for place, fits in _claims(state) if not fits)


def _claims(state: State) -> Iterator[tuple[str, bool]]:
    yield "owner", state.owner in state.directory
    for name, group in state.groups.items():
        own = group_id(state.subscription, group.name)
        yield f"groups.{name}", name == group.name.lower() and key(group.id) == key(own)
    for family, in_a_group, kind in (
        ("registries", state.registries, REGISTRIES),
        ("vaults", state.vaults, VAULTS),
        ("identities", state.identities, IDENTITIES),
    ):
        for name, one in in_a_group.items():
            yield f"{family}.{name}", _is_in_its_group(state, name, one, kind)
    for family, in_a_registry in (
        ("tasks", state.tasks),
        ("runs", state.runs),
        ("taskRuns", state.task_runs),
        ("agentPools", state.agent_pools),
    ):
        for name, part in in_a_registry.items():
            yield f"{family}.{name}", _is_in_its_registry(state, name, part, family)
    yield from _claims_of_names(state)
    yield from _claims_of_vaults(state)
    for name, registry in state.registries.items():
        yield f"registries.{name}.sku", registry.sku in SKUS
    for name, run in state.runs.items():
        yield f"runs.{name}.outcome", 0 <= finish_of(run) <= LAST_MOMENT


def _is_in_its_group(state: State, name: str, one: Registry | Vault | UserAssignedIdentity, kind: str) -> bool:
    own = resource_id(state.subscription, one.group, kind, one.name)
    return name == key(one.id) == key(own) and one.group.lower() in state.groups


def _is_in_its_registry(state: State, name: str, part: Task | Run | TaskRun | AgentPool, types: str) -> bool:
    registry = state.registries.get(name.rpartition(f"/{types.lower()}/")[0])
    return registry is not None and (
        name == key(part.id) == key(f"{registry.id}/{types}/{part.name}") and part.registry == registry.name
    )


def _claims_of_names(state: State) -> Iterator[tuple[str, bool]]:
    for name, somebody in state.directory.items():
        yield f"directory.{name}", name == somebody.id == somebody.id.lower()
    for name, credential in state.federated.items():
        own = f"{credential.identity}/federatedIdentityCredentials/{credential.name}"
        yield f"federated.{name}", name == key(credential.id) == key(own) and credential.identity in state.identities
    for name, lock in state.locks.items():
        own = f"{lock.scope.rstrip('/')}/providers/Microsoft.Authorization/locks/{lock.name}"
        yield f"locks.{name}", name == key(own)
    for name, registration in state.registrations.items():
        yield f"registrations.{name}", name == registration.namespace.lower()
    for name, role in state.roles.items():
        yield f"roles.{name}", name == role.id == role.id.lower()
    for name, assignment in state.assignments.items():
        yield f"assignments.{name}", name == assignment.name.lower()
    for name, denial in state.denials.items():
        is_then = 0 <= denial.created <= denial.updated <= LAST_MOMENT
        yield f"denials.{name}", name == denial.name.lower() and is_then
    for name, operation in state.operations.items():
        yield f"operations.{name}", name == operation.id


def _claims_of_vaults(state: State) -> Iterator[tuple[str, bool]]:
    for name, deleted in state.deleted_vaults.items():
        own = resource_id(state.subscription, deleted.vault.group, VAULTS, deleted.vault.name)
        yield f"deleted_vaults.{name}", name == deleted.vault.name.lower() and key(deleted.vault.id) == key(own)
        yield f"deleted_vaults.{name}.vault", _holds_secrets(deleted.vault)
    for name, vault in state.vaults.items():
        yield f"vaults.{name}.secrets", _holds_secrets(vault)


def _holds_secrets(vault: Vault) -> bool:
    return (
        vault.secrets.keys() == vault.secret_names.keys()
        and _are_keys(vault.secret_names)
        and _are_keys({name: one.name for name, one in vault.deleted_secrets.items()})
        and all(vault.secrets.values())
        and all(one.versions for one in vault.deleted_secrets.values())
    )


def _are_keys(names: Mapping[str, str]) -> bool:
    return all(short == name.lower() for short, name in names.items())
