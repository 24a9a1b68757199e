"""Without the extra, everything works but serving, and that says what to install."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from acr_identity.cli import main
from acr_identity.emulator import Emulator
from acr_identity.emulator.server import Places, ServerError, served

ROOT = Path(__file__).parents[3]
WITHOUT = "import sys\nsys.modules['uvicorn'] = sys.modules['h11'] = None\n"
ADVICE = "install them with `pip install 'acr-identity[emulator]'`"


@pytest.fixture
def without_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if the packages were not installed: an import of them fails."""
    for name in ("uvicorn", "h11"):
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("without_extra")
@pytest.mark.parametrize("arguments", [["start"], ["run", "--", "true"]], ids=" ".join)
def test_who_wants_to_serve_is_told_what_to_install(
    arguments: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *rest = arguments
    assert main(["emulator", command, "--state", str(tmp_path / "folder" / "emulator.json"), *rest]) == 1
    out, err = capsys.readouterr()
    assert out == ""
    told = " ".join(err.split())
    assert "to serve the emulator takes packages that are not installed: h11, uvicorn" in told
    assert ADVICE in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("without_extra")
def test_who_asks_a_server_needs_no_extra(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["emulator", "status", "--state", str(tmp_path / "emulator.json")]) == 1
    assert "no emulator runs with the state" in capsys.readouterr().err


def test_only_what_is_missing_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "uvicorn", None)
    with (
        pytest.raises(ServerError, match=r"not installed: uvicorn; install"),
        served(Emulator(), Places.beside(tmp_path / "emulator.json")),
    ):
        pass


def test_the_emulator_in_the_same_process_needs_no_extra(tmp_path: Path) -> None:
    spec = ROOT / "examples" / "cross-registry" / "spec.yaml"
    arguments = ["apply", str(spec), "--emulator", "--state", str(tmp_path / "emulator.json")]
    code = f"{WITHOUT}from acr_identity.cli import main\nsys.exit(main(sys.argv[1:]))"
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "Report: 3 done, 0 failed, 0 skipped")


def test_a_module_of_the_server_that_asks_one_loads_without_the_extra() -> None:
    code = f"{WITHOUT}import acr_identity.emulator.server.client, acr_identity.emulator.server.server_process"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
