"""What the emulator does besides following the rules: its pace, its delays and the names of its hosts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Plane: TypeAlias = Literal["arm", "vault", "blob", "login", "graph", "registry", "metadata"]
"""Which service a request is for.

`arm` is Azure Resource Manager, `vault` the data plane of a vault, `blob` the store of the logs, `login` Microsoft
Entra ID, `graph` Microsoft Graph, `registry` the data plane of a registry, `metadata` the description of the cloud.
"""

Shown: TypeAlias = Literal["whole", "without_value", "null", "empty", "stars", "as_get"]
"""How `listDetails` shows the secrets of a task.

`whole` is what the specification promises. The others stand for a service that hides them: the value is left out, null,
an empty text or `***`, or the whole answer is the one that a GET gives.
"""

_SIGN_IN_ROOTS = frozenset({"common", "organizations", "consumers"})
_SIGN_IN_PARTS = frozenset({"oauth2", "v2.0", "discovery", ".well-known"})
_ARM_ROOTS = frozenset({"", "subscriptions", "providers", "tenants"})
_GRAPH_ROOTS = frozenset({"v1.0", "beta"})
_BLOB_SEGMENTS = 3


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host names of a cloud. The defaults are those of public Azure; a suffix begins with its dot."""

    arm: str = "management.azure.com"
    registry_suffix: str = ".azurecr.io"
    vault_suffix: str = ".vault.azure.net"
    blob_suffix: str = ".blob.core.windows.net"
    authority: str = "login.microsoftonline.com"
    authority_aliases: tuple[str, ...] = ("login.microsoft.com", "login.windows.net")
    """Other names of the authority."""
    graph: str = "graph.microsoft.com"
    arm_audience: str = "https://management.core.windows.net"
    """The older name of Resource Manager in tokens; the Azure CLI still asks for it."""
    registry_audience: str = "https://containerregistry.azure.net"
    shared: tuple[str, ...] = ("127.0.0.1", "localhost", "::1")
    """Where Resource Manager, sign-in, Graph and the logs answer at one address, told apart by the path."""

    def plane(self, host: str, path: str = "/", query: tuple[tuple[str, str], ...] = ()) -> Plane | None:
        """Return which service answers at a host (a port is left aside), or `None` when it is not emulated.

        Path and query count only where services share a host.

        >>> Hosts().plane("127.0.0.1:8443", "/v1.0/me")
        'graph'
        """
        name = host_name(host)
        if name in self.shared:
            return _shared_plane(path, query)
        if name == self.arm.lower():
            return "metadata" if path.lower().startswith("/metadata/") else "arm"
        if name in {self.authority.lower(), *self.authority_aliases}:
            return "login"
        if name == self.graph.lower():
            return "graph"
        return self._data_plane(name)

    def _data_plane(self, name: str) -> Plane | None:
        if name.endswith(self.vault_suffix.lower()):
            return "vault"
        if name.endswith(self.blob_suffix.lower()):
            return "blob"
        return "registry" if name.endswith(self.registry_suffix.lower()) else None


def host_name(host: str) -> str:
    """Return the name in a host, in lower case, without its port and the brackets of an address.

    >>> host_name("[::1]:8443")
    '::1'
    """
    if host.startswith("["):
        return host[1:].partition("]")[0].lower()
    return host.lower().partition(":")[0]


def _shared_plane(path: str, query: tuple[tuple[str, str], ...]) -> Plane:
    first, *rest = path.lower().removeprefix("/").split("/")
    if first in _ARM_ROOTS:
        return "arm"
    if first == "metadata":
        return "metadata"
    if first in _GRAPH_ROOTS:
        return "graph"
    if first in _SIGN_IN_ROOTS or (rest and rest[0] in _SIGN_IN_PARTS):
        return "login"
    is_signed = any(name.lower() == "sig" for name, _ in query)
    return "blob" if is_signed and len(rest) + 1 >= _BLOB_SEGMENTS else "arm"


@dataclass(frozen=True, slots=True)
class Settings:
    """Knobs of an emulator. All times are seconds of its clock."""

    page_size: int = 100
    """How many entries a page of a list has at most."""
    replication_seconds: float = 0.0
    """How long `Microsoft.Authorization` does not know a new principal.

    Meanwhile the PUT of a role assignment answers 400 `PrincipalNotFound`, also when it names a `principalType`: the
    real service then skips the question, so that only a setting can show the case to a client that always names it.
    """
    grant_seconds: float = 0.0
    """How long a new role assignment has no effect on registries and vaults. The real service: up to ten minutes."""
    queue_seconds: float = 0.0
    """How long a run stays `Queued`; its log does not exist until then."""
    line_seconds: float = 0.0
    """The time between two lines of a log. A run has ended one such time after its last line."""
    token_seconds: float = 3600.0
    """How long a token is valid."""
    lro_polls: int = 1
    """How many times a long-running operation answers that it goes on; with 0 such requests end at once."""
    throttle: bool = False
    """Whether an empty token bucket of Resource Manager refuses requests with 429. They are counted in any case."""
    secrets_in_details: Shown = "whole"
    """How `listDetails` shows the secrets of a task. That the real service ever hides them is not verified."""
    hosts: Hosts = field(default_factory=Hosts)


CLOUDS: Mapping[str, Hosts] = {
    "AzureCloud": Hosts(),
    "AzureChinaCloud": Hosts(
        arm="management.chinacloudapi.cn",
        registry_suffix=".azurecr.cn",
        vault_suffix=".vault.azure.cn",
        blob_suffix=".blob.core.chinacloudapi.cn",
        authority="login.chinacloudapi.cn",
        authority_aliases=("login.partner.microsoftonline.cn",),
        graph="microsoftgraph.chinacloudapi.cn",
        arm_audience="https://management.core.chinacloudapi.cn",
        registry_audience="https://containerregistry.azure.cn",
    ),
    "AzureUSGovernment": Hosts(
        arm="management.usgovcloudapi.net",
        registry_suffix=".azurecr.us",
        vault_suffix=".vault.usgovcloudapi.net",
        blob_suffix=".blob.core.usgovcloudapi.net",
        authority="login.microsoftonline.us",
        authority_aliases=("login.usgovcloudapi.net",),
        graph="graph.microsoft.us",
        arm_audience="https://management.core.usgovcloudapi.net",
        registry_audience="https://containerregistry.azure.us",
    ),
}
"""The hosts of each cloud, by the name that the Azure CLI gives it. The audiences of registries are not verified."""
