"""The description of the cloud, from which `az cloud register --endpoint-resource-manager` takes all addresses.

Shape by api-version: one object since 2022-09-01, a list of clouds before it, four members before 2018. Values of
public Azure: as the issues of the Azure CLI quote them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from acr_identity.emulator.kernel.routing import Route
from acr_identity.emulator.kernel.settings import host_name
from acr_identity.emulator.kernel.wire import Reply
from acr_identity.emulator.tokens.audiences import arm_audience, graph_audience

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.call import Answer, Call
    from acr_identity.emulator.kernel.settings import Hosts
    from acr_identity.emulator.kernel.wire import JsonObject, Request

_ONE_CLOUD = "2022-09-01"
_LIST = "2018-05-01"


def endpoints(call: Call) -> Answer:
    """Describe the cloud. At a shared address everything that needs no other host is at this address."""
    version = call.api_version.lower()
    if version >= _ONE_CLOUD:
        return Reply.json(200, _cloud(call.request, call.settings.hosts))
    if version >= _LIST:
        return Reply.json(200, [_cloud(call.request, call.settings.hosts)])
    cloud = _cloud(call.request, call.settings.hosts)
    content: JsonObject = {
        "galleryEndpoint": cloud["gallery"],
        "graphEndpoint": cloud["graph"],
        "portalEndpoint": cloud["portal"],
        "authentication": cloud["authentication"],
    }
    return Reply.json(200, content)


def _cloud(request: Request, hosts: Hosts) -> JsonObject:
    is_shared = host_name(request.host) in hosts.shared
    login = request.base if is_shared else f"https://{hosts.authority}"
    graph = request.base if is_shared else graph_audience(hosts)
    audiences = [request.base] if is_shared else [f"{hosts.arm_audience}/", f"{arm_audience(hosts)}/"]
    manager = request.base if is_shared else arm_audience(hosts)
    return {
        "portal": "https://portal.azure.com",
        "authentication": {
            "loginEndpoint": login,
            "audiences": list(audiences),
            "tenant": "common",
            "identityProvider": "AAD",
        },
        "media": "https://rest.media.azure.net",
        "graphAudience": "https://graph.windows.net/",
        "graph": "https://graph.windows.net/",
        "name": "AzureCloud",
        "suffixes": _suffixes(hosts),
        "batch": "https://batch.core.windows.net/",
        "resourceManager": f"{manager}/",
        "vmImageAliasDoc": "https://raw.githubusercontent.com/Azure/azure-rest-api-specs/main/arm-compute/aliases.json",
        "activeDirectoryDataLake": "https://datalake.azure.net/",
        "sqlManagement": "https://management.core.windows.net:8443/",
        "microsoftGraphResourceId": f"{graph}/",
        "appInsightsResourceId": "https://api.applicationinsights.io",
        "appInsightsTelemetryChannelResourceId": "https://dc.applicationinsights.azure.com/v2/track",
        "attestationResourceId": "https://attest.azure.net",
        "synapseAnalyticsResourceId": "https://dev.azuresynapse.net",
        "logAnalyticsResourceId": "https://api.loganalytics.io",
        "ossrdbmsResourceId": "https://ossrdbms-aad.database.windows.net",
        "gallery": "https://gallery.azure.com/",
    }


def _suffixes(hosts: Hosts) -> JsonObject:
    return {
        "acrLoginServer": hosts.registry_suffix.removeprefix("."),
        "keyVaultDns": hosts.vault_suffix.removeprefix("."),
        "storage": hosts.blob_suffix.removeprefix(".").removeprefix("blob."),
        "azureDataLakeStoreFileSystem": "azuredatalakestore.net",
        "azureDataLakeAnalyticsCatalogAndJob": "azuredatalakeanalytics.net",
        "sqlServerHostname": "database.windows.net",
        "mhsmDns": "managedhsm.azure.net",
        "mysqlServerEndpoint": "mysql.database.azure.com",
        "postgresqlServerEndpoint": "postgres.database.azure.com",
        "mariadbServerEndpoint": "mariadb.database.azure.com",
        "attestationEndpoint": "attest.azure.net",
        "synapseAnalytics": "dev.azuresynapse.net",
        "storageSyncEndpointSuffix": "afs.azure.net",
    }


ROUTES = (Route("GET", "/metadata/endpoints", endpoints, None, "documentation", plane="metadata"),)
