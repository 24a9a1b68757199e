"""The versions that the test command installs are those that were tested together."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LINES = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
PINNED = {canonicalize_name(name): version for name, _, version in (line.partition("==") for line in LINES[1:])}


def wanted() -> list[Requirement]:
    project = PROJECT["project"]
    extras = (one for extra in project["optional-dependencies"].values() for one in extra)
    texts = [*PROJECT["build-system"]["requires"], *project["dependencies"], *extras]
    return [one for one in map(Requirement, texts) if one.name != project["name"]]


def test_everything_that_the_project_installs_has_one_version_within_its_range() -> None:
    outside = [str(one) for one in wanted() if PINNED.get(canonicalize_name(one.name), "0") not in one.specifier]
    assert outside == []


def test_the_versions_name_no_place_and_tell_the_command_that_makes_them() -> None:
    assert LINES[0] == "# Made by: nox -s constraints"
    assert [line for line in LINES[1:] if not re.fullmatch(r"[\w.-]+==[\w.!+-]+", line)] == []
    assert "def constraints(" in (ROOT / "noxfile.py").read_text(encoding="utf-8")


def test_each_dependency_of_the_package_has_a_lowest_version_and_none_is_pinned() -> None:
    project = [Requirement(text) for text in PROJECT["project"]["dependencies"]]
    assert [str(one) for one in project if "==" in {each.operator for each in one.specifier}] == []
    assert [str(one) for one in project if ">=" not in {each.operator for each in one.specifier}] == []
