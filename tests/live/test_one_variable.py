"""The variable is all that it takes to run the flows elsewhere: here on a served emulator, as on Azure."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acr_identity.emulator import World
from acr_identity.testing.served import ServedEmulator, serving
from flows.flows import CROSS_SYSTEM, CROSS_USER, Flow

FLOWS = Path(__file__).with_name("test_flows.py")


def outcome(served: ServedEmulator | None, spec: Path | None) -> str:
    """The last line of a session that runs the flows of the real subscription only."""
    told = served.environment if served else {}
    changed = {name: value for name, value in {**os.environ, **told}.items() if value is not None}
    changed.pop("ACR_IDENTITY_LIVE_SPEC", None)
    if spec:
        changed["ACR_IDENTITY_LIVE_SPEC"] = str(spec)
    command = [sys.executable, "-m", "pytest", "-q", "-rs", "-p", "no:cacheprovider", "-k", "azure", str(FLOWS)]
    done = subprocess.run(command, env=changed, capture_output=True, text=True, check=False)
    return done.stdout


def test_without_it_they_are_skipped_with_the_reason() -> None:
    shown = outcome(None, None)
    assert "ACR_IDENTITY_LIVE_SPEC names no spec for a real subscription" in shown
    assert "1 skipped, 4 deselected" in shown


@pytest.mark.parametrize("flow", [CROSS_USER, CROSS_SYSTEM], ids=str)
def test_with_it_they_run_with_the_unmodified_credential_over_https(tmp_path: Path, flow: Flow) -> None:
    with serving(tmp_path) as served:
        served.begin(World.load(flow.world))
        shown = outcome(served, flow.spec)
        assert "1 passed, 4 deselected" in shown, shown
        assert {"/scheduleRun", "listLogSasUrl"} <= {
            mark for one in served.emulator.requests for mark in ("/scheduleRun", "listLogSasUrl") if mark in one.path
        }
