"""The calls on registries themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from pydantic import field_validator

from acr_identity.emulator.kernel.addresses import is_range
from acr_identity.emulator.kernel.arm import REGISTRIES, key, made_guid, resource_id, subscription_id
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Body, Change
from acr_identity.emulator.kernel.long_running import ask_again, begin, polled, running_on, show_result, show_status
from acr_identity.emulator.kernel.lookup import check_name, group_of, in_scope, location_for, registry_id, registry_of
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.removal import without_registry
from acr_identity.emulator.kernel.routing import IN_GROUP, IN_SUBSCRIPTION, ApiVersions, Route
from acr_identity.emulator.kernel.saving import with_registry
from acr_identity.emulator.kernel.state import Registry, State
from acr_identity.emulator.kernel.wire import Headers, JsonObject, Reply
from acr_identity.emulator.registries.names import NAME
from acr_identity.emulator.registries.view import show

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.state import Operation

SKUS = ("Basic", "Standard", "Premium")
MODES = ("LegacyRegistryPermissions", "AbacRepositoryPermissions")
LABEL_SCOPES = ("Unsecure", "TenantReuse", "SubscriptionReuse", "ResourceGroupReuse", "NoReuse")
_LABEL_LENGTH = 16
_PROVIDER = "Microsoft.ContainerRegistry"
_SIGNATURE = "&t=638815761818952114&c=none"


class SkuBody(Body):
    """The `sku` of a registry."""

    name: str


class IpRuleBody(Body):
    """An address, or a range of them, that may reach a registry."""

    action: Literal["Allow"] | None = None
    value: str

    @field_validator("value")
    @classmethod
    def _is_range(cls, value: str) -> str:
        if not is_range(value):
            raise ValueError(f"'{value}' is no address and no range of addresses")
        return value


class RulesBody(Body):
    """From where a registry can be reached."""

    default_action: Literal["Allow", "Deny"]
    ip_rules: list[IpRuleBody] | None = None


class PropertiesBody(Body):
    """The properties that the emulator acts on; the others are kept as they are given."""

    admin_user_enabled: bool | None = None
    anonymous_pull_enabled: bool | None = None
    auto_generated_domain_name_label_scope: str | None = None
    role_assignment_mode: str | None = None
    public_network_access: Literal["Enabled", "Disabled", "SecuredByPerimeter"] | None = None
    network_rule_bypass_options: Literal["AzureServices", "None"] | None = None
    network_rule_bypass_allowed_for_tasks: bool | None = None
    network_rule_set: RulesBody | None = None

    @property
    def label_scope(self) -> str:
        """Return within what the label in the host name is the same for the same name; empty without a label."""
        given = self.auto_generated_domain_name_label_scope or ""
        return "" if given.lower() == "unsecure" else given


class RegistryBody(Body):
    """What a PUT or PATCH of a registry says."""

    location: str | None = None
    tags: dict[str, str] | None = None
    sku: SkuBody | None = None
    properties: PropertiesBody | None = None


def put(call: Call) -> Answer:
    """Create (201 and an operation) or replace (200)."""
    group = group_of(call)
    name = call.params["registry"]
    check_name(REGISTRIES, name, NAME)
    body = call.body(RegistryBody)
    existing = call.state.registries.get(key(registry_id(call)))
    location = location_for(call, body.location, existing.location if existing else None)
    sku = _sku(body, existing)
    _check(call, body, name)
    if existing:
        given = call.raw_properties()
        return _saved(call, replace(existing, sku=sku, tags=body.tags or {}, settings=given, modified=call.now))
    registry = Registry(
        id=resource_id(call.subscription, group.name, REGISTRIES, name),
        name=name,
        group=group.name,
        location=location,
        tags=body.tags or {},
        sku=sku,
        login_server=_login_server(call, group.name, body),
        created=call.now,
        modified=call.now,
        settings=call.raw_properties(),
    )
    return _created(call, registry)


def patch(call: Call) -> Answer:
    """Change what is given: 200 at once."""
    registry = registry_of(call)
    body = call.body(RegistryBody)
    _check(call, body, registry.name)
    changed = replace(
        registry,
        sku=_sku(body, registry),
        tags=registry.tags if body.tags is None else body.tags,
        settings={**registry.settings, **call.raw_properties()},
        modified=call.now,
    )
    return _saved(call, changed)


def get(call: Call) -> Answer:
    """Show one. Asking for a new registry brings it nearer to its end."""
    registry = registry_of(call)
    reply = Reply.json(200, _shown(call, call.state, registry))
    operation = running_on(call.state, key(registry.id))
    return Change(polled(call.state, operation, call.now), reply) if operation else reply


def delete(call: Call) -> Answer:
    """Delete it with all that is in it: 200 and a `Location` to ask; 204 when there was none."""
    registry = call.state.registries.get(key(registry_id(call)))
    if registry is None:
        return Reply(204)
    shown = show(registry, call.api_version, "Deleting")
    state, operation = begin(call, without_registry(call.state, registry), "", "Deleting")
    return Change(state, Reply.json(200, shown, _ask_for_result(call, registry, operation) if operation else ()))


def list_registries(call: Call) -> Answer:
    """List those of a resource group, or of the subscription."""
    return page(call, [_shown(call, call.state, registry) for registry in in_scope(call, call.state.registries)])


def _sku(body: RegistryBody, existing: Registry | None) -> str:
    if body.sku is None:
        if existing is None:
            raise bad_request("MissingSku", "The property 'sku' is required to create a registry.")
        return existing.sku
    found = next((sku for sku in SKUS if sku.lower() == body.sku.name.lower()), None)
    if found is None:
        raise bad_request("InvalidSku", f"The sku '{body.sku.name}' is invalid: it must be one of {', '.join(SKUS)}.")
    return found


def _check(call: Call, body: RegistryBody, name: str) -> None:
    mode = body.properties.role_assignment_mode if body.properties else None
    if mode is not None and mode not in MODES:
        message = f"The roleAssignmentMode '{mode}' is invalid: it must be one of {', '.join(MODES)}."
        raise bad_request("InvalidRoleAssignmentMode", message)
    scope = body.properties.label_scope if body.properties else ""
    if scope and scope.lower() not in {known.lower() for known in LABEL_SCOPES}:
        message = f"The autoGeneratedDomainNameLabelScope '{scope}' is invalid: it must be one of "
        raise bad_request("InvalidDomainNameLabelScope", f"{message}{', '.join(LABEL_SCOPES)}.")
    own = key(registry_id(call))
    taken = next((one for one in call.state.registries.values() if one.name.lower() == name.lower()), None)
    if taken is not None and key(taken.id) != own:
        raise ArmError(409, "AlreadyInUse", f"The registry DNS name {taken.login_server} is already in use.")


def _login_server(call: Call, group: str, body: RegistryBody) -> str:
    """Return the host of a new registry: its name, and a label nobody can foresee where the registry wants one."""
    name = call.params["registry"].lower()
    suffix = call.settings.hosts.registry_suffix
    scope = body.properties.label_scope if body.properties else ""
    if not scope:
        return f"{name}{suffix}"
    within = {
        "tenantreuse": (call.state.tenant,),
        "subscriptionreuse": (call.subscription,),
        "resourcegroupreuse": (call.subscription, group.lower()),
    }.get(scope.lower(), (str(call.now),))
    label = made_guid("label", name, *within).replace("-", "")[:_LABEL_LENGTH]
    return f"{name}-{label}{suffix}"


def _created(call: Call, registry: Registry) -> Change:
    state = with_registry(call.state, registry)
    state, operation = begin(call, state, key(registry.id), "Creating")
    if operation is None:
        return Change(state, Reply.json(200, _shown(call, state, registry)))
    headers = ask_again(call, "Azure-AsyncOperation", f"{registry.id}/operationStatuses/{operation.id}", _SIGNATURE)
    return Change(state, Reply.json(201, _shown(call, state, registry), headers))


def _saved(call: Call, registry: Registry) -> Change:
    state = with_registry(call.state, registry)
    return Change(state, Reply.json(200, _shown(call, state, registry)))


def _shown(call: Call, state: State, registry: Registry) -> JsonObject:
    busy = running_on(state, key(registry.id))
    return show(registry, call.api_version, busy.running if busy else "Succeeded")


def _ask_for_result(call: Call, registry: Registry, operation: Operation) -> Headers:
    place = f"{_PROVIDER}/locations/{registry.location}/operationResults/{operation.id}"
    return ask_again(call, "Location", f"{subscription_id(call.subscription)}/providers/{place}", _SIGNATURE)


_VERSIONS = ApiVersions("2017-03-01")
_IN_GROUP = f"{IN_GROUP}/{REGISTRIES}"
_ONE = f"{_IN_GROUP}/{{registry}}"
_RESULT = f"{IN_SUBSCRIPTION}/{_PROVIDER}/locations/{{location}}/operationResults/{{operation}}"
_READ, _WRITE, _DELETE = f"{REGISTRIES}/read", f"{REGISTRIES}/write", f"{REGISTRIES}/delete"

ROUTES = (
    Route("GET", _ONE, get, _VERSIONS, "recording", _READ),
    Route("PUT", _ONE, put, _VERSIONS, "recording", _WRITE),
    Route("PATCH", _ONE, patch, _VERSIONS, "recording", _WRITE),
    Route("DELETE", _ONE, delete, _VERSIONS, "recording", _DELETE),
    Route("GET", _IN_GROUP, list_registries, _VERSIONS, "specification", _READ),
    Route("GET", f"{IN_SUBSCRIPTION}/{REGISTRIES}", list_registries, _VERSIONS, "specification", _READ),
    Route("GET", f"{_ONE}/operationStatuses/{{operation}}", show_status, _VERSIONS, "recording", _READ),
    Route("GET", _RESULT, show_result, _VERSIONS, "recording", _READ),
)
