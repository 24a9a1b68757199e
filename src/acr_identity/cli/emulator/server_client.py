"""The commands about a server that runs: `stop`, `status`, `reset`, `requests` and `env`."""
# ruff: noqa: PLC0415 - the server's code is loaded by the command that needs it

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from acr_identity.cli.console import Console, Format
from acr_identity.errors import ExitCode, SettingsError

if TYPE_CHECKING:
    from acr_identity.emulator.server.client import Client
    from acr_identity.emulator.server.messages import Answered, Status


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


def stop(console: Console, state: Path) -> ExitCode:
    """End the server of a state."""
    with told_as_settings():
        ended = client_of(state).stop()
    console.result(f"stopped the emulator at {ended.url} (pid {ended.pid}); its state is in {ended.state}")
    return ExitCode.DONE


def reset(console: Console, state: Path) -> ExitCode:
    """Let the server of a state begin anew."""
    with told_as_settings():
        begun = client_of(state).reset()
    console.result(f"the emulator at {begun.url} has begun anew")
    return ExitCode.DONE


def status(console: Console, state: Path) -> ExitCode:
    """Print where the server of a state is."""
    with told_as_settings():
        found = _facts(client_of(state).status())
    if console.format is Format.JSON:
        _print_json(console, "emulator", found)
    else:
        console.result("\n".join(f"{name:<10}{value}" for name, value in found.items()))
    return ExitCode.DONE


def requests(console: Console, state: Path, *, counts: bool) -> ExitCode:
    """Print the requests that the server of a state has answered, or how many there were."""
    with told_as_settings():
        found = client_of(state).requests().requests
    if console.format is Format.JSON:
        lines = {} if counts else {"requests": [one.model_dump() for one in found]}
        _print_json(console, "requests", {"count": len(found), **lines})
    elif counts:
        console.result(str(len(found)))
    else:
        for one in found:
            console.line(_line(one))
    return ExitCode.DONE


def env(console: Console, state: Path, via: str, shell: str) -> ExitCode:
    """Print what a shell needs to use the server of a state."""
    from acr_identity.emulator.server.environment import Shell, Way, script, variables

    client = client_of(state)
    with told_as_settings():
        found, account = client.status(), client.account()
    console.line(script(variables(Way(via), found, account, client.places), Shell(shell)).rstrip("\n"))
    return ExitCode.DONE


def _facts(status: Status) -> dict[str, str | int]:
    return {
        "url": status.url,
        "proxy": status.proxy,
        "pid": status.pid,
        "state": str(status.state),
        "started": status.started,
        "requests": status.requests,
    }


def _line(one: Answered) -> str:
    version = f"  {one.api_version}" if one.api_version else ""
    answered = str(one.status) if one.status else "cut"
    return f"{answered}  {one.method:<6}  https://{one.host}{one.path}{version}  {1000 * one.seconds:.1f} ms"


def _print_json(
    console: Console, kind: str, body: Mapping[str, str | int | Sequence[Mapping[str, str | int | float]]]
) -> None:
    from acr_identity.render.to_json import to_json

    console.result(to_json(kind, body))
