"""Resource ids and times in the spelling of Azure Resource Manager."""

from __future__ import annotations

import re
import uuid
from datetime import UTC, datetime

GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
REGISTRIES = "Microsoft.ContainerRegistry/registries"
TASKS = "Microsoft.ContainerRegistry/registries/tasks"
TASK_RUNS = "Microsoft.ContainerRegistry/registries/taskRuns"
AGENT_POOLS = "Microsoft.ContainerRegistry/registries/agentPools"
RUNS = "Microsoft.ContainerRegistry/registries/runs"
IDENTITIES = "Microsoft.ManagedIdentity/userAssignedIdentities"
VAULTS = "Microsoft.KeyVault/vaults"
GROUPS = "Microsoft.Resources/resourceGroups"
LAST_MOMENT = 253402300799
"""The last second that has a date: the end of the year 9999, in seconds since 1970."""

SUBSCRIPTION_NAME = "Emulated subscription"

_NAMES = uuid.UUID("5b6ef1d4-6c43-4d0a-8a2c-3f6b7c1d2e90")


def key(resource_id: str) -> str:
    """Return the form under which an id is compared: ids are equal whatever their casing."""
    return resource_id.rstrip("/").lower()


def subscription_id(subscription: str) -> str:
    """Return the id of a subscription, given its GUID."""
    return f"/subscriptions/{subscription}"


def group_id(subscription: str, group: str) -> str:
    """Return the id of a resource group."""
    return f"/subscriptions/{subscription}/resourceGroups/{group}"


def resource_id(subscription: str, group: str, kind: str, *names: str) -> str:
    """Return the id of a resource. `kind` is its full type, `names` are those of its parents and its own.

    >>> resource_id("s", "g", "Microsoft.KeyVault/vaults", "v")
    '/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v'
    """
    namespace, _, types = kind.partition("/")
    path = "/".join(f"{type_}/{name}" for type_, name in zip(types.split("/"), names, strict=True))
    return f"{group_id(subscription, group)}/providers/{namespace}/{path}"


def identity_id(subscription: str, group: str, name: str) -> str:
    """Return the id of a user-assigned identity, with the `resourcegroups` in lower case that its provider writes."""
    return resource_id(subscription, group, IDENTITIES, name).replace("/resourceGroups/", "/resourcegroups/", 1)


def is_within(resource: str, scope: str) -> bool:
    """Say whether a resource is the scope itself or lies below it."""
    inner, outer = key(resource), key(scope)
    return inner == outer or inner.startswith(f"{outer}/")


def is_guid(text: str) -> bool:
    """Say whether a text is a GUID with dashes."""
    return GUID.fullmatch(text) is not None


def made_guid(*parts: object) -> str:
    """Return a GUID that is always the same for the same parts."""
    return str(uuid.uuid5(_NAMES, "\n".join(str(part) for part in parts)))


def moment(seconds: float) -> datetime:
    """Return the time of day of a point in time that is kept as seconds since 1970."""
    return datetime.fromtimestamp(seconds, UTC)


def offset_time(seconds: float) -> str:
    """Return a time as the registry writes it, with seven digits and an offset."""
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%S.%f}0+00:00"


def zulu_time(seconds: float) -> str:
    """Return a time as most providers write it, with seven digits and a `Z`."""
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%S.%f}0Z"


def short_time(seconds: float) -> str:
    """Return a time as a vault's `systemData` is written: milliseconds without zeros at the end, and a `Z`.

    >>> short_time(0.72), short_time(60)
    ('1970-01-01T00:00:00.72Z', '1970-01-01T00:01:00Z')
    """
    fraction = f".{moment(seconds).microsecond // 1000:03}".rstrip("0").rstrip(".")
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%S}{fraction}Z"


def whole_time(seconds: float) -> str:
    """Return a time as a run's `lastUpdatedTime` is written, without a fraction."""
    return f"{moment(seconds):%Y-%m-%dT%H:%M:%S}+00:00"


def http_time(seconds: float) -> str:
    """Return a time as HTTP headers carry it."""
    return f"{moment(seconds):%a, %d %b %Y %H:%M:%S} GMT"
