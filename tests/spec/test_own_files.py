"""A spec reads only files that are its own."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from acr_identity.errors import PlacedMistake, SettingsError, SpecError
from acr_identity.spec import Task, TaskFile, load_document, load_spec, parse_spec
from spec.samples import with_task

MARKER = "planted-in-a-file-of-somebody-else"
_FIX = "Put it there, or allow its folder: --files-from DIR on the command line, files_from in Python."


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with a folder of specs, and beside it a file that is not of it."""
    folder = tmp_path / "repository"
    (folder / "specs").mkdir(parents=True)
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(MARKER)
    (folder / "task.yaml").write_text("steps: []\n")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "task.yaml").write_text(MARKER)
    return folder


def spec_with(repository: Path, file: str) -> Path:
    path = repository / "specs" / "spec.yaml"
    path.write_text(with_task(f"file: '{file}'"))
    return path


def problem_with(repository: Path, file: str) -> PlacedMistake:
    with pytest.raises(SpecError) as caught:
        load_spec(spec_with(repository, file))
    assert MARKER not in repr(caught.value)
    (problem,) = caught.value.problems
    return problem


def link(place: Path, target: str) -> None:
    place.symlink_to(target)


def pipe(place: Path, _: str) -> None:
    os.mkfifo(place)


def unix_socket(place: Path, _: str) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(place))


@pytest.mark.parametrize(
    "file",
    [
        "../../elsewhere/task.yaml",
        "/etc/passwd",
        "/etc/no-such-file",
        "/proc/self/environ",
        "/dev/zero",
        "/dev/stdin",
        "../.git/config",
        "../.GIT/config",
    ],
)
def test_a_file_outside_the_repository_is_refused_whether_it_exists_or_not(repository: Path, file: str) -> None:
    problem = problem_with(repository, file)
    assert (problem.message, problem.fix) == (f"The file '{file}' is not in the repository of the spec.", _FIX)


@pytest.mark.parametrize("target", ["../../elsewhere/task.yaml", "/proc/self/environ", "/dev/zero", "../.git/config"])
def test_a_link_counts_as_what_it_leads_to(repository: Path, target: str) -> None:
    link(repository / "specs" / "task.yaml", target)
    assert problem_with(repository, "task.yaml").message == "The file 'task.yaml' is not in the repository of the spec."


def test_a_folder_that_is_a_link_counts_as_what_it_leads_to(repository: Path) -> None:
    link(repository / "specs" / "shared", "../../elsewhere")
    assert "not in the repository" in problem_with(repository, "shared/task.yaml").message


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (pipe, "it is not a regular file"),
        (unix_socket, "it is not a regular file"),
        (lambda place, _: link(place, "task.yaml"), "Too many levels of symbolic links"),
        (lambda place, _: place.write_bytes(b"a" * (2**20 + 1)), "it is larger than 1 MiB"),
    ],
)
def test_what_is_no_file_to_read_is_refused_at_once(
    repository: Path, make: Callable[[Path, str], None], reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository)
    place = repository / "specs" / "task.yaml"
    make(place, "")
    assert problem_with(repository, "task.yaml").message == f"The file '{place}' cannot be read: {reason}."


def test_a_file_with_a_nul_is_no_text(repository: Path) -> None:
    (repository / "specs" / "task.yaml").write_bytes(MARKER.encode() + b"\0")
    assert problem_with(repository, "task.yaml").message == "The task file 'task.yaml' is no text."


@pytest.mark.parametrize("file", ["../task.yaml", "../specs/../task.yaml"])
def test_all_of_the_repository_is_the_spec_s_own(repository: Path, file: str) -> None:
    assert load_spec(spec_with(repository, file)).tasks["hello"].file == TaskFile(path=file, content="steps: []\n")


def test_a_repository_may_say_where_it_is_in_a_file_as_a_worktree_does(repository: Path) -> None:
    (repository / "specs" / ".git").write_text("gitdir: ../.git\n")
    assert "not in the repository" in problem_with(repository, "../task.yaml").message


def test_without_a_repository_it_is_the_folder_of_the_spec(tmp_path: Path) -> None:
    (tmp_path / "specs").mkdir()
    (tmp_path / "task.yaml").write_text(MARKER)
    assert "not in the repository" in problem_with(tmp_path, "../task.yaml").message


def test_the_caller_may_allow_a_folder(repository: Path) -> None:
    spec = spec_with(repository, "../../elsewhere/task.yaml")
    assert load_spec(spec, files_from=[repository.parent / "elsewhere"]).tasks["hello"].file is not None
    assert load_spec(spec, files_from=[str(repository.parent)]).tasks["hello"].file is not None
    assert load_spec(spec, files_from=str(repository.parent)).tasks["hello"].file is not None


@pytest.mark.parametrize("file", ["/proc/self/environ", "/proc/self/root/dev/zero"])
def test_what_the_system_makes_up_is_refused_even_in_a_folder_that_is_allowed(repository: Path, file: str) -> None:
    with pytest.raises(SpecError, match=r"cannot be read: it (is not a regular file|does not hold as much)") as caught:
        load_spec(spec_with(repository, file), files_from=["/"])
    assert os.environ["PATH"] not in repr(caught.value)


@pytest.mark.parametrize("folder", ["nowhere", "/dev/null", "\0", "a" * 400])
def test_what_is_no_folder_cannot_be_allowed(repository: Path, folder: str) -> None:
    with pytest.raises(SettingsError, match="is not a folder"):
        load_spec(spec_with(repository, "../task.yaml"), files_from=[folder])


def test_a_text_counts_as_a_file_in_its_folder(repository: Path) -> None:
    text = with_task("file: ../task.yaml")
    assert parse_spec(text, folder=repository / "specs").tasks["hello"].file is not None
    with pytest.raises(SpecError, match="is not in the repository"):
        parse_spec(with_task("file: ../elsewhere/task.yaml"), folder=repository)


def test_whoever_builds_a_spec_in_python_chooses_the_file(repository: Path) -> None:
    file = TaskFile.read("task.yaml", repository.parent / "elsewhere")
    assert Task(registry="myregistry", file=file).file == TaskFile(path="task.yaml", content=MARKER)


def spec(path: Path) -> None:
    load_spec(path)


def document(path: Path) -> None:
    load_document(path, Task)


@pytest.mark.parametrize("read", [spec, document])
@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (pipe, "it is not a regular file"),
        (lambda place, _: link(place, "/dev/zero"), "it is not a regular file"),
        (lambda place, _: link(place, "/proc/self/environ"), "it does not hold as much as its size says"),
        (lambda place, _: place.write_bytes(b"a" * (2**22 + 1)), "it is larger than 4 MiB"),
    ],
)
def test_a_document_is_a_regular_file_of_a_size_that_is_named(
    tmp_path: Path, read: Callable[[Path], None], make: Callable[[Path, str], None], reason: str
) -> None:
    place = tmp_path / "document.yaml"
    make(place, "")
    with pytest.raises(SpecError) as caught:
        read(place)
    assert caught.value.problems == (PlacedMistake(f"The file cannot be read: {reason}.", file=str(place)),)
