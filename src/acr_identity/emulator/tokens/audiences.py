"""For which service a token is: the names that each service goes by.

Resource Manager's names are those that its own refusal lists; a vault takes only its cloud's name, without a slash at
the end, and its application id.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias
from urllib.parse import urlsplit

from acr_identity.emulator.kernel.settings import host_name

if TYPE_CHECKING:
    from acr_identity.emulator.kernel.settings import Hosts
    from acr_identity.emulator.kernel.wire import Request

Service: TypeAlias = Literal["arm", "vault", "graph", "registry"]
"""A service that takes tokens."""

VAULT_APPLICATION = "cfa8b339-82a2-471a-a3c9-0fc0be7a4093"
GRAPH_APPLICATION = "00000003-0000-0000-c000-000000000000"
ARM_APPLICATION = "797f4846-ba00-4fd7-ba43-dac1f8f63013"


def arm_audience(hosts: Hosts) -> str:
    """Return what the SDK asks for when it talks to Resource Manager."""
    return f"https://{hosts.arm}"


def vault_audience(hosts: Hosts) -> str:
    """Return what the challenge of a vault names as its resource."""
    return f"https://{hosts.vault_suffix.removeprefix('.')}"


def graph_audience(hosts: Hosts) -> str:
    """Return the resource of Microsoft Graph."""
    return f"https://{hosts.graph}"


def own_names(hosts: Hosts, service: Service) -> tuple[str, ...]:
    """Return the audiences that a service takes wherever it is asked.

    >>> from acr_identity.emulator.kernel.settings import Hosts
    >>> own_names(Hosts(), "vault")
    ('https://vault.azure.net', 'cfa8b339-82a2-471a-a3c9-0fc0be7a4093')
    """
    match service:
        case "arm":
            old, new = hosts.arm_audience, arm_audience(hosts)
            return f"{old}/", old, f"{new}/", new, ARM_APPLICATION
        case "vault":
            return vault_audience(hosts), VAULT_APPLICATION
        case "graph":
            return graph_audience(hosts), f"{graph_audience(hosts)}/", GRAPH_APPLICATION
        case "registry":
            return hosts.registry_audience, f"{hosts.registry_audience}/"


def takes(hosts: Hosts, service: Service, audience: str, request: Request) -> bool:
    """Say whether a service takes a token of this audience for a request.

    Where services share one address, that address is a name of both Resource Manager and Graph.
    """
    if audience in own_names(hosts, service):
        return True
    is_shared = service in {"arm", "graph"} and host_name(request.host) in hosts.shared
    return is_shared and audience.rstrip("/").lower() == request.base.lower()


def is_known(hosts: Hosts, resource: str) -> bool:
    """Say whether the directory gives tokens for a resource: each service, each vault, and the shared addresses."""
    services: tuple[Service, ...] = ("arm", "vault", "graph", "registry")
    name = resource.rstrip("/").lower()
    if any(name == own.rstrip("/").lower() for service in services for own in own_names(hosts, service)):
        return True
    parts = _split(name)
    return parts is not None and (parts in hosts.shared or parts.endswith(hosts.vault_suffix.lower()))


def _split(name: str) -> str | None:
    try:
        parts = urlsplit(name)
    except ValueError:
        return None
    return host_name(parts.netloc) if parts.scheme == "https" and not parts.path else None
