"""The namespaces of resource providers: listed, registered, and unregistered.

Shapes: learn.microsoft.com/rest/api/resources/providers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import subscription_id
from acr_identity.emulator.kernel.arm_errors import GATEWAY, ArmError
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.routing import IN_SUBSCRIPTION, ApiVersions, Route
from acr_identity.emulator.kernel.state import Registration, State, including
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from acr_identity.emulator.resources.subscriptions import REGIONS
from acr_identity.emulator.rights.demand import demand

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

_TYPES = {
    "Microsoft.Authorization": ("roleAssignments", "roleDefinitions", "locks", "permissions"),
    "Microsoft.ContainerRegistry": (
        "registries",
        "registries/tasks",
        "registries/runs",
        "registries/taskRuns",
        "registries/agentPools",
        "checkNameAvailability",
        "locations/operationResults",
    ),
    "Microsoft.KeyVault": (
        "vaults",
        "vaults/secrets",
        "vaults/accessPolicies",
        "deletedVaults",
        "checkNameAvailability",
    ),
    "Microsoft.ManagedIdentity": ("userAssignedIdentities", "userAssignedIdentities/federatedIdentityCredentials"),
    "Microsoft.Resources": ("subscriptions", "resourceGroups", "tenants", "providers", "resources"),
}
_VERSION_OF = {
    "Microsoft.Authorization": "2022-04-01",
    "Microsoft.ContainerRegistry": "2025-11-01",
    "Microsoft.KeyVault": "2026-05-15",
    "Microsoft.ManagedIdentity": "2024-11-30",
    "Microsoft.Resources": "2024-11-01",
}
_FREE = frozenset({"microsoft.authorization", "microsoft.resources"})
"""The namespaces that need no registration."""


def state_of(state: State, namespace: str) -> str:
    """Say whether a namespace is `Registered`, `Registering`, `Unregistering` or `NotRegistered`."""
    known = state.registrations.get(namespace.lower())
    return known.state if known else "Registered"


def get(call: Call) -> Answer:
    """Show one. Asking for one that is being registered brings it nearer to its end."""
    namespace = _namespace(call)
    reply = Reply.json(200, _show(call.state, namespace))
    known = call.state.registrations.get(namespace.lower())
    if known is None or known.state != "Registering":
        return reply
    return Change(_with(call.state, _asked(known)), reply)


def list_namespaces(call: Call) -> Answer:
    """List the namespaces that are emulated."""
    return page(call, [_show(call.state, namespace) for namespace in sorted(_TYPES)], size=top_of(call))


def register(call: Call) -> Answer:
    """Begin to use one: it is `Registering` at first, and `Registered` after some questions."""
    namespace = _namespace(call)
    demand(call, f"{namespace}/register/action", subscription_id(call.subscription))
    if state_of(call.state, namespace) in {"Registered", "Registering"}:
        return Reply.json(200, _show(call.state, namespace))
    polls = call.settings.lro_polls
    begun = Registration(namespace, "Registering" if polls else "Registered", polls)
    state = _with(call.state, begun)
    return Change(state, Reply.json(200, _show(state, namespace)))


def unregister(call: Call) -> Answer:
    """Use one no more; it must not be in use."""
    namespace = _namespace(call)
    demand(call, f"{namespace}/unregister/action", subscription_id(call.subscription))
    if namespace.lower() in _FREE:
        return Reply.json(200, _show(call.state, namespace))
    if _is_used(call.state, namespace):
        message = (
            f"The subscription cannot be unregistered from the namespace '{namespace}': it still has resources of it."
        )
        raise ArmError(409, "SubscriptionHasResourcesInNamespace", message, headers=GATEWAY)
    state = _with(call.state, Registration(namespace, "NotRegistered"))
    return Change(state, Reply.json(200, _show(state, namespace)))


def _namespace(call: Call) -> str:
    written = call.params["namespace"]
    found = next((name for name in _TYPES if name.lower() == written.lower()), None)
    if found is None:
        raise ArmError(
            404, "InvalidResourceNamespace", f"The resource namespace '{written}' is invalid.", headers=GATEWAY
        )
    return found


def _asked(known: Registration) -> Registration:
    left = max(0, known.polls_left - 1)
    return replace(known, polls_left=left, state="Registering" if left else "Registered")


def _with(state: State, registration: Registration) -> State:
    known = including(state.registrations, registration.namespace.lower(), registration)
    return replace(state, registrations=known)


def _is_used(state: State, namespace: str) -> bool:
    held = {
        "Microsoft.ContainerRegistry": state.registries,
        "Microsoft.KeyVault": state.vaults,
        "Microsoft.ManagedIdentity": state.identities,
    }
    return bool(held.get(namespace))


def _show(state: State, namespace: str) -> JsonObject:
    regions: list[Json] = [display for display, _, _ in REGIONS.values()]
    versions: list[Json] = [_VERSION_OF[namespace]]
    return {
        "id": f"{subscription_id(state.subscription)}/providers/{namespace}",
        "namespace": namespace,
        "resourceTypes": [
            {"resourceType": kind, "locations": regions, "apiVersions": versions, "capabilities": "None"}
            for kind in _TYPES[namespace]
        ],
        "registrationState": state_of(state, namespace),
        "registrationPolicy": "RegistrationFree" if namespace.lower() in _FREE else "RegistrationRequired",
    }


_VERSIONS = ApiVersions("2014-04-01")
_ONE = f"{IN_SUBSCRIPTION}/{{namespace}}"
_READ = "Microsoft.Resources/subscriptions/providers/read"

ROUTES = (
    Route("GET", IN_SUBSCRIPTION, list_namespaces, _VERSIONS, "specification", _READ),
    Route("GET", _ONE, get, _VERSIONS, "specification", _READ),
    Route("POST", f"{_ONE}/register", register, _VERSIONS, "specification"),
    Route("POST", f"{_ONE}/unregister", unregister, _VERSIONS, "specification"),
)
