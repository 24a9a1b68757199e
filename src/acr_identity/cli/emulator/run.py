"""`emulator start` and `emulator run`: the commands that serve."""
# ruff: noqa: PLC0415 - the server's code is loaded by the command that needs it

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.cli.console import Console
from acr_identity.cli.emulator.server_client import client_of, told_as_settings
from acr_identity.cli.endings import would_end
from acr_identity.errors import ExitCode, SettingsError

if TYPE_CHECKING:
    from acr_identity.cli.emulator.server_options import Serve
    from acr_identity.emulator.fault_file import FaultFile
    from acr_identity.emulator.server.messages import Account, Status
    from acr_identity.emulator.server.open_emulator import Options
    from acr_identity.emulator.server.places import Places

_SIGNALLED = 128
"""What a shell adds to the number of the signal that ended a command."""


def start(console: Console, given: Serve) -> ExitCode:
    """Serve until a signal, or `stop`, ends it.

    Raises:
        SettingsError: the address is not of the loopback, a file cannot be used, or a port is taken.
        SpecError: the world file is invalid.
    """
    from acr_identity.emulator.server.server_process import serve

    if not _is_this_machine(given.host) and not given.allow_remote:
        raise SettingsError(
            f"{given.host} can be reached from other machines",
            advice="Use 127.0.0.1, or read in the help what --allow-remote gives away.",
        )

    def announce(status: Status) -> None:
        console.line(f"emulator ready at {status.url}, proxy {status.proxy}, pid {status.pid}")

    with told_as_settings():
        asyncio.run(serve(_options(given), announce))
    return ExitCode.DONE


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def run(given: Serve, command: Sequence[str]) -> int:
    """Run a command through the proxy of a server, and return its exit code; where none runs, one is started for it.

    Raises:
        SettingsError: the command cannot be started, a file cannot be used, or a server that runs would have to be
            another.
        SpecError: the world file is invalid.
    """
    client = client_of(given.state)
    with told_as_settings():
        status = client.status_if_running()
        if status is None:
            return asyncio.run(_run_served(_options(given), command))
        if given.says_what_there_is:
            raise SettingsError(
                f"the emulator at {status.url} runs already: --world, --faults and --latency cannot change it",
                advice="Leave them out, or give another --state.",
            )
        return asyncio.run(_run(command, _environment(status, client.account(), client.places)))


async def _run_served(options: Options, command: Sequence[str]) -> int:
    from acr_identity.emulator.server.server_process import running

    async with running(options) as server:
        return await _run(command, _environment(server.status, server.account, server.places))


async def _run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    with _left_to_the_command():
        try:
            process = await asyncio.create_subprocess_exec(*command, env=environment)
        except OSError as error:
            message = f"the command {command[0]!r} cannot be started: {error.strerror}"
            raise SettingsError(message, advice="Check its name, and write `--` before it.") from error
        # `run` is ended by ending the command, so that the emulator can give its state back.
        for number in would_end():
            with contextlib.suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, process.send_signal, number)
        code = await process.wait()
    return code if code >= 0 else _SIGNALLED - code


@contextlib.contextmanager
def _left_to_the_command() -> Iterator[None]:
    """Ctrl-C reaches the command as well, and it is the command that decides what it means."""
    before = signal.signal(signal.SIGINT, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _environment(status: Status, account: Account, places: Places) -> dict[str, str]:
    from acr_identity.emulator.server.environment import Way, variables

    given = {**os.environ, **variables(Way.PROXY, status, account, places)}
    return {name: value for name, value in given.items() if value is not None}


def _options(given: Serve) -> Options:
    from acr_identity.emulator import World
    from acr_identity.emulator.server.endpoint import Listen
    from acr_identity.emulator.server.open_emulator import Options
    from acr_identity.spec import load_document

    return Options(
        state=given.state,
        listen=Listen(given.host, given.port, given.proxy_port),
        world=load_document(given.world, World) if given.world else None,
        latency=given.latency,
        faults=_faults(given.faults),
    )


def _faults(path: Path | None) -> FaultFile | None:
    from acr_identity.emulator.fault_file import FaultFile, FaultFileError

    try:
        return FaultFile.load(path) if path else None
    except FaultFileError as error:
        raise SettingsError(str(error)) from error
