from __future__ import annotations

from pathlib import Path

import pytest

from acr_identity.cli import main
from cli.stand_ins import EXAMPLES

FLOWS = {
    "cross-registry": ["cross-registry"],
    "cross-registry-system": ["cross-registry", "--identity", "system"],
    "key-vault": ["key-vault", "--identity", "user"],
    "key-vault-system": ["key-vault", "--identity", "system"],
}


def files_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize(("example", "arguments"), FLOWS.items(), ids=FLOWS)
def test_init_writes_the_examples_byte_by_byte(folder: Path, example: str, arguments: list[str]) -> None:
    assert main(["init", *arguments]) == 0
    assert files_in(folder) == files_in(EXAMPLES / example)


@pytest.mark.parametrize("arguments", FLOWS.values(), ids=FLOWS)
def test_what_init_writes_is_valid(arguments: list[str]) -> None:
    main(["init", *arguments])
    assert main(["validate", "spec.yaml"]) == 0


@pytest.mark.parametrize("arguments", FLOWS.values(), ids=FLOWS)
def test_the_commands_that_init_prints_work(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", *arguments])
    printed = capsys.readouterr().out.splitlines()
    commands = [line.split()[1:] for line in printed if line.startswith("  acr-identity ")]
    assert [command[0] for command in commands] == ["plan", "apply", "run"]
    assert [main(command) for command in commands] == [0, 0, 0]


def test_init_says_what_it_wrote_and_what_to_try_next(capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "key-vault", "my folder"])
    assert capsys.readouterr().out == (
        "wrote my folder/spec.yaml\n"
        "wrote my folder/dockerhubtask.yaml\n"
        "wrote my folder/world.yaml\n"
        "\n"
        "Try it without Azure:\n"
        "  acr-identity plan 'my folder/spec.yaml' --emulator\n"
        "  acr-identity apply 'my folder/spec.yaml' --emulator\n"
        "  acr-identity run 'my folder/spec.yaml' dockerhubtask --set PrivateRepo=hubuser/hubrepo --emulator\n"
        "Then put your own names into the files, and leave --emulator out.\n"
    )


def test_init_overwrites_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "world.yaml").write_text("mine")
    assert main(["init", "cross-registry"]) == 1
    assert files_in(folder) == {"world.yaml": b"mine"}
    assert capsys.readouterr().err == (
        "Error: there is already world.yaml\n"
        "\n"
        "Advice: Name another folder, or overwrite with --force.\n"
        "\n"
        "Exit code 1: failed\n"
    )


def test_init_overwrites_with_force(folder: Path) -> None:
    (folder / "world.yaml").write_text("mine")
    assert main(["init", "cross-registry", "--force"]) == 0
    assert files_in(folder) == files_in(EXAMPLES / "cross-registry")


def test_init_names_a_file_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "taken").write_text("a file, not a folder")
    assert main(["init", "cross-registry", "taken/below"]) == 1
    assert capsys.readouterr().err.splitlines()[0] == "Error: taken/below/spec.yaml cannot be written: Not a directory"
