"""The two commands of the README are the ones that set up and test."""

from __future__ import annotations

import tomllib

from docs.pages import EXAMPLES, ROOT, Page

README = Page("README.md")


def commands() -> list[str]:
    return [line for fence in README.fences if fence.language == "bash" for line in fence.content.splitlines()]


def test_the_command_for_tests_is_what_ci_runs() -> None:
    *_, run = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()
    assert run in commands()
    assert run.split(" && ") == [
        "python3.11 -m venv .venv",
        "PIP_CONSTRAINT=constraints.txt .venv/bin/pip install --quiet -e '.[dev]'",
        ".venv/bin/nox",
    ]


def test_the_command_to_try_it_is_one_line_that_sets_up_and_applies_an_example() -> None:
    (command,) = [line for line in commands() if line.endswith("--emulator")]
    assert command.split(" && ") == [
        "python3.11 -m venv .venv",
        ".venv/bin/pip install --quiet .",
        ".venv/bin/python -m acr_identity apply examples/cross-registry/spec.yaml --emulator",
    ]
    assert (EXAMPLES / "cross-registry" / "spec.yaml").is_file()


def test_the_commands_use_an_extra_and_a_python_that_the_project_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "dev" in project["optional-dependencies"]
    assert project["requires-python"] == ">=3.11"


def test_the_readme_counts_the_commands_of_az() -> None:
    assert "nine commands" in README.text
    assert len([line for line in commands() if "az " in line and "az login" not in line]) == 9
