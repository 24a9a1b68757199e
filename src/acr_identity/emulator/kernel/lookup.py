"""Finding what a request names, or refusing it as Azure Resource Manager does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from acr_identity.emulator.kernel.arm import (
    IDENTITIES,
    REGISTRIES,
    TASKS,
    VAULTS,
    identity_id,
    key,
    resource_id,
    subscription_id,
)
from acr_identity.emulator.kernel.arm_errors import (
    GATEWAY,
    ArmError,
    bad_request,
    group_not_found,
    parent_not_found,
    resource_not_found,
)
from acr_identity.emulator.kernel.call import Body

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.emulator.kernel.call import Call
    from acr_identity.emulator.kernel.state import Group, Registry, State, Task, UserAssignedIdentity, Vault


class _InGroup(Protocol):
    @property
    def group(self) -> str: ...


R = TypeVar("R", bound=_InGroup)


def group_of(call: Call) -> Group:
    """Return the resource group in the path.

    Raises:
        ArmError: 404 `ResourceGroupNotFound`.
    """
    name = call.params["group"]
    group = call.state.groups.get(name.lower())
    if group is None:
        raise group_not_found(name)
    return group


def in_scope(call: Call, held: Mapping[str, R]) -> list[R]:
    """Return those in the resource group in the path, or all where the path names none, in the order of their keys.

    Raises:
        ArmError: 404 `ResourceGroupNotFound`.
    """
    found = [one for _, one in sorted(held.items())]
    if "group" not in call.params:
        return found
    group = group_of(call).name.lower()
    return [one for one in found if one.group.lower() == group]


def registry_id(call: Call) -> str:
    """Return the id of the registry in the path, with the group spelled as it was made."""
    return resource_id(call.subscription, group_of(call).name, REGISTRIES, call.params["registry"])


def registry_of(call: Call) -> Registry:
    """Return the registry in the path.

    Raises:
        ArmError: 404.
    """
    return _found(call, call.state.registries, registry_id(call), REGISTRIES, call.params["registry"])


def registry_at(state: State, login_server: str) -> Registry | None:
    """Return the registry that answers at a host, `None` when there is none."""
    host = login_server.lower()
    return next((one for one in state.registries.values() if one.login_server.lower() == host), None)


def parent_registry(call: Call, kind: str, verb: str) -> Registry:
    """Return the registry in the path, asked for because of something in it.

    Raises:
        ArmError: 404 `ParentResourceNotFound`.
    """
    registry = call.state.registries.get(key(registry_id(call)))
    if registry is None:
        raise parent_not_found(kind, registry_id(call), verb)
    return registry


def task_id(call: Call, registry: Registry) -> str:
    """Return the id of the task in the path."""
    return resource_id(call.subscription, registry.group, TASKS, registry.name, call.params["task"])


def task_of(call: Call) -> Task:
    """Return the task in the path.

    Raises:
        ArmError: 404 for the task, or for its registry.
    """
    registry = parent_registry(call, TASKS, "read")
    task = call.state.tasks.get(key(task_id(call, registry)))
    if task is None:
        raise resource_not_found(TASKS, (registry.name, call.params["task"]), registry.group)
    return task


def own_identity_id(call: Call) -> str:
    """Return the id of the user-assigned identity in the path."""
    return identity_id(call.subscription, group_of(call).name, call.params["identity"])


def identity_of(call: Call) -> UserAssignedIdentity:
    """Return the user-assigned identity in the path.

    Raises:
        ArmError: 404.
    """
    return _found(call, call.state.identities, own_identity_id(call), IDENTITIES, call.params["identity"])


def vault_id(call: Call) -> str:
    """Return the id of the vault in the path."""
    return resource_id(call.subscription, group_of(call).name, VAULTS, call.params["vault"])


def vault_of(call: Call) -> Vault:
    """Return the vault in the path.

    Raises:
        ArmError: 404.
    """
    return _found(call, call.state.vaults, vault_id(call), VAULTS, call.params["vault"])


def _found(call: Call, held: Mapping[str, R], own: str, kind: str, name: str) -> R:
    found = held.get(key(own))
    if found is None:
        raise resource_not_found(kind, (name,), group_of(call).name)
    return found


def existing_scope(state: State, written: str) -> str:
    """Return the scope as the emulator spells it.

    Raises:
        ArmError: 404 when there is no such resource, resource group or subscription.
    """
    scope = key(written)
    if scope == key(subscription_id(state.subscription)):
        return subscription_id(state.subscription)
    for group in state.groups.values():
        if key(group.id) == scope:
            return group.id
    for holder in (state.registries, state.tasks, state.vaults, state.identities, state.agent_pools):
        if scope in holder:
            return holder[scope].id
    head, _, secret = scope.rpartition("/secrets/")
    if secret and head in state.vaults:
        return f"{state.vaults[head].id}/secrets/{written.rpartition('/')[2]}"
    raise _no_scope(written)


def check_name(kind: str, name: str, pattern: str) -> None:
    """Refuse a name that does not match.

    Raises:
        ArmError: 400.
    """
    if re.fullmatch(pattern, name) is None:
        raise bad_request(
            "InvalidResourceName", f"The name '{name}' of type '{kind}' is invalid: it must match {pattern}."
        )


class _NameBody(Body):
    name: str
    type: str


def wanted_name(call: Call, kind: str) -> str:
    """Return the name that somebody would like to have for a resource of this type.

    Raises:
        ArmError: 400 when the body is none, or is about another type.
    """
    body = call.body(_NameBody)
    if body.type.lower() != kind.lower():
        raise bad_request("InvalidResourceType", f"The resource type '{body.type}' is not '{kind}'.")
    return body.name


def location_for(call: Call, given: str | None, existing: str | None) -> str:
    """Return the location of what is being written.

    Raises:
        ArmError: 400 when a new resource names none, 409 when an existing one is elsewhere.
    """
    if existing is None and not given:
        message = "The location property is required for this definition."
        raise ArmError(400, "LocationRequired", message, headers=GATEWAY)
    if existing is not None and given and squeezed(given) != squeezed(existing):
        name = call.request.decoded_path.rpartition("/")[2]
        message = (
            f"The resource '{name}' already exists in location '{existing}'. A resource with the same name cannot be "
            f"created in location '{given}'. Please select a new resource name."
        )
        raise ArmError(409, "InvalidResourceLocation", message, headers=GATEWAY)
    return existing or squeezed(given or "")


def squeezed(location: str) -> str:
    """Return a location as it is compared: `East US` is `eastus`."""
    return location.replace(" ", "").lower()


def _no_scope(written: str) -> ArmError:
    if "/providers/" not in written.lower():
        return group_not_found(written.rpartition("/")[2])
    message = (
        f"The Resource '{written.lower().partition('/providers/')[2]}' was not found. "
        "For more details please go to https://aka.ms/ARMResourceNotFoundFix"
    )
    return ArmError(404, "ResourceNotFound", message, headers=GATEWAY)
