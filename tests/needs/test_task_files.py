"""Task files, and what is read of them before a run."""

from __future__ import annotations

import pytest

from acr_identity.needs import TaskContext, read_task_file
from needs.tables import Case, cases
from needs.told import told

HOST = "myregistry.azurecr.io"
LONG = "a" * (64 << 10)


@pytest.mark.parametrize("case", cases("task_files.txt"), ids=str)
def test_a_task_file_is_read_as_a_run_reads_it(case: Case) -> None:
    found = read_task_file(case.text, "t.yaml", TaskContext(HOST, "mytask", case.values))
    assert told(found, "t.yaml") == case.expected


def test_what_stands_behind_a_line_that_is_too_long_is_not_read() -> None:
    text = f"version: v1.1.0\nsteps:\n- cmd: bash date\n  workingDirectory: {LONG}\n- push: [a.azurecr.io/b]\n"
    assert told(read_task_file(text, "t.yaml"), "t.yaml") == [
        "3:8 pull mcr.microsoft.com/acr/bash",
        "4:1 ACR114: A run reads the file only up to this line, which is longer than 64 KiB.",
    ]


def test_without_aliases_a_long_line_is_read() -> None:
    text = f"steps:\n- push: [a.azurecr.io/b]\n  workingDirectory: {LONG}\n- push: [a.azurecr.io/c]\n"
    assert told(read_task_file(text, "t.yaml"), "t.yaml") == ["2:10 push a.azurecr.io/b", "4:10 push a.azurecr.io/c"]


def test_a_registry_that_is_not_known_is_said() -> None:
    why = "the registry of '…/a' is not known: .Run.Registry is known in the run only"
    assert told(read_task_file("steps:\n- push: ['{{.Run.Registry}}/a']\n", "t.yaml"), "t.yaml") == [
        f"2:10 unseen: {why}"
    ]


@pytest.mark.parametrize(
    "text", ["password: s3cret\n", "s3cret\n", "version: s3cret\n", "A=s3cret\n{{\n", "s3cret: [\n"]
)
def test_of_a_file_that_is_no_task_file_nothing_is_quoted(text: str) -> None:
    found = read_task_file(text, "t.yaml")
    assert found.faults
    assert "s3cret" not in " ".join(told(found))
