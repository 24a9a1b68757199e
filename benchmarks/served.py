"""The cloud that is measured against: the emulator as a process of its own, over HTTPS, with a latency."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PROGRAM = (sys.executable, "-m", "acr_identity")


@dataclass(frozen=True)
class Cloud:
    """A served emulator, and what programs need to reach it."""

    url: str
    state: Path
    environment: Mapping[str, str]

    @property
    def authorities(self) -> str:
        """Return the file of certificate authorities to trust."""
        return self.environment["REQUESTS_CA_BUNDLE"]

    def reset(self) -> None:
        """Let it hold its world again, and nothing else."""
        subprocess.run((*_PROGRAM, "emulator", "reset", "--state", self.state), check=True, capture_output=True)


@contextmanager
def serving(folder: Path, world: Path, latency: float) -> Iterator[Cloud]:
    """Serve a world while the block runs. Each answer takes the latency, in seconds."""
    folder.mkdir()
    state = folder / "emulator.json"
    places = ("--state", state, "--world", world, "--port", "0", "--proxy-port", "0", "--latency", str(latency))
    with subprocess.Popen((*_PROGRAM, "emulator", "start", *places), stdout=subprocess.PIPE, text=True) as server:
        try:
            ready = server.stdout.readline() if server.stdout else ""
            yield Cloud(ready.split()[3].rstrip(","), state, _environment(state))
        finally:
            server.terminate()


def _environment(state: Path) -> Mapping[str, str]:
    """Return the variables of a program that a shell starts after `eval "$(acr-identity emulator env)"`.

    Python may keep what it has compiled: an installed package is compiled, and a checkout shall be no slower.
    """
    env = (*_PROGRAM, "emulator", "env", "--state", state)
    lines = subprocess.run(env, check=True, capture_output=True, text=True).stdout
    show = f"{shlex.quote(sys.executable)} -c 'import json, os; print(json.dumps(dict(os.environ)))'"
    told = subprocess.run(("/bin/sh", "-c", f"{lines}\n{show}"), check=True, capture_output=True, text=True).stdout
    return {str(name): str(value) for name, value in json.loads(told).items() if name != "PYTHONDONTWRITEBYTECODE"}
