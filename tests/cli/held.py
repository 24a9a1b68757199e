"""The command line as a process whose emulator holds requests until somebody lets them go."""

from __future__ import annotations

import os
import re
import select
from unittest.mock import patch

from acr_identity.cli import program
from acr_identity.emulator import Emulator, Reply, Request
from acr_identity.gateway import PULSE_SECONDS

HELD, TOLD, GATE = "TEST_HELD", "TEST_TOLD", "TEST_GATE"
"""Variables: what is held, a pattern of method and path; the pipe that tells of it; the pipe whose end lets it go."""

_handle = Emulator.handle


def _hold(emulator: Emulator, request: Request) -> Reply:
    if re.search(os.environ[HELD], f"{request.method} {request.path}"):
        os.write(int(os.environ[TOLD]), b"!")
        gate = int(os.environ[GATE])
        while not select.select([gate], [], [], PULSE_SECONDS)[0]:
            pass
    return _handle(emulator, request)


if __name__ == "__main__":
    with patch.object(Emulator, "handle", _hold):
        program()
