"""Every example of the documentation does what its page shows."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from acr_identity.cli.commands import PROGRAM, command_line
from acr_identity.spec import load_spec
from docs.comparing import difference
from docs.pages import PAGES, Page
from docs.reader import Reader

_RUN = ("console", "python", "yaml")
_LANGUAGES = {*_RUN, "bash", "text"}

every_page = pytest.mark.parametrize("page", PAGES, ids=str)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(fence.language in _RUN for fence in page.fences)], ids=str
)
def test_every_example_of_a_page_does_what_it_shows(page: Page, reader: Reader) -> None:
    found = reader.follow(page)
    assert not found, "\n\n".join(found)


@every_page
def test_every_block_is_of_a_kind_that_is_looked_at(page: Page) -> None:
    assert {fence.language for fence in page.fences} <= _LANGUAGES


@every_page
def test_a_command_that_is_not_run_is_one_that_exists(page: Page) -> None:
    lines = [line for fence in page.fences if fence.language == "bash" for line in fence.content.splitlines()]
    for line in lines:
        words = line.split()
        if words[:1] == [PROGRAM]:
            assert command_line.commands[words[1]].make_context(words[1], words[2:])


def test_a_process_of_its_own_prints_what_the_readme_shows(reader: Reader) -> None:
    command = "apply examples/cross-registry/spec.yaml --emulator"
    shown = Page("README.md").console(f"acr-identity {command}")
    ended = subprocess.run(
        [sys.executable, "-m", "acr_identity", *command.split()],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    assert reader.folder == Path.cwd()
    assert difference(shown, ended.stdout) == ""


@pytest.mark.parametrize(
    ("shown", "printed", "agree"),
    [
        ("a\n...\nd", "a\nb\nc\nd", True),
        ("a ... d", "a b c d", True),
        ("a ... d", "a\nd", False),
        ("a\nb", "a", False),
        ("", "a", False),
        ("done x (0.1 s)\ndone y (0.2 s)", "done y (7.0 s)\ndone x (0.0 s)", True),
        ("2026/01/01 00:00:00 x", "2027/12/31 23:59:59 x", True),
        ("11111111-1111-1111-1111-111111111111", "3f1b1111-1111-1111-1111-111111111111", False),
    ],
)
def test_only_times_ids_and_the_order_of_progress_are_left_aside(shown: str, printed: str, agree: bool) -> None:
    assert (difference(shown, printed) == "") is agree


def test_every_example_folder_has_a_valid_spec(reader: Reader) -> None:
    folders = sorted(path.parent.name for path in (reader.folder / "examples").glob("*/spec.yaml"))
    assert folders == ["cross-registry", "cross-registry-system", "key-vault", "key-vault-system"]
    assert all(load_spec(reader.folder / "examples" / folder / "spec.yaml").tasks for folder in folders)
