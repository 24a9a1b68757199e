"""Where a server listens, before and after it has its ports."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listen:
    """Where to listen; port 0 stands for any free one."""

    host: str = "127.0.0.1"
    port: int = 0
    proxy_port: int = 0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server is reached, and the certificate authority to trust."""

    host: str
    port: int
    proxy_port: int
    ca_bundle: Path

    @property
    def url(self) -> str:
        """Return the address of the emulated cloud, for clients that can be told one.

        >>> Endpoint("::1", 8443, 8444, Path("authority.pem")).url
        'https://[::1]:8443'
        """
        return f"https://{_bracketed(self.reachable_host)}:{self.port}"

    @property
    def proxy(self) -> str:
        """Return the address of the proxy, for clients that know Azure's own host names only."""
        return f"http://{_bracketed(self.reachable_host)}:{self.proxy_port}"

    @property
    def reachable_host(self) -> str:
        """Return the host that clients on this machine use; who listens everywhere is found on the loopback."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.host, self.host)  # noqa: S104 - nothing is bound here


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
