"""What the emulator does besides following the rules: its pace, its delays and the names of its hosts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Plane: TypeAlias = Literal["arm", "vault", "blob"]
"""Which service a host belongs to: Azure Resource Manager, the data plane of a vault, or the store of the logs."""


@dataclass(frozen=True, slots=True)
class Hosts:
    """The host names of a cloud. The defaults are those of public Azure; a suffix begins with its dot."""

    arm: str = "management.azure.com"
    registry_suffix: str = ".azurecr.io"
    vault_suffix: str = ".vault.azure.net"
    blob_suffix: str = ".blob.core.windows.net"
    authority: str = "login.microsoftonline.com"

    def plane(self, host: str) -> Plane | None:
        """Which service answers at a host (a port is left aside), or `None` when it is not emulated."""
        name = host.lower().partition(":")[0]
        if name == self.arm.lower():
            return "arm"
        if name.endswith(self.vault_suffix.lower()):
            return "vault"
        if name.endswith(self.blob_suffix.lower()):
            return "blob"
        return None


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
    lro_polls: int = 1
    """How many times a long-running operation answers that it goes on; with 0 such requests end at once."""
    hosts: Hosts = field(default_factory=Hosts)
