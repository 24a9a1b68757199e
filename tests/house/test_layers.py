"""The layers hold, and a planted violation breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
INSIDE = "A module of the emulator imports only from the layers below it"
ROOMS = "The commands know nothing of each other, and what they share nothing of them"
INNER_ROOMS = "The commands of the emulator know nothing of each other either"
APART = "The services of the emulator know nothing of each other"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """Return a copy of the source and its settings."""
    shutil.copytree(ROOT / "src" / "acr_identity", tmp_path / "acr_identity")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def broken(folder: Path) -> set[str]:
    """Return the contracts that are broken."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as main; main()", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    # After the word may stand how many imports a contract leaves aside.
    return {line.partition(" BROKEN")[0] for line in done.stdout.splitlines() if " BROKEN" in line}


def test_the_layers_hold(copy: Path) -> None:
    assert broken(copy) == set()


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("plan/make.py", "import acr_identity.cli", "A module imports only from the layers below it"),
        ("ids/arm.py", "import acr_identity.spec", "A module imports only from the layers below it"),
        ("access/needed.py", "import acr_identity.changes", "A module imports only from the layers below it"),
        ("provisioner/facade.py", "import azure.core", "Only sdk knows the Azure SDK"),
        ("emulator/app.py", "import acr_identity.ids", "The emulator shares no code with the product"),
        ("plan/order.py", "import time", "Planning is pure"),
        ("cli/apply.py", "import acr_identity.cli.plan", ROOMS),
        ("cli/emulator/status.py", "import acr_identity.cli.show", ROOMS),
        ("cli/session.py", "import acr_identity.cli.validate", ROOMS),
        ("cli/console.py", "import acr_identity.cli.options", ROOMS),
        ("cli/new_room.py", "import acr_identity.cli.console", ROOMS),
        ("cli/emulator/stop.py", "import acr_identity.cli.emulator.reset", INNER_ROOMS),
        ("cli/emulator/server_options.py", "import acr_identity.cli.emulator.start", INNER_ROOMS),
        ("emulator/kernel/lookup.py", "import acr_identity.emulator.vaults", INSIDE),
        ("emulator/rights/decision.py", "import acr_identity.emulator.authorization", INSIDE),
        ("emulator/runs/settle.py", "import acr_identity.emulator.surroundings", INSIDE),
        ("emulator/dispatch/gates.py", "import acr_identity.emulator.app", INSIDE),
        ("emulator/app.py", "import acr_identity.emulator.server", INSIDE),
        ("emulator/new_room.py", "import acr_identity.emulator.kernel", INSIDE),
        ("emulator/vaults/policies.py", "import acr_identity.emulator.registries.network", APART),
        ("emulator/tasks/checks.py", "import acr_identity.emulator.runs.timeline", APART),
        ("emulator/runs/settle.py", "import acr_identity.emulator.tasks.merge", APART),
        (
            "emulator/kernel/state.py",
            "import acr_identity.emulator.kernel.call",
            "The kernel of the emulator has layers too",
        ),
        (
            "emulator/runner/run.py",
            "import acr_identity.emulator.kernel.state",
            "The task runner knows the cloud by its port only",
        ),
        (
            "emulator/server/control.py",
            "import acr_identity.emulator.vaults",
            "The server of the emulator does not know what a request means",
        ),
        ("emulator/adapter.py", "import uvicorn", "Only the served emulator needs its extra"),
        ("cli/emulator/server_client.py", "import h11", "Only the served emulator needs its extra"),
    ],
)
def test_a_planted_violation_breaks_them(copy: Path, module: str, statement: str, contract: str) -> None:
    planted = copy / "acr_identity" / module
    with planted.open("a") as file:
        file.write(f"\n{statement}\n")
    assert contract in broken(copy)
