"""The hosts that tokens go to: those of the cloud's own Resource Manager, and nobody else's."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from acr_identity.ids import CLOUDS

if TYPE_CHECKING:
    from acr_identity.ids import Cloud

_DEFAULT_PORT = 443


class ElsewhereError(Exception):
    """An answer leads to another host than the cloud's. Nothing was sent there."""


class OwnHosts:
    """The addresses of a cloud's Resource Manager.

    For the clouds of Microsoft that is the host and the one of each region, such as `eastus.management.azure.com`: some
    services name that in the addresses of their answers. For any other cloud it is the host alone.

    The pattern ends at the slash behind the host. So no two readers of an address can disagree on what its host is.
    """

    def __init__(self, cloud: Cloud) -> None:
        parts = urlsplit(cloud.resource_manager)
        host = re.escape(parts.netloc.rpartition(":")[0] if parts.port else parts.netloc)
        port = f":{parts.port}" if parts.port not in {None, _DEFAULT_PORT} else f"(:{_DEFAULT_PORT})?"
        region = "([a-z0-9-]+[.])?" if cloud in CLOUDS.values() else ""
        self._own = re.compile(f"https://{region}{host}{port}/", re.ASCII | re.IGNORECASE)
        self._name = origin(cloud.resource_manager)

    def check(self, url: str) -> None:
        """Refuse an address of another host.

        Raises:
            ElsewhereError: it is not https, or of another host or port.
        """
        if not self._own.match(url):
            raise ElsewhereError(f"the answer points to {origin(url)}, and this cloud is {self._name}")


def origin(url: str) -> str:
    """Return scheme and host of an address, without what else is in it: that may be a secret."""
    try:
        parts = urlsplit(url)
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return "an address without sense"
    return f"{parts.scheme or 'https'}://{parts.hostname}{port}" if parts.hostname else "an address without a host"
