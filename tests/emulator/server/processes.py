"""The emulator as a process of its own."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import requests

from acr_identity.emulator.server import Places

_READY = re.compile(r"emulator ready at (https://\S+:\d+), proxy (http://\S+:\d+), pid (\d+)\n")
COMMAND = (sys.executable, "-m", "acr_identity", "emulator")


@dataclass
class Process:
    """A server that was started by its command."""

    places: Places
    process: subprocess.Popen[str]
    url: str = ""
    proxy: str = ""

    @classmethod
    def start(cls, state: Path, *options: str) -> Process:
        """Start one and return when it is ready."""
        arguments = (*COMMAND, "start", "--state", str(state), "--port", "0", "--proxy-port", "0", *options)
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        assert process.stdout
        line = process.stdout.readline()
        ready = _READY.fullmatch(line)
        assert ready, line or process.communicate()
        assert int(ready[3]) == process.pid
        return cls(Places.beside(state), process, ready[1], ready[2])

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str, str]:
        """Send a signal, and return the exit code and what was still printed."""
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=20)
        return self.process.returncode, out, err

    def session(self) -> requests.Session:
        """Return a client that trusts the server and has signed in as its service principal."""
        session = requests.Session()
        session.trust_env = False
        session.verify = str(self.places.authority)
        form = {
            "grant_type": "client_credentials",
            "client_id": "33333333-3333-3333-3333-333333333333",
            "client_secret": "emulator-demo-secret",
            "scope": "https://management.azure.com/.default",
        }
        tenant = "22222222-2222-2222-2222-222222222222"
        answer = session.post(f"{self.url}/{tenant}/oauth2/v2.0/token", data=form)
        session.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        return session

    def group(self, name: str) -> str:
        """Return the URL of a resource group."""
        return (
            f"{self.url}/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/{name}"
            "?api-version=2024-11-01"
        )
