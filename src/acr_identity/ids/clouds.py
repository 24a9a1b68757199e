"""Azure clouds: where Resource Manager answers, who signs in, and how hosts are named."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cloud:
    """One Azure cloud, public or private.

    Args:
        name: how the cloud is called, for messages.
        resource_manager: the https address of Azure Resource Manager.
        authority: the https address that issues tokens.
        credential_scopes: the scopes of a token for Resource Manager.
        registry_suffix: what follows a registry's name in its login server, without a leading dot.
        vault_suffix: what follows a vault's name in its host, without a leading dot.
        ca_bundle: a file of certificate authorities to trust instead of the usual ones; empty for those.
    """

    name: str
    resource_manager: str
    authority: str
    credential_scopes: tuple[str, ...]
    registry_suffix: str
    vault_suffix: str
    ca_bundle: str = ""


PUBLIC_CLOUD = Cloud(
    "AzureCloud",
    "https://management.azure.com",
    "https://login.microsoftonline.com",
    ("https://management.azure.com/.default",),
    "azurecr.io",
    "vault.azure.net",
)
_CHINA = Cloud(
    "AzureChinaCloud",
    "https://management.chinacloudapi.cn",
    "https://login.chinacloudapi.cn",
    ("https://management.chinacloudapi.cn/.default",),
    "azurecr.cn",
    "vault.azure.cn",
)
_US_GOVERNMENT = Cloud(
    "AzureUSGovernment",
    "https://management.usgovcloudapi.net",
    "https://login.microsoftonline.us",
    ("https://management.core.usgovcloudapi.net/.default",),
    "azurecr.us",
    "vault.usgovcloudapi.net",
)

CLOUDS = {cloud.name: cloud for cloud in (PUBLIC_CLOUD, _CHINA, _US_GOVERNMENT)}
"""The clouds that are known by name."""
CLOUD_VARIABLE = "ACR_IDENTITY_CLOUD"
"""The environment variable that names a cloud or a cloud file."""
