"""How fast the server is: `PYTHONPATH=tests python -m emulator.server.measure`.

The server runs on one core and the client on another. The figures: seconds from the start of the process to its ready
line, and GET requests of a task per second, over HTTPS, on four connections that are kept alive.
"""

from __future__ import annotations

import os
import tempfile
import threading
import time
from pathlib import Path

from acr_identity.emulator.server import Endpoint
from emulator.server.processes import Process
from emulator.server.raw import connected

REQUESTS = 4000
CONNECTIONS = 4
_WORLD = "resource_groups: {rg: {}}\nregistries: {myregistry: {}}\n"
_TASK = {
    "location": "eastus",
    "properties": {
        "platform": {"os": "Linux"},
        "step": {"type": "EncodedTask", "encodedTaskContent": "dmVyc2lvbjogdjEuMS4wCnN0ZXBzOgotIGNtZDogaGVsbG8K"},
    },
}


def main() -> None:
    """Measure, and print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        world = Path(folder, "world.yaml")
        world.write_text(_WORLD)
        begin = time.perf_counter()
        server = Process.start(Path(folder, "emulator.json"), "--world", str(world))
        print(f"ready after {time.perf_counter() - begin:.2f} s")  # noqa: T201 - it is what it is for
        try:
            print(f"{_rate(server):.0f} requests/s on one core")  # noqa: T201 - the same
        finally:
            server.end()


def _rate(server: Process) -> float:
    cores = sorted(os.sched_getaffinity(0))
    for thread in Path(f"/proc/{server.process.pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), cores[:1])
    os.sched_setaffinity(0, cores[1:] or cores)
    path = (
        "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg/providers/Microsoft.ContainerRegistry"
        "/registries/myregistry/tasks/hello?api-version=2019-04-01"
    )
    with server.session() as session:
        session.put(f"{server.url}{path}", json=_TASK).raise_for_status()
        token = session.headers["Authorization"]
    request = f"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {token!s}\r\n\r\n".encode()
    endpoint = Endpoint("127.0.0.1", int(server.url.rpartition(":")[2]), 0, server.places.authority)
    _send(endpoint, request, 200)
    begin = time.perf_counter()
    clients = [
        threading.Thread(target=_send, args=(endpoint, request, REQUESTS // CONNECTIONS)) for _ in range(CONNECTIONS)
    ]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    return REQUESTS / (time.perf_counter() - begin)


def _send(endpoint: Endpoint, request: bytes, times: int) -> None:
    with connected(endpoint) as connection, connection.makefile("rb") as answers:
        for _ in range(times):
            connection.sendall(request)
            status, length = answers.readline(), 0
            if not status.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"the server answers {status!r}")
            while (line := answers.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.partition(b":")[2])
            answers.read(length)


if __name__ == "__main__":
    main()
