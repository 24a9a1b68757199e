"""Who is in the directory, as Microsoft Graph shows them.

Members: learn.microsoft.com/graph/api/resources/serviceprincipal and .../user. The names of managed identities are as
recordings of the Azure CLI show them.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Literal, TypeAlias

from acr_identity.emulator.kernel.arm import made_guid, moment

if TYPE_CHECKING:
    from collections.abc import Iterable

    from acr_identity.emulator.kernel.call import Call
    from acr_identity.emulator.kernel.state import DirectoryObject, State, Task, TaskRun
    from acr_identity.emulator.kernel.wire import JsonObject

Kind: TypeAlias = Literal["user", "group", "servicePrincipal"]
"""A type of directory object, as `@odata.type` ends."""


def visible(call: Call) -> tuple[DirectoryObject, ...]:
    """Return everybody whom Graph knows by now: a new principal appears after `Settings.replication_seconds`."""
    since = call.now - call.settings.replication_seconds
    return tuple(one for one in call.state.directory.values() if one.created <= since)


def kind_of(found: DirectoryObject) -> Kind:
    """Return the type of an object."""
    match found.kind:
        case "User":
            return "user"
        case "Group":
            return "group"
        case "ServicePrincipal":
            return "servicePrincipal"


def show(state: State, found: DirectoryObject) -> JsonObject:
    """Return an object on the wire, in a list of its own kind."""
    match found.kind:
        case "User":
            return _user(found)
        case "Group":
            return {"id": found.id, "displayName": found.name, "securityEnabled": True}
        case "ServicePrincipal":
            return _service_principal(state, found)


def show_typed(state: State, found: DirectoryObject) -> JsonObject:
    """Return an object on the wire among others of any kind."""
    return {"@odata.type": f"#microsoft.graph.{kind_of(found)}", **show(state, found)}


def resource_of(state: State, found: DirectoryObject) -> tuple[str, bool] | None:
    """Return the resource behind a managed identity and whether the identity is one itself; `None` for others."""
    for identity in state.identities.values():
        if identity.principal_id == found.id:
            return identity.id, True
    owners: Iterable[Task | TaskRun] = chain(state.tasks.values(), state.task_runs.values())
    return next(((one.id, False) for one in owners if one.system_principal == found.id), None)


def _user(found: DirectoryObject) -> JsonObject:
    return {
        "businessPhones": [],
        "displayName": found.name.partition("@")[0],
        "givenName": None,
        "jobTitle": None,
        "mail": None,
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": None,
        "userPrincipalName": found.name,
        "id": found.id,
    }


def names_of(state: State, found: DirectoryObject) -> tuple[str, ...]:
    """Return the names of a service principal: its client id, and an address for a managed identity."""
    if resource_of(state, found) is None:
        return (found.client_id,)
    return found.client_id, f"https://identity.azure.net/{made_guid('address', found.id).replace('-', '')}"


def _service_principal(state: State, found: DirectoryObject) -> JsonObject:
    resource = resource_of(state, found)
    own: JsonObject = {
        "alternativeNames": [f"isExplicit={resource[1]}", resource[0]] if resource else [],
        "appDisplayName": None if resource else found.name,
        "appOwnerOrganizationId": None if resource else state.tenant,
        "servicePrincipalNames": list(names_of(state, found)),
        "servicePrincipalType": "ManagedIdentity" if resource else "Application",
    }
    return {
        "id": found.id,
        "deletedDateTime": None,
        "accountEnabled": True,
        "appDescription": None,
        "appId": found.client_id,
        "applicationTemplateId": None,
        "appRoleAssignmentRequired": False,
        "createdDateTime": f"{moment(found.created):%Y-%m-%dT%H:%M:%SZ}",
        "description": None,
        "displayName": found.name,
        "homepage": None,
        "replyUrls": [],
        "signInAudience": None if resource else "AzureADMyOrg",
        "tags": [],
        "appRoles": [],
        "keyCredentials": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        **own,
    }
