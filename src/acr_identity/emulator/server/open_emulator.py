"""An emulator with what its state file holds, ready to be served."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.emulator.app import Emulator
from acr_identity.emulator.files import read_file
from acr_identity.emulator.kernel.clock import Clock
from acr_identity.emulator.kernel.settings import Settings
from acr_identity.emulator.kernel.signing_keys import Keys, make_signing_key
from acr_identity.emulator.server.endpoint import Listen
from acr_identity.emulator.server.places import LARGEST, Places, write_whole
from acr_identity.emulator.server.server_error import ServerError
from acr_identity.emulator.snapshot import SnapshotError
from acr_identity.emulator.state_file import StateFile, StateFileError

if TYPE_CHECKING:
    from acr_identity.emulator.fault_file import FaultFile
    from acr_identity.emulator.world import World


@dataclass(frozen=True, slots=True)
class ServerStart:
    """What a server is started with.

    `world` counts only where there is no state yet; `latency` is in seconds.
    """

    state: Path
    listen: Listen = field(default_factory=Listen)
    world: World | None = None
    latency: float = 0.0
    faults: FaultFile | None = None


def open_emulator(start: ServerStart, places: Places, clock: Clock, stack: ExitStack) -> Emulator:
    """Open the state file, keep other processes out until the stack ends, and return the emulator.

    Raises:
        ServerError: the state file or the signing key cannot be used.
    """
    try:
        file = stack.enter_context(StateFile(start.state))
        signing_key = _signing_key(places.signing_key)
        snapshot = file.load()
        settings = start.faults.settings.applied(Settings()) if start.faults else Settings()
        emulator = Emulator(
            start.world,
            clock=clock,
            settings=settings,
            latency=start.latency,
            on_change=file.save,
            signing_key=signing_key,
        )
        if snapshot is not None:
            emulator.restore(snapshot)
    except StateFileError as error:
        raise ServerError(f"{error.path}: {error.reason}", error.remedy) from error
    except SnapshotError as error:
        raise ServerError(f"{start.state}: {error}", "delete it or give another path") from error
    add_faults(emulator, start.faults)
    return emulator


def add_faults(emulator: Emulator, faults: FaultFile | None) -> None:
    """Add what a file of faults says, as at the start."""
    for entry in faults.faults if faults else ():
        emulator.faults.add(entry.fault())


def _signing_key(path: Path) -> bytes:
    try:
        if not path.exists():
            write_whole(path, make_signing_key())
        path.chmod(0o600)
        content = read_file(path, LARGEST)
        # An empty file would be taken for no key at all.
        Keys(content or b"empty")
    except OSError as error:
        message = f"{path} cannot be used ({type(error).__name__})"
        raise ServerError(message, "make it yours, or give another path with --state") from error
    except ValueError as error:
        raise ServerError(f"{path} is no key that signs tokens", "delete it, and a new one is made") from error
    return content
