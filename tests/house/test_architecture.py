"""The drawing of the layers is what the tool checks, and the files that are named to contributors are there."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTRACTS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
ARROW = re.compile(r"^\s+(.+) --> (.+)$", re.MULTILINE)
FILES = re.compile(r"<!-- files: (\w+) -->(.*?)<!-- end -->", re.DOTALL)
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")


def names(side: str) -> list[str]:
    return sorted(re.sub(r'\w+\["(\w+)"\]', r"\1", name) for name in side.split(" & "))


def test_the_drawing_of_the_layers_is_what_the_tool_checks() -> None:
    page = (ROOT / "docs" / "explanation" / "architecture.md").read_text(encoding="utf-8")
    drawing = page.split("```mermaid")[1].split("```")[0]
    drawn = [(names(upper), names(lower)) for upper, lower in ARROW.findall(drawing)]
    layers = [sorted(layer.split(" | ")) for layer in CONTRACTS[0]["layers"]]
    assert drawn == list(pairwise(layers))


@pytest.mark.parametrize("topic", ["change", "target", "command", "operation"])
def test_each_file_that_contributors_are_sent_to_is_there(topic: str) -> None:
    tables = dict(FILES.findall(CONTRIBUTING))
    files = re.findall(r"^\| `([^`]+)`", tables[topic], re.MULTILINE)
    assert [file for file in files if not (ROOT / file).is_file()] == []
    assert files


def test_the_workflow_runs_what_ci_runs_on_each_python_that_the_package_names() -> None:
    workflow = (ROOT / ".github" / "workflows" / "tests.yml").read_text(encoding="utf-8")
    classifiers = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["classifiers"]
    named = [text.rpartition(" :: ")[2] for text in classifiers if re.search(r":: 3\.\d+$", text)]
    assert re.findall(r'"(3\.\d+)"', workflow) == named
    assert "- run: bash .ci/run\n" in workflow
