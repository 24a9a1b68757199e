"""Registries, identities, role assignments and vaults, as read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from acr_identity.ids import ArmId
from acr_identity.state import LiveAssignment, LiveIdentity, LiveRegistry, LiveVault, VaultPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

    from azure.mgmt.containerregistry.models import Registry
    from azure.mgmt.keyvault.models import AccessPolicyEntry, Vault
    from azure.mgmt.msi.v2024_11_30.models import Identity

    from acr_identity.state import Tags

_ABAC = "abacrepositorypermissions"


class Body(BaseModel):
    """A part of an answer that is read as raw JSON. Unknown keys are passed over; a missing one is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True)


class RegistryProperties(Body):
    """What is used of a registry's properties."""

    login_server: str | None = None
    role_assignment_mode: str | None = None


class RegistryBody(Body):
    """A registry in a list (Registries - List)."""

    id: str
    location: str = ""
    properties: RegistryProperties = RegistryProperties()


class IdentityProperties(Body):
    """What is used of an identity's properties."""

    principal_id: str = ""
    client_id: str = ""


class IdentityBody(Body):
    """A user-assigned identity in a list (User Assigned Identities - List By Resource Group)."""

    id: str
    location: str = ""
    tags: dict[str, str] | None = None
    properties: IdentityProperties


class AssignmentProperties(Body):
    """What is used of a role assignment's properties."""

    role_definition_id: str
    principal_id: str
    scope: str
    condition: str | None = None
    description: str | None = None


class AssignmentBody(Body):
    """A role assignment in a list (Role Assignments - List For Scope)."""

    id: str = Field(min_length=1)
    properties: AssignmentProperties


def as_tags(tags: Mapping[str, str] | None) -> Tags:
    """Return tags as sorted pairs."""
    return tuple(sorted((tags or {}).items()))


def registry_from_body(body: RegistryBody) -> LiveRegistry:
    """Return a registry of a list."""
    return _registry(ArmId(body.id), body.properties.login_server, body.location, body.properties.role_assignment_mode)


def registry_from_wire(id_: ArmId, registry: Registry) -> LiveRegistry:
    """Return a registry that was asked for by id."""
    properties = registry.properties
    if properties is None:
        return _registry(id_, None, registry.location, None)
    return _registry(id_, properties.login_server, registry.location, properties.role_assignment_mode)


def _registry(id_: ArmId, login_server: str | None, location: str, mode: str | None) -> LiveRegistry:
    """Make a registry. A `mode` that is absent is the older one, in which AcrPull works."""
    if not login_server:
        raise ValueError(f"registry {id_.name} has no login server")
    return LiveRegistry(id_, login_server, location, uses_abac=as_text(mode).lower() == _ABAC)


def identity_from_body(body: IdentityBody) -> LiveIdentity:
    """Return an identity of a list."""
    return LiveIdentity(
        ArmId(body.id),
        body.properties.principal_id.lower(),
        body.properties.client_id.lower(),
        body.location,
        as_tags(body.tags),
    )


def identity_from_wire(id_: ArmId, identity: Identity) -> LiveIdentity:
    """Return an identity that was asked for by id, or has just been made."""
    return LiveIdentity(
        id_,
        (identity.principal_id or "").lower(),
        (identity.client_id or "").lower(),
        identity.location,
        as_tags(identity.tags),
    )


def assignment_from_wire(body: AssignmentBody) -> LiveAssignment:
    """Return a role assignment. Of the role only the GUID counts: what stands before it varies between answers."""
    properties = body.properties
    return LiveAssignment(
        id=body.id,
        scope=properties.scope,
        principal_id=properties.principal_id.lower(),
        role_guid=properties.role_definition_id.rstrip("/").rpartition("/")[2].lower(),
        condition=properties.condition or "",
        description=properties.description or "",
    )


def vault_from_wire(id_: ArmId, vault: Vault) -> LiveVault:
    """Return a vault. Without `enableRbacAuthorization` it is an old one, which has access policies."""
    properties = vault.properties
    return LiveVault(
        id=id_,
        uri=(properties.vault_uri or "").rstrip("/"),
        tenant_id=properties.tenant_id,
        uses_rbac=bool(properties.enable_rbac_authorization),
        policies=tuple(_policy(entry) for entry in properties.access_policies or ()),
    )


def _policy(entry: AccessPolicyEntry) -> VaultPolicy:
    return VaultPolicy(
        object_id=entry.object_id.lower(),
        secrets=frozenset(as_text(each).lower() for each in entry.permissions.secrets or ()),
        application_id=entry.application_id or "",
        tenant_id=entry.tenant_id or "",
    )


def as_text(value: str | None) -> str:
    """Return the text of a wire value. The SDK gives an enum where it knows the spelling, which prints differently."""
    return str.__str__(value or "")
