"""The server of a state, asked by the commands that are about one that runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.errors import SettingsError

if TYPE_CHECKING:
    from acr_identity.emulator.server.client import Client


@contextlib.contextmanager
def told_as_settings() -> Iterator[None]:
    """Turn an error of the server into one of this package.

    Raises:
        SettingsError: the server cannot be started, found or asked.
    """
    from acr_identity.emulator.server.server_error import ServerError

    try:
        yield
    except ServerError as error:
        advice = f"To go on, {error.remedy}." if error.remedy else ""
        raise SettingsError(error.message, advice=advice) from error


def client_of(state: Path) -> Client:
    """Return the client of the server that has this state."""
    from acr_identity.emulator.server.client import Client
    from acr_identity.emulator.server.places import Places

    return Client(Places.beside(state))
