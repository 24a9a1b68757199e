"""Vaults that were deleted: listed, shown, purged and recovered; and whether a name is free.

Shapes: azure-mgmt-keyvault 14.1.0 (deleted vaults); recording of a purge.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import VAULTS, moment
from acr_identity.emulator.kernel.arm_errors import ArmError, bad_request
from acr_identity.emulator.kernel.call import Change
from acr_identity.emulator.kernel.long_running import ask_again, begin, operation_of, polled
from acr_identity.emulator.kernel.lookup import squeezed, wanted_name
from acr_identity.emulator.kernel.paging import page, top_of
from acr_identity.emulator.kernel.routing import IN_SUBSCRIPTION, ApiVersions, Route
from acr_identity.emulator.kernel.state import DeletedVault, State, excluding
from acr_identity.emulator.kernel.wire import JsonObject, Reply
from acr_identity.emulator.vaults.bundles import recoverable_days
from acr_identity.emulator.vaults.vaults import NAME

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

_NAMESPACE = "Microsoft.KeyVault"
_DATE = "%Y-%m-%dT%H:%M:%SZ"
_SPACED_DATE = "%Y-%m-%d %H:%M:%SZ"


def get(call: Call) -> Answer:
    """Show a deleted vault, and until when it can be recovered."""
    return Reply.json(200, _show(call.subscription, _find(call)))


def list_deleted(call: Call) -> Answer:
    """List those of the subscription."""
    found = [_show(call.subscription, one) for _, one in sorted(call.state.deleted_vaults.items())]
    return page(call, found, size=top_of(call))


def purge(call: Call) -> Answer:
    """Delete one for good: 202 and a `Location` to ask."""
    deleted = _find(call)
    if deleted.vault.properties.get("enablePurgeProtection") is True:
        message = f"Operation 'DeletedVaultPurge' is not allowed: purge protection is on for '{deleted.vault.name}'."
        raise bad_request("OperationNotAllowed", message)
    state = replace(call.state, deleted_vaults=excluding(call.state.deleted_vaults, deleted.vault.name.lower()))
    state, operation = begin(call, state, "", "Purging")
    if operation is None:
        return Change(state, Reply(200))
    place = f"{_below(call.subscription, deleted.vault.location)}/operationResults/{operation.id}"
    return Change(state, Reply(202, ask_again(call, "Location", place)))


def show_purge(call: Call) -> Answer:
    """Answer a poll of a purge: 202 while it goes on, then 200, both with the state of the operation."""
    operation = operation_of(call)
    shown: JsonObject = {"createdDateTime": _time(_SPACED_DATE, operation.begun)}
    if operation.polls_left < 1:
        shown |= {"lastActionDateTime": _time(_SPACED_DATE, operation.changed), "status": "Succeeded"}
        return Reply.json(200, shown)
    reply = Reply.json(202, {**shown, "status": "NotStarted"}, ask_again(call, "Location", call.request.path))
    return Change(polled(call.state, operation, call.now), reply)


def _time(pattern: str, at: float) -> str:
    return moment(at).strftime(pattern)


def check_name(call: Call) -> Answer:
    """Tell whether a name is free everywhere; that of a deleted vault is not."""
    return Reply.json(200, _availability(call.state, wanted_name(call, VAULTS)))


def _availability(state: State, name: str) -> JsonObject:
    if re.fullmatch(NAME, name) is None:
        message = f"The vault name '{name}' is invalid: it must match {NAME}."
        return {"nameAvailable": False, "reason": "AccountNameInvalid", "message": message}
    if name.lower() in state.deleted_vaults or any(one.name.lower() == name.lower() for one in state.vaults.values()):
        message = f"The vault name '{name}' is already in use."
        return {"nameAvailable": False, "reason": "AlreadyExists", "message": message}
    return {"nameAvailable": True}


def _find(call: Call) -> DeletedVault:
    name = call.params["vault"]
    deleted = call.state.deleted_vaults.get(name.lower())
    if deleted is None or deleted.vault.location != squeezed(call.params["location"]):
        raise ArmError(404, "DeletedVaultNotFound", f"The specified deleted vault '{name}' does not exist.")
    return deleted


def _show(subscription: str, deleted: DeletedVault) -> JsonObject:
    vault = deleted.vault
    purged = deleted.deleted + timedelta(days=recoverable_days(vault)).total_seconds()
    properties: JsonObject = {
        "vaultId": vault.id,
        "location": vault.location,
        "tags": dict(vault.tags),
        "deletionDate": _time(_DATE, deleted.deleted),
        "scheduledPurgeDate": _time(_DATE, purged),
    }
    if vault.properties.get("enablePurgeProtection") is True:
        properties["purgeProtectionEnabled"] = True
    return {
        "id": f"{_below(subscription, vault.location)}/deletedVaults/{vault.name}",
        "name": vault.name,
        "type": f"{_NAMESPACE}/deletedVaults",
        "properties": properties,
    }


def _below(subscription: str, location: str) -> str:
    return f"/subscriptions/{subscription}/providers/{_NAMESPACE}/locations/{location}"


_VERSIONS = ApiVersions("2016-10-01")
_PROVIDER = f"{IN_SUBSCRIPTION}/{_NAMESPACE}"
_ONE = f"{_PROVIDER}/locations/{{location}}/deletedVaults/{{vault}}"
_READ = f"{_NAMESPACE}/deletedVaults/read"
_PURGE = f"{_NAMESPACE}/locations/deletedVaults/purge/action"
_RESULT = f"{_PROVIDER}/locations/{{location}}/operationResults/{{operation}}"

ROUTES = (
    Route("GET", f"{_PROVIDER}/deletedVaults", list_deleted, _VERSIONS, "specification", _READ),
    Route("GET", _ONE, get, _VERSIONS, "recording", f"{_NAMESPACE}/locations/deletedVaults/read"),
    Route("POST", f"{_ONE}/purge", purge, _VERSIONS, "recording", _PURGE),
    Route(
        "POST",
        f"{_PROVIDER}/checkNameAvailability",
        check_name,
        _VERSIONS,
        "recording",
        f"{_NAMESPACE}/checkNameAvailability/read",
    ),
    Route("GET", _RESULT, show_purge, _VERSIONS, "recording", f"{_NAMESPACE}/locations/operationResults/read"),
)
