"""An Azure Resource Manager of our own, in one process: for tests, demos and notebooks.

It knows nothing of the rest of the package, so that one misunderstanding cannot hide in both.

Example:
    >>> from acr_identity.emulator import Emulator, Request, World
    >>> emulator = Emulator(World(resource_groups={"rg": {}}))
    >>> url = f"https://management.azure.com/subscriptions/{emulator.world.subscription}/resourcegroups/rg"
    >>> headers = {"Authorization": f"Bearer {emulator.token()}"}
    >>> emulator.handle(Request.to("GET", f"{url}?api-version=2024-11-01", headers)).status
    200
"""

from acr_identity.emulator.adapter import EmulatorAdapter
from acr_identity.emulator.app import Caller, Emulator, RequestRecord
from acr_identity.emulator.fault_file import FaultFile, FaultFileError, load_faults
from acr_identity.emulator.faults import Fault, Faults, vault_conflict
from acr_identity.emulator.kernel.clock import Clock, ManualClock, SystemClock
from acr_identity.emulator.kernel.settings import Hosts, Settings
from acr_identity.emulator.kernel.signing_keys import make_signing_key
from acr_identity.emulator.kernel.wire import Reply, Request
from acr_identity.emulator.snapshot import SnapshotError
from acr_identity.emulator.state_file import StateFile, StateFileError
from acr_identity.emulator.world import World, WorldError

__all__ = [
    "Caller",
    "Clock",
    "Emulator",
    "EmulatorAdapter",
    "Fault",
    "FaultFile",
    "FaultFileError",
    "Faults",
    "Hosts",
    "ManualClock",
    "Reply",
    "Request",
    "RequestRecord",
    "Settings",
    "SnapshotError",
    "StateFile",
    "StateFileError",
    "SystemClock",
    "World",
    "WorldError",
    "load_faults",
    "make_signing_key",
    "vault_conflict",
]
