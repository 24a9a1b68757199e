"""Questions about registries: how much of one is used, and whether a name is free."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import REGISTRIES
from acr_identity.emulator.kernel.lookup import registry_of, wanted_name
from acr_identity.emulator.kernel.routing import IN_GROUP, IN_SUBSCRIPTION, ApiVersions, Route
from acr_identity.emulator.kernel.wire import Json, JsonObject, Reply
from acr_identity.emulator.registries.names import NAME

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

_GIB = 1024**3
_LIMITS = {"Basic": (10, 2, 100), "Standard": (100, 10, 500), "Premium": (500, 500, 50000)}
"""By service tier: GiB of storage, webhooks, tokens. Source: learn.microsoft.com, "container-registry-skus"."""


def list_usages(call: Call) -> Answer:
    """Tell the quotas. The emulator counts no bytes."""
    registry = registry_of(call)
    size, webhooks, tokens = _LIMITS[registry.sku]
    shown: list[Json] = [
        {"name": name, "limit": limit, "currentValue": 0, "unit": unit}
        for name, limit, unit in (
            ("Size", size * _GIB, "Bytes"),
            ("Webhooks", webhooks, "Count"),
            ("ScopeMaps", tokens, "Count"),
            ("Tokens", tokens, "Count"),
        )
    ]
    return Reply.json(200, {"value": shown})


def check_name(call: Call) -> Answer:
    """Tell whether a name is free everywhere."""
    return Reply.json(200, _availability(call, wanted_name(call, REGISTRIES)))


def _availability(call: Call, name: str) -> JsonObject:
    if re.fullmatch(NAME, name) is None:
        message = "Registry names may contain alpha numeric characters only and must be between 5 and 50 characters."
        return {"nameAvailable": False, "reason": "Invalid", "message": message}
    if any(one.name.lower() == name.lower() for one in call.state.registries.values()):
        return {"nameAvailable": False, "reason": "AlreadyExists", "message": f"The registry {name} is already in use."}
    return {"nameAvailable": True}


_VERSIONS = ApiVersions("2017-03-01")
_USAGES = f"{IN_GROUP}/{REGISTRIES}/{{registry}}/listUsages"
_CHECK = f"{IN_SUBSCRIPTION}/Microsoft.ContainerRegistry/checkNameAvailability"

ROUTES = (
    Route("GET", _USAGES, list_usages, _VERSIONS, "specification", f"{REGISTRIES}/listUsages/read"),
    Route(
        "POST",
        _CHECK,
        check_name,
        _VERSIONS,
        "specification",
        "Microsoft.ContainerRegistry/checkNameAvailability/read",
    ),
)
