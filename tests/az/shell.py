"""A shell in which `az` takes the emulator for Azure."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from acr_identity.emulator import Emulator
from acr_identity.emulator.kernel.wire import JsonObject
from acr_identity.emulator.server.control import account_of
from acr_identity.emulator.server.environment import Way, variables
from acr_identity.emulator.server.messages import Status
from acr_identity.testing.served import ServedEmulator
from az.articles import SIGN_IN

AZ_FUNCTION = 'az() { "$ACR_IDENTITY_AZ" "$@"; }'
"""What makes `az` in a script the one that is tested, wherever it is."""
_ASSIGNMENT = re.compile(r"(\w+)=\$\((.*)\)", re.DOTALL)


@dataclass(frozen=True)
class Ended:
    """How a command ended. `out` is without the line ends at its end, as `$(…)` has it."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


@dataclass(frozen=True)
class Shell:
    """Runs commands as they are printed, with the variables that they set before."""

    emulator: Emulator
    environment: Mapping[str, str]
    folder: Path

    def run(self, command: str, known: Mapping[str, str]) -> tuple[Ended, Mapping[str, str]]:
        """Run one command in the folder; return how it ended, and the variables that are known after it."""
        assigned = _ASSIGNMENT.fullmatch(command.strip())
        script = f"{AZ_FUNCTION}\n{assigned[2] if assigned else command}"
        done = subprocess.run(
            ["/bin/sh", "-c", script],
            env={**self.environment, **known},
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        ended = Ended(done.returncode, done.stdout.rstrip("\n"), done.stderr)
        return ended, {**known, assigned[1]: ended.out} if assigned else known


@dataclass(frozen=True)
class Saved:
    """A world after some commands: the state of the emulator and the variables of the shell."""

    snapshot: JsonObject
    known: Mapping[str, str] = field(default_factory=dict)
    last: Ended = field(default_factory=lambda: Ended(0, "", ""))


class Walk:
    """Goes through commands from the world's beginning, and none of them twice where the way there is the same."""

    def __init__(self, shell: Shell) -> None:
        self.shell = shell
        self._saved: dict[tuple[str, ...], Saved] = {(): Saved(shell.emulator.snapshot())}

    @property
    def emulator(self) -> Emulator:
        return self.shell.emulator

    def after(self, commands: tuple[str, ...]) -> Saved:
        """Return the world after these commands, all of which succeed; the emulator holds it."""
        before, ended = self.until_failure(commands)
        assert ended is None, f"{commands[len(before)]}\n{ended.err}\n{ended.out}"
        saved = self._saved[commands]
        self.emulator.restore(saved.snapshot)
        return saved

    def until_failure(self, commands: tuple[str, ...]) -> tuple[tuple[str, ...], Ended | None]:
        """Return the commands that succeed, and how the one after them ends; `None` if there is none."""
        start = next(length for length in range(len(commands), -1, -1) if commands[:length] in self._saved)
        self.emulator.restore(self._saved[commands[:start]].snapshot)
        for length in range(start, len(commands)):
            ended, known = self.shell.run(commands[length], self._saved[commands[:length]].known)
            if ended.code:
                return commands[:length], ended
            self._saved[commands[: length + 1]] = Saved(self.emulator.snapshot(), known, ended)
        return commands, None


def environment_of(served: ServedEmulator, way: Way, az: str) -> dict[str, str]:
    """Return the variables with which `az` reaches an emulator in one way, and nothing else in any."""
    told = dict(served.environment)
    if way is Way.CLOUD:
        endpoint, places = served.endpoint, served.places
        status = Status(
            pid=os.getpid(), url=endpoint.url, proxy=endpoint.proxy, state=places.state, started="", requests=0
        )
        told |= variables(way, status, account_of(served.emulator), places)
    given = {**os.environ, **told, "ACR_IDENTITY_AZ": az}
    return {name: value for name, value in given.items() if value is not None}


def sign_in(shell: Shell, *before: str) -> None:
    """Sign in, after other commands that settle where."""
    for command in (*before, SIGN_IN):
        ended, _ = shell.run(command, {})
        assert ended.code == 0, f"{command}\n{ended.err}"
