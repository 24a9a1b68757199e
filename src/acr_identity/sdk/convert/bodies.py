"""The parts of answers that are used, as the REST interface has them. Nothing else that comes is looked at."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic.alias_generators import to_camel


class Body(BaseModel):
    """A part of an answer. Unknown keys are passed over; a missing one is empty, and so is null."""

    model_config = ConfigDict(
        frozen=True, extra="ignore", alias_generator=to_camel, hide_input_in_errors=True, defer_build=True
    )

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, given: object) -> object:
        return {key: value for key, value in given.items() if value is not None} if isinstance(given, dict) else given


class NetworkRulesBody(Body):
    """Who may reach a registry or a vault over the network."""

    default_action: str = ""
    ip_rules: tuple[dict[str, object], ...] = ()


class RegistryProperties(Body):
    """What is used of a registry's properties."""

    login_server: str = ""
    role_assignment_mode: str = ""
    public_network_access: str = ""
    network_rule_set: NetworkRulesBody = Field(default_factory=NetworkRulesBody)
    network_rule_bypass_options: str = ""
    network_rule_bypass_allowed_for_tasks: bool = False


class RegistryBody(Body):
    """A registry (Registries - Get, List)."""

    id: str = ""
    location: str = ""
    properties: RegistryProperties = Field(default_factory=RegistryProperties)


class IdentityProperties(Body):
    """What is used of an identity's properties."""

    principal_id: str = ""
    client_id: str = ""


class IdentityBody(Body):
    """A user-assigned identity (User Assigned Identities - Get, List By Resource Group, Create Or Update)."""

    id: str = ""
    location: str = ""
    tags: dict[str, str] = Field(default_factory=dict)
    properties: IdentityProperties


class AssignmentProperties(Body):
    """What is used of a role assignment's properties."""

    role_definition_id: str
    principal_id: str
    scope: str
    condition: str = ""
    description: str = ""


class AssignmentBody(Body):
    """A role assignment (Role Assignments - List For Scope)."""

    id: str = Field(min_length=1)
    properties: AssignmentProperties


class RolePermissionBody(Body):
    """What a role allows."""

    actions: tuple[str, ...] = ()
    not_actions: tuple[str, ...] = ()
    data_actions: tuple[str, ...] = ()
    not_data_actions: tuple[str, ...] = ()


class RoleProperties(Body):
    """What is used of a role's properties."""

    role_name: str = ""
    permissions: tuple[RolePermissionBody, ...] = ()


class RoleBody(Body):
    """A role (Role Definitions - Get, List)."""

    name: str = ""
    properties: RoleProperties = Field(default_factory=RoleProperties)


class PermissionsBody(Body):
    """What an entry of an access policy allows."""

    secrets: tuple[str, ...] = ()


class PolicyBody(Body):
    """An entry of a vault's access policies."""

    tenant_id: str = ""
    object_id: str
    application_id: str = ""
    permissions: PermissionsBody = Field(default_factory=PermissionsBody)


class VaultProperties(Body):
    """What is used of a vault's properties."""

    vault_uri: str = ""
    tenant_id: str
    enable_rbac_authorization: bool = False
    access_policies: tuple[PolicyBody, ...] = ()
    public_network_access: str = ""
    network_acls: NetworkRulesBody = Field(default_factory=NetworkRulesBody)


class VaultBody(Body):
    """A key vault (Vaults - Get)."""

    properties: VaultProperties
    tags: dict[str, str] = Field(default_factory=dict)


class ImageBody(Body):
    """An image that a run pushed."""

    registry: str = ""
    repository: str = ""
    tag: str = ""
    digest: str = ""


class RunProperties(Body):
    """What is used of a run's properties."""

    run_id: str = ""
    status: str = ""
    task: str = ""
    run_error_message: str = ""
    output_images: tuple[ImageBody, ...] = ()
    custom_registries: tuple[str, ...] = ()


class RunBody(Body):
    """A run (Runs - Get, List; Registries - Schedule Run)."""

    name: str = ""
    properties: RunProperties = Field(default_factory=RunProperties)


class LogBody(Body):
    """Where a log is (Runs - Get Log Sas Url)."""

    log_link: str = Field(default="", repr=False)


class ResourceBody(Body):
    """A resource or a resource group (Resources - List, Resource Groups - List)."""

    id: str = Field(min_length=1)
    name: str = ""
