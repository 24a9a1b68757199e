"""What is loaded, and when."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

SERVER = ("uvicorn", "h11", "cryptography")


@pytest.mark.parametrize(
    "code",
    ["import acr_identity.emulator", "from acr_identity.cli import main; main(['emulator', 'start', '--help'])"],
)
def test_nothing_of_the_server_is_loaded_without_need(code: str) -> None:
    check = f"{code}\nimport json, sys\nprint(json.dumps([name for name in {SERVER!r} if name in sys.modules]))"
    ended = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert json.loads(ended.stdout.splitlines()[-1]) == []
