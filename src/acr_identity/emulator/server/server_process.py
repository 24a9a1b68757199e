"""A server from its start to its end, with the files by which others find it."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from acr_identity.emulator.server.authority import open_authority
from acr_identity.emulator.server.certificates import Certificates
from acr_identity.emulator.server.client import Client
from acr_identity.emulator.server.control import Control, account_of
from acr_identity.emulator.server.control_file import ControlFile, remove_control, write_control
from acr_identity.emulator.server.endpoint import Endpoint
from acr_identity.emulator.server.environment import cloud_file
from acr_identity.emulator.server.extra import check_extra
from acr_identity.emulator.server.messages import Account, Status
from acr_identity.emulator.server.open_emulator import ServerStart, add_faults, open_emulator
from acr_identity.emulator.server.places import Places, write_whole
from acr_identity.emulator.server.server_error import ServerError
from acr_identity.emulator.server.waking_clock import WakingClock

if TYPE_CHECKING:
    from acr_identity.emulator.app import Emulator


@dataclass(frozen=True, slots=True)
class Running:
    """A server that listens. `stopping` is set when somebody asks it to end."""

    places: Places
    status: Status
    account: Account
    stopping: asyncio.Event


@contextlib.asynccontextmanager
async def running(start: ServerStart) -> AsyncIterator[Running]:
    """Serve an emulator while the block runs; then finish what is under way, and give the state back.

    Raises:
        ServerError: one runs already with this state, a port is taken, a file cannot be used, or the extra is not
            installed.
    """
    check_extra()
    from acr_identity.emulator.server.listening_server import Server  # noqa: PLC0415 - needs the extra

    places = Places.beside(start.state)
    _check_free(places)
    places.make()
    clock = WakingClock()
    stopping, loop = asyncio.Event(), asyncio.get_running_loop()
    with contextlib.ExitStack() as stack:
        emulator = open_emulator(start, places, clock, stack)
        control = Control(
            emulator,
            reset=lambda: _begin_anew(emulator, start),
            stop=lambda: _call_soon(loop, stopping.set),
        )
        server = Server(control.handle, Certificates(open_authority(places), places.certificates), places.authority)
        endpoint = await server.start(start.listen)
        try:
            status = _status(endpoint, places)
            _tell_others(places, control.token, endpoint, emulator)
            control.ready(status)
            yield Running(places, status, account_of(emulator), stopping)
        finally:
            clock.wake()
            await server.close()
            remove_control(places)


async def serve(start: ServerStart, announce: Callable[[Status], None]) -> None:
    """Serve until a signal or a control request asks for the end; `announce` is called once it is ready.

    Raises:
        ServerError: as for `running`.
    """
    async with running(start) as server:
        loop = asyncio.get_running_loop()
        for number in _endings():
            # Where the loop cannot handle signals, the interpreter's own handling of Ctrl-C remains.
            with contextlib.suppress(NotImplementedError):
                loop.add_signal_handler(number, server.stopping.set)
        announce(server.status)
        await server.stopping.wait()


def _endings() -> Iterator[int]:
    """Yield the signals that end a server. Windows has no SIGHUP, and under `nohup` it is ignored."""
    yield from (signal.SIGINT, signal.SIGTERM)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        yield signal.SIGHUP


def _check_free(places: Places) -> None:
    found = Client(places).status_if_running()
    if found:
        message = f"an emulator runs already with this state, at {found.url} (pid {found.pid})"
        raise ServerError(message, "use it, end it with `acr-identity emulator stop`, or give another --state")


def _status(endpoint: Endpoint, places: Places) -> Status:
    return Status(
        pid=os.getpid(),
        url=endpoint.url,
        proxy=endpoint.proxy,
        state=places.state,
        started=datetime.now(UTC).isoformat(timespec="seconds"),
        requests=0,
    )


def _tell_others(places: Places, token: str, endpoint: Endpoint, emulator: Emulator) -> None:
    text = cloud_file(endpoint.url, places.authority.name, emulator.settings.hosts)
    write_whole(places.cloud, text.encode())
    write_control(places, ControlFile(pid=os.getpid(), host=endpoint.reachable_host, port=endpoint.port, token=token))


def _begin_anew(emulator: Emulator, start: ServerStart) -> None:
    emulator.reset()
    add_faults(emulator, start.faults)


def _call_soon(loop: asyncio.AbstractEventLoop, callback: Callable[[], None]) -> None:
    loop.call_soon_threadsafe(callback)
