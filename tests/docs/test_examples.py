"""Every example of the documentation does what its page shows."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from acr_identity.cli.command_line import PROGRAM, command_line
from acr_identity.errors import SpecError
from acr_identity.spec import load_spec
from docs.comparing import difference
from docs.generate import command_names
from docs.local_azure import serve
from docs.pages import EXAMPLES, PAGES, Page
from docs.reader import Reader

_RUN = ("console", "python", "yaml")
_LANGUAGES = {*_RUN, "bash", "mermaid", "text"}

every_page = pytest.mark.parametrize("page", PAGES, ids=str)


@pytest.fixture
def reader(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Reader:
    return Reader(tmp_path, monkeypatch)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(fence.language in _RUN for fence in page.fences)], ids=str
)
def test_every_example_of_a_page_does_what_it_shows(page: Page, reader: Reader) -> None:
    with serve(reader.folder, EXAMPLES / "cross-registry" / "world.yaml") as local_azure:
        reader.local_azure = local_azure
        found = reader.follow(page)
    assert not found, "\n\n".join(found)


@every_page
def test_every_block_is_of_a_kind_that_is_looked_at(page: Page) -> None:
    assert {fence.language for fence in page.fences} <= _LANGUAGES


@every_page
def test_every_block_of_yaml_is_a_file_and_a_spec_in_it_is_valid_unless_it_is_called_wrong(
    page: Page, reader: Reader
) -> None:
    for fence in page.fences:
        if fence.language == "yaml":
            file = reader.write(fence.content)
            assert file is not None, f"{page}:{fence.line} does not begin with a comment that names a file"
            if "\ntasks:" in fence.content:
                assert is_valid(file) is (file.name != "wrong.yaml")


def is_valid(spec: Path) -> bool:
    """Say whether a file is a spec without mistakes."""
    try:
        return bool(load_spec(spec).tasks)
    except SpecError:
        return False


@every_page
def test_a_command_that_is_not_run_is_one_that_exists(page: Page) -> None:
    lines = [line for fence in page.fences if fence.language == "bash" for line in fence.content.splitlines()]
    for line in lines:
        words = line.split()
        if words[:1] == [PROGRAM]:
            assert parsed_name(command_line, words) in command_names(command_line)


def parsed_name(group: click.Group, words: Sequence[str], parent: click.Context | None = None) -> str:
    """Return how the command is called that takes these words, or raise what it says of them."""
    context = group.make_context(words[0], [*words[1:]], parent=parent)
    command = group.commands[words[1]]
    if isinstance(command, click.Group):
        return f"{words[1]} {parsed_name(command, words[1:], context)}"
    return str(command.make_context(words[1], [*words[2:]], parent=context).info_name)


def test_a_process_of_its_own_prints_what_the_readme_shows(reader: Reader) -> None:
    command = "apply examples/cross-registry/spec.yaml --emulator"
    ended = subprocess.run(
        [sys.executable, "-m", "acr_identity", *command.split()],
        cwd=reader.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    assert difference(Page("README.md").console(f"acr-identity {command}"), ended.stdout) == ""


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a\n...\nd", "a\nb\nc\nd"),
        ("a\n...\nd", "a\nd"),
        ("a ... d", "a b c d"),
        ("done x (0.1 s)\ndone y (0.2 s)", "done y (7.0 s)\ndone x (0.0 s)"),
        ("2026/01/01 00:00:00 x", "2027/12/31 23:59:59 x"),
        ("aaaaaaaa-0000-1111-2222-333333333333", "bbbbbbbb-0000-1111-2222-333333333333"),
    ],
)
def test_left_out_lines_times_ids_and_the_order_of_progress_make_no_difference(shown: str, printed: str) -> None:
    assert difference(shown, printed) == ""


@pytest.mark.parametrize(
    ("shown", "printed"),
    [
        ("a ... d", "a\nd"),
        ("a\nb", "a"),
        ("a", "a\nb"),
        ("", "a"),
        ("b\na", "a\nb"),
        ("exit 1", "exit 2"),
        ("11111111-1111-1111-1111-111111111111", "aaaaaaaa-0000-1111-2222-333333333333"),
    ],
)
def test_everything_else_makes_a_difference(shown: str, printed: str) -> None:
    assert difference(shown, printed) != ""


def test_every_example_folder_has_a_valid_spec(reader: Reader) -> None:
    folders = sorted(path.parent.name for path in (reader.folder / "examples").glob("*/spec.yaml"))
    assert folders == ["cross-registry", "cross-registry-system", "key-vault", "key-vault-system"]
    assert all(load_spec(reader.folder / "examples" / folder / "spec.yaml").tasks for folder in folders)
