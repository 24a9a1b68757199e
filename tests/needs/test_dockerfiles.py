"""Dockerfiles, and what is read of them before a build."""

from __future__ import annotations

import pytest

from acr_identity.needs import TaskContext, read_task_file
from acr_identity.needs.dockerfiles import Build, read_dockerfile
from acr_identity.needs.holes import Holes
from needs.tables import Case, cases
from needs.told import told

CONTEXT = "https://github.com/o/r.git#main"


def given(case: Case) -> Build:
    target = next((one.removeprefix("target ") for one in case.settings if one.startswith("target ")), "")
    arguments = {name: value or "" for name, value in case.values.items()}
    return Build(arguments, target, by_buildkit="BuildKit" in case.settings)


@pytest.mark.parametrize("case", cases("dockerfiles.txt"), ids=str)
def test_a_dockerfile_is_read_as_a_build_and_its_scanner_read_it(case: Case) -> None:
    assert told(read_dockerfile(case.text, "D", given(case), Holes()), "D") == case.expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("\N{ZERO WIDTH NO-BREAK SPACE}FROM a.azurecr.io/a\n", ["1:2 pull a.azurecr.io/a"]),
        ("FROM a.azurecr.io/a\r\nRUN x\r\n", ["1:1 pull a.azurecr.io/a"]),
        ("", ["1:1 ACR204: A run finds no FROM in this Dockerfile."]),
        (
            f"FROM a.azurecr.io/a\nRUN {'x' * (64 << 10)}\nFROM a.azurecr.io/b\n",
            [
                "1:1 pull a.azurecr.io/a",
                "3:1 pull a.azurecr.io/b",
                "2:1 ACR114: A run reads the Dockerfile only up to this line, which is longer than 64 KiB.",
            ],
        ),
    ],
    ids=["a byte order mark", "lines of Windows", "nothing", "a long line"],
)
def test_odd_bytes_of_a_dockerfile_are_read_too(text: str, expected: list[str]) -> None:
    assert told(read_dockerfile(text, "D", Build(), Holes()), "D") == expected


def told_of_build(build: str, dockerfile: str, **values: str | None) -> list[str]:
    context = TaskContext("my.azurecr.io", "t", values, dockerfiles={(CONTEXT, "sub/D"): ("D", dockerfile)})
    return told(read_task_file(f"steps:\n- build: {build}\n", "t.yaml", context), "t.yaml")


def test_a_dockerfile_at_hand_is_read_with_the_arguments_of_the_build() -> None:
    build = f"-t x -f ./sub/D --build-arg HOST=a.azurecr.io --target one {CONTEXT}"
    dockerfile = "ARG HOST\nFROM $HOST/base AS one\nFROM $HOST/other\n"
    assert told_of_build(build, dockerfile) == ["D:2:1 pull a.azurecr.io/base"]


def test_an_argument_that_is_secret_makes_an_image_that_is_not_known() -> None:
    build = f"-f sub/D --build-arg 'HOST={{{{.Values.host}}}}' {CONTEXT}"
    why = "the registry of '…/base' is not known: the value host is not known here"
    assert told_of_build(build, "ARG HOST\nFROM $HOST/base\n", host=None) == [f"D:2:1 unseen: {why}"]
