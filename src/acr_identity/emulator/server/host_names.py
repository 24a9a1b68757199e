"""The host names that the certificates and the proxy are limited to: the loopback's and Azure's own."""

from __future__ import annotations

import re

from acr_identity.emulator.kernel.settings import CLOUDS

LOOPBACK_ADDRESSES = ("127.0.0.1", "::1")
LOOPBACK = ("localhost", *LOOPBACK_ADDRESSES)
"""How this machine calls itself."""

_CLOUDS = CLOUDS.values()

AZURE_HOSTS = tuple(
    sorted({name for one in _CLOUDS for name in (one.arm, one.authority, *one.authority_aliases, one.graph)})
)
"""Hosts of Azure that have one name per cloud: Resource Manager, sign-in and Graph."""

AZURE_SUFFIXES = tuple(
    sorted(
        {
            suffix.removeprefix(".")
            for one in _CLOUDS
            for suffix in (one.vault_suffix, one.blob_suffix, one.registry_suffix)
        }
    )
)
"""What the names of vaults, storage accounts and registries end with, without a leading dot."""

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+", re.ASCII)


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine itself."""
    return host.lower() in LOOPBACK


def is_azure(host: str) -> bool:
    """Say whether a host is one of Azure's own, in one of its clouds.

    >>> is_azure("mykeyvault.vault.azure.net"), is_azure("vault.azure.net.example"), is_azure("example.net")
    (True, False, False)
    """
    name = host.lower()
    if name in AZURE_HOSTS:
        return True
    return _NAME.fullmatch(name) is not None and any(name.endswith(f".{suffix}") for suffix in AZURE_SUFFIXES)
