"""A server in a thread of its own, for tests and notebooks."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import TYPE_CHECKING

from acr_identity.emulator.server.authority import open_authority
from acr_identity.emulator.server.certificates import Certificates
from acr_identity.emulator.server.endpoint import Endpoint, Listen
from acr_identity.emulator.server.extra import check_extra
from acr_identity.emulator.server.places import Places

if TYPE_CHECKING:
    from acr_identity.emulator.app import Emulator
    from acr_identity.emulator.server.listening_server import Server


@contextlib.contextmanager
def served(emulator: Emulator, places: Places, listen: Listen = Listen()) -> Iterator[Endpoint]:  # noqa: B008 - frozen
    """Serve an emulator while the block runs, and yield where.

    Args:
        emulator: what is served. It stays as it is; whoever made it may go on using it meanwhile.
        places: where the certificate authority is, or will be made. The state file is not touched.
        listen: where to listen; free ports of the loopback when left out.

    Raises:
        ServerError: a port is taken, the files of the authority cannot be used, or the extra is not installed.
    """
    check_extra()
    from acr_identity.emulator.server.listening_server import Server  # noqa: PLC0415 - needs the extra

    places.make()
    certificates = Certificates(open_authority(places), places.certificates)
    server = Server(emulator.handle, certificates, places.authority)
    ready: Future[tuple[Endpoint, asyncio.AbstractEventLoop, asyncio.Event]] = Future()
    thread = threading.Thread(target=lambda: asyncio.run(_serve(server, listen, ready)), daemon=True)
    thread.start()
    endpoint, loop, closing = ready.result()
    try:
        yield endpoint
    finally:
        loop.call_soon_threadsafe(closing.set)
        thread.join()


async def _serve(
    server: Server, listen: Listen, ready: Future[tuple[Endpoint, asyncio.AbstractEventLoop, asyncio.Event]]
) -> None:
    closing = asyncio.Event()
    try:
        endpoint = await server.start(listen)
    except BaseException as error:  # noqa: BLE001 - it is raised in the thread that waits
        ready.set_exception(error)
        return
    ready.set_result((endpoint, asyncio.get_running_loop(), closing))
    await closing.wait()
    await server.close()
