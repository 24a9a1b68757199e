"""The embedded emulator behind the real SDK: its state, its adapter and its token."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from acr_identity.emulator import (
    Caller,
    Emulator,
    EmulatorAdapter,
    Settings,
    SnapshotError,
    StateFile,
    StateFileError,
    World,
)
from acr_identity.emulator import SystemClock as MachineClock
from acr_identity.errors import SettingsError
from acr_identity.execute import Clock, SystemClock
from acr_identity.gateway import Gateway
from acr_identity.spec import load_document

if TYPE_CHECKING:
    from acr_identity.sdk import TokenProvider
    from acr_identity.sdk.gateway import AzureGateway

_TOKEN_SECONDS = 3600


@dataclass(frozen=True, slots=True)
class Emulation:
    """An emulator that runs, the gateway to it, the clock of both, and what gives back all that they hold."""

    emulator: Emulator
    gateway: Gateway
    clock: Clock
    release: Callable[[], None]


class Opening(Protocol):
    """What opens a gateway: `connect`, with all else that it takes."""

    def __call__(self, credential: TokenProvider, *, transport_adapter: EmulatorAdapter, clock: Clock) -> AzureGateway:
        """Return the gateway."""


def start(
    world: Emulator | World | str | Path | None,
    state: str | Path | None,
    settings: Settings | None,
    caller: Caller | None,
    opening: Opening,
) -> Emulation:
    """Start an emulator with what a state file holds, or with a world, and connect the SDK to it.

    Raises:
        SpecError: the world file is invalid.
        SettingsError: the state file cannot be used.
    """
    with ExitStack() as stack:
        emulator = _emulator(world, state, settings, stack)
        credential = _EmulatedCredential(emulator, caller.principal_id if caller else None)
        credential.get_token()  # The emulator loads modules for its first token: here, and not in a thread.
        clock = _clock(emulator)
        gateway = opening(credential, transport_adapter=EmulatorAdapter(emulator), clock=clock)
        stack.callback(gateway.close)
        return Emulation(emulator, gateway, clock, stack.pop_all().close)


def _emulator(
    world: Emulator | World | str | Path | None, state: str | Path | None, settings: Settings | None, stack: ExitStack
) -> Emulator:
    if isinstance(world, Emulator):
        if state is not None or settings is not None:
            raise SettingsError(
                "an emulator of one's own has its state and settings already",
                advice="Give them to the emulator, or give a world instead of it.",
            )
        return world
    first = load_document(Path(world), World) if isinstance(world, str | Path) else world
    if state is None:
        return Emulator(first, settings=settings)
    return _restored(first, Path(state), settings, stack)


def _restored(world: World | None, path: Path, settings: Settings | None, stack: ExitStack) -> Emulator:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        file = stack.enter_context(StateFile(path))
        emulator = Emulator(world, settings=settings, on_change=file.save)
        snapshot = file.load()
        if snapshot is not None:
            emulator.restore(snapshot)
    except StateFileError as error:
        raise SettingsError(f"{error.path}: {error.reason}", advice=f"To go on, {error.remedy}.") from error
    except SnapshotError as error:
        raise SettingsError(f"{path}: {error}", advice="To go on, delete it or give another path.") from error
    except OSError as error:
        raise SettingsError(f"{path}: its folder cannot be made", advice="Give another path.") from error
    return emulator


@dataclass(frozen=True, slots=True)
class _EmulatedClock:
    """The time of an emulator whose clock is moved by hand: to wait is to move it."""

    emulator: Emulator

    def monotonic(self) -> float:
        return self.emulator.clock.monotonic()

    def wait(self, seconds: float, stop: threading.Event) -> None:
        if not stop.is_set():
            self.emulator.clock.sleep(seconds)


def _clock(emulator: Emulator) -> Clock:
    # The machine's own can be interrupted.
    return SystemClock() if isinstance(emulator.clock, MachineClock) else _EmulatedClock(emulator)


@dataclass(frozen=True, slots=True)
class _Token:
    token: str = field(repr=False)
    expires_on: int


class _EmulatedCredential:
    """Signs in to the emulator as a principal, by default the owner of its subscription."""

    def __init__(self, emulator: Emulator, principal_id: str | None) -> None:
        self._emulator = emulator
        self._principal_id = principal_id

    def get_token(self, *scopes: str, claims: str | None = None, tenant_id: str | None = None) -> _Token:
        del scopes, claims, tenant_id
        return _Token(self._emulator.token(self._principal_id), int(time.time()) + _TOKEN_SECONDS)
