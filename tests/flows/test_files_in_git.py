"""A task file in git with a file of values beside it: what the spec says is set, read by runs, and taken out again."""

from __future__ import annotations

import pytest

from acr_identity.emulator import Emulator
from acr_identity.spec import Spec
from flows.flows import TASKS_VERSION, ask
from flows.teams import Json, apply, azure, spec, task, titles
from flows.test_rights import status

REPOSITORY = "https://github.com/o/r.git"
FILES = {
    "ci/task.yaml": "version: v1.1.0\nsteps:\n  - cmd: mcr.microsoft.com/{{.Values.Image}}:{{.Values.Tag}}\n",
    "ci/values.yaml": "Image: there\nTag: latest\n",
    "ci/wrong.yaml": "Image: nowhere\nTag: latest\n",
}


def cloud() -> Emulator:
    return azure(images=["mcr.microsoft.com/there:latest", "mcr.microsoft.com/there:2"], contexts={REPOSITORY: FILES})


def wanted(values_file: str | None, values: Json | None = None) -> Spec:
    git: Json = {"context": f"{REPOSITORY}#main:ci", "file": "task.yaml"}
    git |= {"values_file": values_file} if values_file else {}
    return spec({"one-task": {"command": None, "git": git, "values": values or {}}}, "web")


@pytest.mark.parametrize(
    ("values_file", "values", "ends"),
    [
        ("values.yaml", {}, "Succeeded"),
        ("values.yaml", {"Tag": "2"}, "Succeeded"),
        ("values.yaml", {"Tag": "3"}, "Failed"),
        ("wrong.yaml", {"Image": "there"}, "Succeeded"),
        ("wrong.yaml", {}, "Failed"),
        ("none.yaml", {}, "Failed"),
        (None, {"Image": "there", "Tag": "2"}, "Succeeded"),
        (None, {}, "Failed"),
    ],
)
def test_a_run_takes_the_values_of_the_file_and_those_of_the_spec_before_them(
    values_file: str | None, values: Json, ends: str
) -> None:
    emulator = cloud()
    apply(emulator, wanted(values_file, values))
    assert titles(emulator, wanted(values_file, values)) == []
    assert status(emulator, wanted(values_file, values)) == ends


def test_a_file_of_values_changes_and_leaves_with_its_line() -> None:
    emulator = cloud()
    for name in ("wrong.yaml", "values.yaml", None, "values.yaml"):
        apply(emulator, wanted(name))
        found = ask(emulator, "GET", task("one-task"), version=TASKS_VERSION)
        assert isinstance(found, dict)
        assert found["properties"]["step"].get("valuesFilePath") == name
        assert titles(emulator, wanted(name)) == []
