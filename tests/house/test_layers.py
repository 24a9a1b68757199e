"""The layers hold, and a planted violation breaks them."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


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
    return {line.removesuffix(" BROKEN") for line in done.stdout.splitlines() if line.endswith(" BROKEN")}


def test_the_layers_hold(copy: Path) -> None:
    assert broken(copy) == set()


@pytest.mark.parametrize(
    ("module", "statement", "contract"),
    [
        ("plan/make.py", "import acr_identity.cli", "A module imports only from the layers below it"),
        ("ids/arm.py", "import acr_identity.spec", "A module imports only from the layers below it"),
        ("access.py", "import acr_identity.changes", "A module imports only from the layers below it"),
        ("provisioner/facade.py", "import azure.core", "Only sdk knows the Azure SDK"),
        ("emulator/app.py", "import acr_identity.ids", "The emulator shares no code with the product"),
        ("plan/order.py", "import time", "Planning is pure"),
    ],
)
def test_a_planted_violation_breaks_them(copy: Path, module: str, statement: str, contract: str) -> None:
    planted = copy / "acr_identity" / module
    planted.write_text(f"{planted.read_text()}\n{statement}\n")
    assert contract in broken(copy)
