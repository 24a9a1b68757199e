"""Which files a command reads is decided by whoever runs it, not by the spec."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import StandInForAzure

MARKER = "planted-in-a-file-of-somebody-else"


def a_link_out(folder: Path) -> str:
    (folder / "link.yaml").symlink_to(folder.parent / "secret")
    return "link.yaml"


def a_pipe(folder: Path) -> str:
    os.mkfifo(folder / "pipe.yaml")
    return "pipe.yaml"


@pytest.fixture
def azure(azure: StandInForAzure) -> StandInForAzure:
    """Whoever talks to it fails."""
    (azure.folder.parent / "secret").write_text(MARKER)
    return azure


def name_file(folder: Path, file: str) -> None:
    spec = folder / "spec.yaml"
    spec.write_text(spec.read_text().replace("helloworldtask.yaml", file))


OF_OTHERS = [a_link_out, a_pipe, lambda _: "/proc/self/environ", lambda _: "/dev/zero", lambda _: "../secret"]
COMMANDS = ["validate", "plan", "apply", "run", "logs", "show", "destroy"]


@pytest.mark.parametrize(
    ("command", "make"),
    [*(("plan", make) for make in OF_OTHERS), *((command, a_link_out) for command in COMMANDS)],
)
def test_a_spec_that_names_what_is_not_its_own_is_refused_before_any_request(
    azure: StandInForAzure, command: str, make: Callable[[Path], str], capsys: pytest.CaptureFixture[str]
) -> None:
    name_file(azure.folder, make(azure.folder))
    assert main([command, "spec.yaml", "--output", "json"]) == 3
    out, err = capsys.readouterr()
    assert azure.clouds == []
    assert [problem["path"] for problem in json.loads(out)["error"]["problems"]] == [
        ["tasks", "helloworldtask", "file"]
    ]
    assert MARKER not in out + err
    assert os.environ["PATH"] not in out + err


@pytest.mark.parametrize("command", ["plan", "validate"])
def test_a_folder_may_be_allowed(azure: StandInForAzure, command: str) -> None:
    name_file(azure.folder, "../secret")
    (azure.folder.parent / "secret").write_text("steps:\n- cmd: bash date\n")
    assert main([command, "spec.yaml", "--files-from", "nowhere"]) == 1
    assert main([command, "spec.yaml", "--files-from", ".."]) == 0


def test_the_content_of_a_file_in_one_line_is_not_in_the_plan(
    azure: StandInForAzure, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["apply", "spec.yaml", "--yes"]) == 0
    for content in (MARKER, f"{MARKER}\n"):
        (azure.folder / "helloworldtask.yaml").write_text(content)
        capsys.readouterr()
        assert main(["plan", "spec.yaml"]) == 0
        out, _ = capsys.readouterr()
        assert "step.content: 5 lines, sha256 " in out
        assert "-> 1 line, sha256 " in out
        assert MARKER not in out


@pytest.mark.parametrize("link", [".acr_identity", ".acr_identity/emulator.json"])
def test_the_state_beside_the_spec_is_not_written_through_a_link(
    link: str, cross_registry: Path, tmp_path_factory: pytest.TempPathFactory, capsys: pytest.CaptureFixture[str]
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (cross_registry / link).parent.mkdir(exist_ok=True)
    (cross_registry / link).symlink_to(elsewhere)
    assert main(["plan", "spec.yaml", "--emulator"]) == 1
    assert "is behind a link: a state would be written elsewhere" in capsys.readouterr().err
    assert list(elsewhere.iterdir()) == []


def test_a_world_beside_the_spec_is_one_of_its_own_files(
    cross_registry: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cross_registry / "world.yaml").rename(cross_registry.parent / "world.yaml")
    (cross_registry / "world.yaml").symlink_to(cross_registry.parent / "world.yaml")
    assert main(["plan", "spec.yaml", "--emulator"]) == 1
    assert "world.yaml leads out of the repository of the spec" in capsys.readouterr().err
    assert main(["plan", "spec.yaml", "--emulator", "--world", "world.yaml"]) == 0
    assert main(["plan", "spec.yaml", "--emulator", "--files-from", ".."]) == 0
