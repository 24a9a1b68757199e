"""The list of all resources, whatever their provider."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import AGENT_POOLS, IDENTITIES, REGISTRIES, TASKS, VAULTS, zulu_time
from acr_identity.emulator.kernel.lookup import in_scope
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.state import State, Tags
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.emulator.resources.resource_filter import ResourceFilter

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


@dataclass(frozen=True, slots=True)
class _Entry:
    id: str
    name: str
    kind: str
    group: str
    location: str
    tags: Tags
    created: float
    modified: float
    sku: str = ""

    def fields(self) -> dict[str, str]:
        return {
            "resourcetype": self.kind,
            "name": self.name,
            "resourcegroup": self.group,
            "location": self.location,
        }

    def show(self, expanded: frozenset[str]) -> JsonObject:
        shown: JsonObject = {"id": self.id, "name": self.name, "type": self.kind, "location": self.location}
        if self.sku:
            shown["sku"] = {"name": self.sku, "tier": self.sku}
        shown["tags"] = dict(self.tags)
        times: JsonObject = {
            "createdTime": zulu_time(self.created),
            "changedTime": zulu_time(self.modified),
            "provisioningState": "Succeeded",
        }
        return shown | {name: value for name, value in times.items() if name.lower() in expanded}


def list_resources(call: Call) -> Answer:
    """List the resources of a resource group or of the subscription that a `$filter` selects.

    `$expand` adds times and their state, `$top` limits a page.
    """
    wanted = ResourceFilter.read(call.request.parameter("$filter"))
    expanded = frozenset(name.strip().lower() for name in call.request.parameter("$expand").split(","))
    found = in_scope(call, {entry.id.lower(): entry for entry in _all(call.state)})
    shown = [entry.show(expanded) for entry in found if wanted.matches(entry.fields(), entry.tags)]
    return page(call, shown, size=top_of(call))


def _all(state: State) -> Iterator[_Entry]:
    for one in state.registries.values():
        yield _Entry(
            one.id, one.name, REGISTRIES, one.group, one.location, one.tags, one.created, one.modified, one.sku
        )
    for vault in state.vaults.values():
        at = (vault.group, vault.location, vault.tags, vault.created, vault.modified)
        yield _Entry(vault.id, vault.name, VAULTS, *at)
    for identity in state.identities.values():
        yield _Entry(identity.id, identity.name, IDENTITIES, identity.group, identity.location, identity.tags, 0.0, 0.0)
    for task in state.tasks.values():
        at = (task.group, task.location, task.tags or {}, task.created, task.modified)
        yield _Entry(task.id, f"{task.registry}/{task.name}", TASKS, *at)
    for pool in state.agent_pools.values():
        at = (pool.group, pool.location, pool.tags, pool.created, pool.modified)
        yield _Entry(pool.id, f"{pool.registry}/{pool.name}", AGENT_POOLS, *at)


_VERSIONS = ApiVersions("2014-04-01")
_SUBSCRIPTION = "/subscriptions/{subscription}"
_READ = "Microsoft.Resources/subscriptions/resourceGroups/read"

ROUTES = (
    Route("GET", f"{_SUBSCRIPTION}/resources", list_resources, _VERSIONS, "recording", _READ),
    Route(
        "GET", f"{_SUBSCRIPTION}/resourceGroups/{{group}}/resources", list_resources, _VERSIONS, "specification", _READ
    ),
)
