"""From a world to the first state."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.identities import create_identity
from acr_identity.emulator.kernel.arm import (
    REGISTRIES,
    VAULTS,
    group_id,
    identity_id,
    key,
    made_guid,
    resource_id,
    subscription_id,
)
from acr_identity.emulator.kernel.images import Reference, digest_of
from acr_identity.emulator.kernel.runner_port import Secret
from acr_identity.emulator.kernel.saving import with_registry, with_vault
from acr_identity.emulator.kernel.state import (
    Assignment,
    DirectoryObject,
    Group,
    Registration,
    Registry,
    State,
    Vault,
    including,
)
from acr_identity.emulator.rights.roles import OWNER, role_named
from acr_identity.emulator.vaults.secrets import SetBody, with_secret

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.settings import Hosts
    from acr_identity.emulator.kernel.wire import JsonObject
    from acr_identity.emulator.world import World, WorldRegistry, WorldRole, WorldServicePrincipal, WorldVault

_ALWAYS = 0.0
"""Since when the directory knows those who were there before the first request: no replication is waited for."""

TOOL_IMAGES = (
    "mcr.microsoft.com/acr/acr-cli:0.19",
    "mcr.microsoft.com/acr/azure-cli:2ff604c",
    "mcr.microsoft.com/acr/bash:2ff604c",
    "mcr.microsoft.com/acr/curl:2ff604c",
    "mcr.microsoft.com/acr/cssc:2ff604c",
)
"""The images behind the short names that a task file may use (`bash`, `acr`, ...): always there."""


def first_state(world: World, hosts: Hosts, now: float) -> State:
    """Return the state that a world describes; the owner of the subscription is always in it."""
    state = _owned(world, now)
    state = replace(state, groups=_groups(world), public_images=_public_images(world))
    for name, registry in world.registries.items():
        made = _registry(world, name, registry, hosts, now)
        state = with_registry(state, made)
    for name, vault in world.vaults.items():
        state = _with_vault(state, _vault(world, name, vault, now), vault, now)
    for name, identity in world.identities.items():
        group = world.group_of(identity.resource_group)
        location = identity.location or state.groups[group.lower()].location
        own = identity_id(world.subscription, group, name)
        state = create_identity(state, own, location=location, tags=identity.tags, now=now)
    for name, principal in world.service_principals.items():
        state = _with_principal(state, world, name, principal, now)
    return state


def _owned(world: World, now: float) -> State:
    owner = made_guid("owner", world.subscription, world.tenant)
    known = DirectoryObject(owner, made_guid("owner's client", owner), "User", "owner@example.com", now)
    scope = subscription_id(world.subscription)
    name = made_guid("owner's assignment", owner)
    return State(
        subscription=world.subscription,
        tenant=world.tenant,
        location=world.location,
        owner=owner,
        directory={owner: known},
        assignments={name: Assignment(name, scope, OWNER, owner, "User", now, now, owner)},
        disabled=world.disabled,
        git_tokens=None
        if world.git_tokens is None
        else tuple(Secret(token.get_secret_value()) for token in world.git_tokens),
        docker_hub={name: Secret(value.get_secret_value()) for name, value in world.docker_hub.items()},
        contexts=world.contexts,
        registrations={name.lower(): Registration(name, "NotRegistered") for name in world.unregistered},
    )


def _with_principal(state: State, world: World, name: str, given: WorldServicePrincipal, now: float) -> State:
    principal = made_guid("service principal", world.tenant, given.client_id.lower())
    known = DirectoryObject(
        principal, given.client_id, "ServicePrincipal", name, _ALWAYS, (Secret(given.secret.get_secret_value()),)
    )
    assignments = {**state.assignments}
    for role in given.roles:
        scope, definition = _place(state, world, role), role_named(role.role)
        if definition is not None:
            own = made_guid("role in the world", principal, definition.id, key(scope))
            assignments[own] = Assignment(
                own, scope, definition.id, principal, "ServicePrincipal", now, now, state.owner
            )
    return replace(state, directory=including(state.directory, principal, known), assignments=assignments)


def _place(state: State, world: World, role: WorldRole) -> str:
    if role.resource_group:
        return state.groups[role.resource_group.lower()].id
    named = ((state.registries, role.registry), (state.vaults, role.vault), (state.identities, role.identity))
    for holder, name in named:
        if name:
            return next(one.id for one in holder.values() if one.name.lower() == name.lower())
    return subscription_id(world.subscription)


def _groups(world: World) -> dict[str, Group]:
    return {
        name.lower(): Group(group_id(world.subscription, name), name, group.location or world.location, group.tags)
        for name, group in world.resource_groups.items()
    }


def _public_images(world: World) -> dict[str, str]:
    references = [Reference.read(image) for image in (*TOOL_IMAGES, *world.images)]
    return {str(reference): digest_of(str(reference)) for reference in references}


def _registry(world: World, name: str, given: WorldRegistry, hosts: Hosts, now: float) -> Registry:
    group = world.group_of(given.resource_group)
    server = given.login_server or f"{name.lower()}{hosts.registry_suffix}"
    settings: JsonObject = {
        "roleAssignmentMode": given.role_assignment_mode,
        "anonymousPullEnabled": given.anonymous_pull,
    }
    references = [Reference.read(f"{server}/{image}") for image in given.images]
    return Registry(
        id=resource_id(world.subscription, group, REGISTRIES, name),
        name=name,
        group=group,
        location=given.location or world.resource_groups[group].location or world.location,
        tags=given.tags,
        sku=given.sku,
        login_server=server,
        created=now,
        modified=now,
        settings=settings,
        images={f"{one.repository}:{one.tag}": digest_of(str(one)) for one in references},
    )


def _vault(world: World, name: str, given: WorldVault, now: float) -> Vault:
    group = world.group_of(given.resource_group)
    properties: JsonObject = {
        "sku": {"family": "A", "name": "standard"},
        "tenantId": world.tenant,
        "accessPolicies": [],
        "enableSoftDelete": True,
        "softDeleteRetentionInDays": 90,
        "enableRbacAuthorization": given.rbac,
        "publicNetworkAccess": "Enabled",
    }
    return Vault(
        id=resource_id(world.subscription, group, VAULTS, name),
        name=name,
        group=group,
        location=given.location or world.resource_groups[group].location or world.location,
        tags=given.tags,
        properties=properties,
        created=now,
        modified=now,
    )


def _with_vault(state: State, vault: Vault, given: WorldVault, now: float) -> State:
    state = with_vault(state, vault)
    for name, value in given.secrets.items():
        state = with_secret(state, state.vaults[key(vault.id)], name, SetBody(value=value.get_secret_value()), now=now)
    return state
