"""A command that takes a served emulator for Azure."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import Process
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.emulator.server_options import ServerOptions, server_start
from acr_identity.cli.endings import would_end
from acr_identity.emulator.server.environment import Way, variables
from acr_identity.emulator.server.server_process import running
from acr_identity.errors import SettingsError

if TYPE_CHECKING:
    from acr_identity.emulator.server.messages import Account, Status
    from acr_identity.emulator.server.open_emulator import ServerStart
    from acr_identity.emulator.server.places import Places

_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a command."""


def run_served(options: ServerOptions, command: Sequence[str]) -> int:
    """Run a command through the proxy of a server, and return its exit code; where none runs, one is started for it.

    Raises:
        SettingsError: the command cannot be started, a file cannot be used, or a server that runs would have to be
            another.
        SpecError: the world file is invalid.
    """
    client = client_of(options.state)
    with told_as_settings():
        status = client.status_if_running()
        if status is None:
            return asyncio.run(_run_anew(server_start(options), command))
        if options.says_what_there_is:
            raise SettingsError(
                f"the emulator at {status.url} runs already: --world, --faults and --latency cannot change it",
                advice="Leave them out, or give another --state.",
            )
        return asyncio.run(_run(command, _environment(status, client.account(), client.places)))


async def _run_anew(start: ServerStart, command: Sequence[str]) -> int:
    async with running(start) as server:
        return await _run(command, _environment(server.status, server.account, server.places))


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    with _left_to_the_command():
        started = _signals_passed_on()
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment)
        except OSError as error:
            message = f"the command {command[0]!r} cannot be started: {error.strerror}"
            raise SettingsError(message, advice="Check its name, and write `--` before it.") from error
        started.set_result(process)
        code = await process.wait()
    return code if code >= 0 else _SIGNALLED - code


def _signals_passed_on() -> asyncio.Future[Process]:
    """Have each signal that would end `run` end the command, so that the emulator can give its state back.

    The result is to be set to the command once it has started: it gets the signals that came until then too.
    """
    loop = asyncio.get_running_loop()
    started: asyncio.Future[Process] = loop.create_future()

    def send(number: signal.Signals, command: asyncio.Future[Process]) -> None:
        with contextlib.suppress(ProcessLookupError):
            command.result().send_signal(number)

    for number in would_end():
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, started.add_done_callback, partial(send, number))
    return started


@contextlib.contextmanager
def _left_to_the_command() -> Iterator[None]:
    """Ctrl-C reaches the command as well, and it is the command that decides what it means."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _environment(status: Status, account: Account, places: Places) -> dict[str, str]:
    given = {**os.environ, **variables(Way.PROXY, status, account, places)}
    return {name: value for name, value in given.items() if value is not None}
