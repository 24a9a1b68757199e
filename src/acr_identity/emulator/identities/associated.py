"""The resources that a user-assigned identity is attached to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import IDENTITIES, SUBSCRIPTION_NAME, TASK_RUNS, TASKS, key
from acr_identity.emulator.kernel.lookup import identity_of
from acr_identity.emulator.kernel.paging import top_of
from acr_identity.emulator.kernel.routing import IN_GROUP, ApiVersions, Route
from acr_identity.emulator.kernel.state import State
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call


def list_resources(call: Call) -> Answer:
    """List the tasks and task runs that have the identity; `$top` limits the list."""
    found = attached_to(call.state, key(identity_of(call).id))
    shown = found[: top_of(call) or len(found)]
    return Reply.json(200, {"totalCount": len(found), "value": [*shown]})


def attached_to(state: State, identity: str) -> list[JsonObject]:
    """Return what has the identity under this key, in the order of the ids."""
    holders = [
        (task.id, task.name, task.group, TASKS)
        for task in state.tasks.values()
        if identity in {key(name) for name in task.user_identities}
    ]
    holders += [
        (one.id, one.name, one.group, TASK_RUNS)
        for one in state.task_runs.values()
        if identity in {key(name) for name in one.user_identities}
    ]
    return [
        {
            "id": own,
            "name": name,
            "type": kind.lower(),
            "resourceGroup": group.lower(),
            "subscriptionId": state.subscription,
            "subscriptionDisplayName": SUBSCRIPTION_NAME,
        }
        for own, name, group, kind in sorted(holders)
    ]


ROUTES = (
    Route(
        "POST",
        f"{IN_GROUP}/{IDENTITIES}/{{identity}}/listAssociatedResources",
        list_resources,
        ApiVersions("2021-09-30"),
        "recording",
        f"{IDENTITIES}/listAssociatedResources/action",
    ),
)
