"""How to reach Azure: what `connect` was told, checked before anything is sent, and what it tells of each request."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.errors import SettingsError
from acr_identity.ids import is_https

if TYPE_CHECKING:
    from collections.abc import Callable

    import requests

    from acr_identity.execute import Clock
    from acr_identity.ids import Cloud


@dataclass(frozen=True, slots=True)
class RequestSeen:
    """One attempt of one request.

    `path` is without host and query, so that no signature is in it. `status` is 0 where no answer came. `request_id` is
    the service's `x-ms-request-id`, or the id that we sent where there is none. `correlation_id` is the same for all
    requests of one gateway.
    """

    method: str
    path: str
    status: int
    seconds: float
    request_id: str
    correlation_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ConnectionSettings:
    """What all requests of a gateway have in common."""

    cloud: Cloud
    concurrency: int
    adapter: requests.adapters.BaseAdapter | None
    correlation: str
    on_request: Callable[[RequestSeen], None] | None
    on_wait: Callable[[str, float], None] | None
    clock: Clock
    signs_in: bool
    """Whether tokens come from the cloud's authority rather than from a credential that was given."""

    @property
    def verify(self) -> bool | str:
        """Return the file of certificate authorities to trust, or `True` for the usual ones."""
        return self.cloud.ca_bundle or True

    @property
    def resource_manager(self) -> str:
        """Return the address of Azure Resource Manager without a slash at the end."""
        return self.cloud.resource_manager.rstrip("/")

    def check(self) -> None:
        """Refuse what the SDK would refuse later and less clearly.

        Raises:
            SettingsError: an address is not https, the file of authorities is not there, or there is no connection.
        """
        addresses = {"resource_manager": self.cloud.resource_manager}
        if self.signs_in:
            addresses["authority"] = self.cloud.authority
        for key, address in addresses.items():
            if not is_https(address):
                raise SettingsError(
                    f"{key} of cloud {self.cloud.name} is {address!r}: tokens are sent over https:// only",
                    advice=f"Write {key} as https://HOST:PORT; name the server's own authorities in ca_bundle.",
                )
        if self.cloud.ca_bundle and not Path(self.cloud.ca_bundle).is_file():
            raise SettingsError(
                f"ca_bundle of cloud {self.cloud.name} names {self.cloud.ca_bundle!r}, which is not a file",
                advice="Give the path of a PEM file, or leave ca_bundle out.",
            )
        if self.concurrency < 1:
            raise SettingsError(f"concurrency is {self.concurrency}", advice="Allow at least one connection.")
