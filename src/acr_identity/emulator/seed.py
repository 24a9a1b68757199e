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
from acr_identity.emulator.kernel.denials import EVERYONE, DenyAssignment, NamedPrincipal
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
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.settings import Hosts
    from acr_identity.emulator.kernel.wire import JsonObject
    from acr_identity.emulator.world import World, WorldRegistry, WorldVault
    from acr_identity.emulator.world_access import AtPlace, WorldDenyAssignment, WorldRole, WorldServicePrincipal

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
    state = _with_groups(state, world, now)
    denials = (_denial(state, world, name, given, now) for name, given in world.deny_assignments.items())
    return replace(state, denials={one.name: one for one in denials})


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
    state = replace(state, directory=including(state.directory, principal, known))
    return _with_roles(state, world, known, given.roles, now)


def _with_groups(state: State, world: World, now: float) -> State:
    for name, group in world.groups.items():
        own = _group_id(world, name)
        known = DirectoryObject(own, own, "Group", name, _ALWAYS)
        state = replace(state, directory=including(state.directory, own, known))
        state = _with_roles(state, world, known, group.roles, now)
    directory = {**state.directory}
    for name, group in world.groups.items():
        own = _group_id(world, name)
        members = frozenset(_principal_named(state, world, member).id for member in group.members)
        directory[own] = replace(directory[own], members=members)
    return replace(state, directory=directory)


def _group_id(world: World, name: str) -> str:
    return made_guid("group", world.tenant, name.lower())


def _with_roles(state: State, world: World, somebody: DirectoryObject, roles: Iterable[WorldRole], now: float) -> State:
    assignments = {**state.assignments}
    for role in roles:
        scope, definition = _place(state, world, role), role_named(role.role)
        if definition is not None:
            own = made_guid("role in the world", somebody.id, definition.id, key(scope))
            assignments[own] = Assignment(own, scope, definition.id, somebody.id, somebody.kind, now, now, state.owner)
    return replace(state, assignments=assignments)


def _denial(state: State, world: World, name: str, given: WorldDenyAssignment, now: float) -> DenyAssignment:
    named = tuple(_principal_named(state, world, one) for one in given.principals)
    return DenyAssignment(
        made_guid("deny assignment", world.subscription, name),
        _place(state, world, given),
        name,
        now,
        now,
        state.owner,
        given.actions,
        given.not_actions,
        given.data_actions,
        given.not_data_actions,
        named or (NamedPrincipal(EVERYONE, "SystemDefined"),),
        tuple(_principal_named(state, world, one) for one in given.exclude),
        given.here_only,
        is_audit=given.audit,
        condition=given.condition,
        condition_version="2.0" if given.condition else None,
    )


def _principal_named(state: State, world: World, name: str) -> NamedPrincipal:
    identity = next((one for one in state.identities.values() if one.name.lower() == name.lower()), None)
    if identity is not None:
        return NamedPrincipal(identity.principal_id, "ServicePrincipal")
    group = _group_id(world, name)
    if group in state.directory:
        return NamedPrincipal(group, "Group")
    found = next(one for one in state.directory.values() if one.name.lower() == name.lower())
    return NamedPrincipal(found.id, found.kind)


def _place(state: State, world: World, role: AtPlace) -> str:
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
