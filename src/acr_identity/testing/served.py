"""A served emulator, for scripts that cannot be given a transport, whatever their language."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.emulator import Emulator
from acr_identity.emulator.server import Endpoint, Places, served
from acr_identity.emulator.server.control import account_of
from acr_identity.emulator.server.environment import Way, variables
from acr_identity.emulator.server.messages import Status

if TYPE_CHECKING:
    from acr_identity.emulator import World


@dataclass(frozen=True, slots=True)
class ServedEmulator:
    """An emulator, and how programs reach it over HTTPS."""

    emulator: Emulator
    endpoint: Endpoint
    places: Places

    @property
    def environment(self) -> Mapping[str, str | None]:
        """Return what a program needs that knows only the public cloud; `None` is for what it must not see.

        It names the proxy, the certificate authority, and the service principal that azure-identity signs in as.
        """
        address = self.endpoint
        status = Status(
            pid=os.getpid(), url=address.url, proxy=address.proxy, state=self.places.state, started="", requests=0
        )
        return variables(Way.PROXY, status, account_of(self.emulator), self.places)

    def begin(self, world: World) -> None:
        """Begin anew with this world: no faults, no requests, and nothing of what was."""
        self.emulator.world = world
        self.emulator.reset()


@contextmanager
def serving(folder: Path) -> Iterator[ServedEmulator]:
    """Serve an empty emulator from a thread of this process. Its certificate authority is made in the folder."""
    emulator, places = Emulator(), Places.beside(folder / "emulator.json")
    with served(emulator, places) as endpoint:
        yield ServedEmulator(emulator, endpoint, places)
