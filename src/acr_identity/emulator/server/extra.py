"""What serving needs besides: the packages of the extra `acr-identity[emulator]`."""

from __future__ import annotations

from importlib.util import find_spec

from acr_identity.emulator.server.server_error import ServerError

_NEEDED = ("h11", "uvicorn")


def check_extra() -> None:
    """Refuse to serve without the packages that serving needs.

    Raises:
        ServerError: one of them is not installed.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        message = f"to serve the emulator takes packages that are not installed: {', '.join(missing)}"
        raise ServerError(message, "install them with `pip install 'acr-identity[emulator]'`")
