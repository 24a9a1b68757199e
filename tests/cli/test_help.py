from __future__ import annotations

import pytest

from acr_identity.cli import main
from acr_identity.cli.command_line import command_line
from acr_identity.errors import ExitCode

COMMANDS = ("init", "schema", "validate", "plan", "apply", "run", "logs", "show", "destroy")

every_command = pytest.mark.parametrize("command", COMMANDS)


def help_of(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    assert main([*arguments, "--help"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    return out.splitlines()


def test_help_lists_the_commands_in_the_order_of_use(capsys: pytest.CaptureFixture[str]) -> None:
    lines = help_of(capsys)
    start = lines.index("Commands:") + 1
    assert [line.split()[0] for line in lines[start : start + len(COMMANDS)]] == list(COMMANDS)


def test_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    lines = help_of(capsys)
    table = [line.split(maxsplit=1) for line in lines[lines.index("  Exit codes:") + 1 :]]
    assert table == [[str(int(code)), code.meaning] for code in ExitCode]


@every_command
def test_the_summary_of_a_command_is_one_whole_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    summary = next(line for line in help_of(capsys) if line.startswith(f"  {command} "))
    assert summary.endswith(".")
    assert not summary.endswith("...")


@every_command
def test_the_help_of_a_command_ends_with_an_example_of_it(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    lines = help_of(capsys, command)
    examples = lines[lines.index("  Example:") + 1 :]
    assert examples
    assert all(line.startswith(f"    acr-identity {command}") for line in examples)


@every_command
def test_every_option_of_a_command_is_explained(command: str) -> None:
    options = [
        parameter for parameter in command_line.commands[command].params if parameter.param_type_name == "option"
    ]
    assert [option.name for option in options if not getattr(option, "help", None)] == []


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("acr-identity, version ")
