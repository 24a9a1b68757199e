"""What stands in for Azure, and for a terminal."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from acr_identity.emulator import Fault
from acr_identity.execute import Progress
from acr_identity.ids import Cloud
from acr_identity.provisioner import Provisioner
from acr_identity.sdk import RequestSeen

EXAMPLES = Path(__file__).parents[2] / "examples"
FORBIDDEN = Fault(times=100, status=403, code="AuthorizationFailed", message="The client does not have authorization.")
NO_ROLES = Fault(
    method="PUT", path="roleAssignments", times=100, status=403, code="AuthorizationFailed", message="No rights."
)
NO_IDENTITIES = Fault(
    method="PUT", path="userAssignedIdentities", times=100, status=403, code="AuthorizationFailed", message="No rights."
)


@dataclass
class StandInForAzure:
    """Called in place of `Provisioner`; keeps what it has from one command to the next."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    clouds: list[Cloud] = field(default_factory=list)
    opened: list[Provisioner] = field(default_factory=list)

    def __call__(
        self,
        *,
        cloud: Cloud,
        concurrency: int,
        progress: Progress | None,
        on_request: Callable[[RequestSeen], None] | None,
    ) -> Provisioner:
        self.clouds.append(cloud)
        provisioner = Provisioner.emulated(
            self.folder / "world.yaml",
            state=self.folder / "azure.json",
            concurrency=concurrency,
            progress=progress,
            on_request=on_request,
        )
        self.opened.append(provisioner)
        for fault in self.faults:
            provisioner.emulator.faults.add(fault)
        return provisioner


class Terminal(io.StringIO):
    """A stream behind which a person sits."""

    def isatty(self) -> bool:
        return True
