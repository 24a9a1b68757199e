"""Faults by file: what it may say, and how a mistake in it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from acr_identity.emulator import Fault, FaultFile, FaultFileError, Settings, load_faults, vault_conflict
from acr_identity.emulator.fault_file import FaultEntry
from docs.pages import Page

HOW_TO = Page("docs/how-to/test-sdk-scripts.md")
FULL = r"""
settings:
  replication_seconds: 20
  grant_seconds: 60
  lro_polls: 4
  page_size: 2
  throttle: true
faults:
  - {method: PUT, path: '/(?P<name>mine)', status: 503, code: Busy, message: 'Not \g<name>.', times: 2, after: 1}
  - {status: 429, retry_after: 3, every: 5, times: always, headers: {x-ms-why: because}}
  - {disconnect: after, method: PUT, delay: 2.5}
  - {delay: 9, path: /tasks}
  - {name: flaky, status: 500}
  - {status: 409, within: 5}
  - {vault_conflict: 5}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "faults.yaml"


def test_a_file_says_all_that_a_fault_can_say(file: Path) -> None:
    file.write_text(FULL)
    said = "The request was refused as the file of faults says."
    assert load_faults(file) == (
        Fault("PUT", "/(?P<name>mine)", 2, 1, 503, "Busy", r"Not \g<name>."),
        Fault(
            times=None,
            status=429,
            code="TooManyRequests",
            message=said,
            headers=(("Retry-After", "3"), ("x-ms-why", "because")),
            every=5,
        ),
        Fault("PUT", status=0, message=said, disconnect="after", delay=2.5),
        Fault(path="/tasks", status=0, message=said, delay=9.0),
        Fault(name="flaky", message=said),
        Fault(status=409, code="Conflict", message=said, within=5.0),
        vault_conflict(5.0),
    )


def test_a_file_changes_the_settings_that_it_names_and_no_others(file: Path) -> None:
    file.write_text(FULL)
    assert FaultFile.load(file).settings.applied(Settings(line_seconds=3.0)) == Settings(
        page_size=2, replication_seconds=20.0, grant_seconds=60.0, lro_polls=4, throttle=True, line_seconds=3.0
    )


def test_the_file_that_the_documentation_shows_is_one(file: Path) -> None:
    shown = [fence.content for fence in HOW_TO.fences if fence.content.startswith("# faults.yaml")]
    file.write_text("".join(shown))
    assert len(load_faults(file)) == 5


def test_the_documentation_has_each_key_of_a_fault() -> None:
    told = re.findall(r"`(\w+)`", "".join(re.findall(r"^\| (`.*?) \|", HOW_TO.text, re.MULTILINE)))
    assert set(FaultEntry.model_fields) <= set(told)


@pytest.mark.parametrize("text", ["", "[]", "faults: []", "settings: {}"])
def test_a_file_may_say_nothing(file: Path, text: str) -> None:
    file.write_text(text)
    assert FaultFile.load(file) == FaultFile()


def test_a_file_may_be_only_a_list(file: Path) -> None:
    file.write_text("- {status: 500, code: X, message: Y}")
    assert load_faults(file) == (Fault(code="X", message="Y"),)


@pytest.mark.parametrize(
    ("text", "place", "fix"),
    [
        ("- {status: 200}", "faults.0.status", "Input should be greater than or equal to 400"),
        ("- {statsu: 500}", "faults.0.statsu", "there is no such key; remove it, or check its spelling"),
        ("- {}", "faults.0", "nothing goes wrong here: add status, disconnect, delay or vault_conflict"),
        ("- {status: 500}\n- {path: '(', status: 500}", "faults.1", "must be a regular expression: '('"),
        ("- {status: 500, disconnect: after}", "faults.0", "keep one of status and disconnect"),
        ("- {vault_conflict: 1, times: 2}", "faults.0", "vault_conflict says all by itself: remove the other keys"),
        ("- {status: 500, times: 0}", "faults.0.times", "greater than or equal to 1"),
        ("- {disconnect: now}", "faults.0.disconnect", "Input should be 'before' or 'after'"),
        ("settings: {page_size: 0}", "settings.page_size", "greater than or equal to 1"),
        ("settings: {hosts: {}}", "settings.hosts", "there is no such key"),
        ("faults: 3", "faults", "give a list of faults, or a mapping with `settings` and `faults`"),
        ("3", "", "give a list of faults, or a mapping with `settings` and `faults`"),
        ("- {status: 500", "line 1, column 15", "it is not YAML"),
    ],
)
def test_a_mistake_is_told_with_file_place_and_fix(file: Path, text: str, place: str, fix: str) -> None:
    file.write_text(text)
    with pytest.raises(FaultFileError) as caught:
        load_faults(file)
    assert (caught.value.path, caught.value.place) == (file, place)
    assert fix in caught.value.fix
    assert str(caught.value).startswith(f"{file}: ")


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00"])
def test_a_file_that_cannot_be_read_is_told(file: Path, content: bytes | None) -> None:
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(FaultFileError, match="it cannot be read"):
        load_faults(file)
