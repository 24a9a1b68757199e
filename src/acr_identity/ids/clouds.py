"""Azure clouds: where Resource Manager answers, who signs in, and how hosts are named."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_ORIGIN = re.compile(
    r"https://([a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?|\[[0-9a-f:.]+])(:[0-9]+)?(/.*)?", re.ASCII | re.IGNORECASE
)


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


def is_https(address: str) -> bool:
    """Say whether an address begins with https, a host and perhaps a port, and nothing else, such as a user's name.

    >>> is_https("https://127.0.0.1:8443"), is_https("https://me@host"), is_https("https://host:99999")
    (True, False, False)
    """
    try:
        port = urlsplit(address).port
    except ValueError:
        return False
    return port != 0 and _ORIGIN.fullmatch(address) is not None
