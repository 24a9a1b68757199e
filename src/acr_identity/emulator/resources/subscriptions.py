"""The tenant, the subscription and its regions, as `az login` and `az account` ask for them.

Shapes: learn.microsoft.com/rest/api/resources (Tenants, Subscriptions).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.arm import SUBSCRIPTION_NAME, subscription_id
from acr_identity.emulator.kernel.paging import page
from acr_identity.emulator.kernel.routing import ApiVersions, Route
from acr_identity.emulator.kernel.wire import JsonObject, Reply

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call

REGIONS = {
    "eastus": ("East US", "US", "Virginia"),
    "eastus2": ("East US 2", "US", "Virginia"),
    "westus": ("West US", "US", "California"),
    "westus2": ("West US 2", "US", "Washington"),
    "centralus": ("Central US", "US", "Iowa"),
    "northeurope": ("North Europe", "Europe", "Ireland"),
    "westeurope": ("West Europe", "Europe", "Netherlands"),
    "germanywestcentral": ("Germany West Central", "Europe", "Frankfurt"),
    "uksouth": ("UK South", "UK", "London"),
    "southeastasia": ("Southeast Asia", "Asia Pacific", "Singapore"),
}
"""Some of Azure's regions: their display name, their geography, and where they are."""


def list_tenants(call: Call) -> Answer:
    """List the tenants: there is one."""
    tenant = call.state.tenant
    shown: JsonObject = {
        "id": f"/tenants/{tenant}",
        "tenantId": tenant,
        "countryCode": "US",
        "displayName": "Emulated directory",
        "domains": ["example.onmicrosoft.com"],
        "tenantCategory": "Home",
        "defaultDomain": "example.onmicrosoft.com",
        "tenantType": "AAD",
    }
    return page(call, [shown])


def list_subscriptions(call: Call) -> Answer:
    """List the one subscription, unless the caller has no role in it."""
    shown: list[JsonObject] = [_show(call)] if _has_role(call) else []
    listed: JsonObject = {"value": [*shown], "count": {"type": "Total", "value": len(shown)}}
    return Reply.json(200, listed)


def get_subscription(call: Call) -> Answer:
    """Show the subscription."""
    return Reply.json(200, _show(call))


def list_locations(call: Call) -> Answer:
    """List the regions that the subscription may use."""
    return page(call, [_show_region(call.subscription, name) for name in REGIONS])


def _has_role(call: Call) -> bool:
    return any(one.principal_id.lower() == call.caller.id.lower() for one in call.state.assignments.values())


def _show(call: Call) -> JsonObject:
    return {
        "id": subscription_id(call.subscription),
        "authorizationSource": "RoleBased",
        "managedByTenants": [],
        "subscriptionId": call.subscription,
        "tenantId": call.state.tenant,
        "displayName": SUBSCRIPTION_NAME,
        "state": "Disabled" if call.state.disabled else "Enabled",
        "subscriptionPolicies": {
            "locationPlacementId": "Public_2014-09-01",
            "quotaId": "PayAsYouGo_2014-09-01",
            "spendingLimit": "Off",
        },
    }


def _show_region(subscription: str, name: str) -> JsonObject:
    display, geography, place = REGIONS[name]
    return {
        "id": f"{subscription_id(subscription)}/locations/{name}",
        "name": name,
        "type": "Region",
        "displayName": display,
        "regionalDisplayName": f"({geography}) {display}",
        "metadata": {
            "regionType": "Physical",
            "regionCategory": "Recommended",
            "geographyGroup": geography,
            "physicalLocation": place,
        },
    }


_VERSIONS = ApiVersions("2014-04-01")
_ONE = "/subscriptions/{subscription}"
_READ = "Microsoft.Resources/subscriptions/read"

ROUTES = (
    Route("GET", "/tenants", list_tenants, _VERSIONS, "specification"),
    Route("GET", "/subscriptions", list_subscriptions, _VERSIONS, "specification"),
    Route("GET", _ONE, get_subscription, _VERSIONS, "specification", _READ),
    Route("GET", f"{_ONE}/locations", list_locations, _VERSIONS, "specification", _READ),
)
