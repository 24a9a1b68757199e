"""Registries, identities, role assignments and vaults, as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.ids import ArmId
from acr_identity.sdk.convert.bodies import (
    AssignmentBody,
    IdentityBody,
    NetworkRulesBody,
    PolicyBody,
    RegistryBody,
    RoleBody,
    VaultBody,
)
from acr_identity.state import LiveAssignment, LiveIdentity, LiveRegistry, LiveRole, LiveVault, VaultPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from acr_identity.state import Tags

_ABAC = "abacrepositorypermissions"


def as_tags(tags: Mapping[str, str]) -> Tags:
    """Return tags as sorted pairs."""
    return tuple(sorted(tags.items()))


def registry_from_wire(registry: RegistryBody, id_: ArmId | None = None) -> LiveRegistry:
    """Return a registry: one that was asked for by id, or one of a list. One without a mode is an older one."""
    id_ = id_ or ArmId(registry.id)
    properties = registry.properties
    if not properties.login_server:
        raise ValueError(f"registry {id_.name} has no login server")
    uses_abac = properties.role_assignment_mode.lower() == _ABAC
    passes = properties.network_rule_bypass_options.lower() != "none"
    is_public = _is_public(properties.public_network_access)
    return LiveRegistry(
        id_,
        properties.login_server,
        registry.location,
        uses_abac=uses_abac,
        is_closed=_is_closed(properties.public_network_access, properties.network_rule_set),
        has_ip_rules=is_public and bool(properties.network_rule_set.ip_rules),
        lets_tasks_pass=passes and properties.network_rule_bypass_allowed_for_tasks,
    )


def _is_closed(public_access: str, rules: NetworkRulesBody) -> bool:
    return not _is_public(public_access) or rules.default_action.lower() == "deny"


def _is_public(public_access: str) -> bool:
    """Say whether rules of the network are asked at all. `SecuredByPerimeter` counts as closed: tasks are outside."""
    return public_access.lower() in {"", "enabled"}


def identity_from_wire(identity: IdentityBody, id_: ArmId | None = None) -> LiveIdentity:
    """Return an identity: one that was asked for by id or has just been made, or one of a list."""
    properties = identity.properties
    return LiveIdentity(
        id_ or ArmId(identity.id),
        properties.principal_id.lower(),
        properties.client_id.lower(),
        identity.location,
        as_tags(identity.tags),
    )


def assignment_from_wire(assignment: AssignmentBody) -> LiveAssignment:
    """Return a role assignment. Of the role only the GUID counts: what stands before it varies between answers."""
    properties = assignment.properties
    return LiveAssignment(
        id=assignment.id,
        scope=properties.scope,
        principal_id=properties.principal_id.lower(),
        role_guid=properties.role_definition_id.rstrip("/").rpartition("/")[2].lower(),
        condition=properties.condition,
        description=properties.description,
    )


def role_from_wire(role: RoleBody) -> LiveRole:
    """Return what a role allows."""
    return LiveRole(
        role.properties.role_name,
        tuple(
            (each.actions, each.not_actions, each.data_actions, each.not_data_actions)
            for each in role.properties.permissions
        ),
    )


def vault_from_wire(id_: ArmId, vault: VaultBody) -> LiveVault:
    """Return a vault. Without `enableRbacAuthorization` it is an old one, which has access policies."""
    properties = vault.properties
    return LiveVault(
        id=id_,
        uri=properties.vault_uri.rstrip("/"),
        tenant_id=properties.tenant_id,
        uses_rbac=properties.enable_rbac_authorization,
        policies=tuple(map(_policy, properties.access_policies)),
        tags=as_tags(vault.tags),
        is_closed=_is_closed(properties.public_network_access, properties.network_acls),
    )


def _policy(entry: PolicyBody) -> VaultPolicy:
    return VaultPolicy(
        object_id=entry.object_id.lower(),
        secrets=frozenset(each.lower() for each in entry.permissions.secrets),
        application_id=entry.application_id,
        tenant_id=entry.tenant_id,
    )
