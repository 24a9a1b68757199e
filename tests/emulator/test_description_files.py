"""Files that describe something to the emulator: what they may be, and what may stand in them."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from acr_identity.emulator import FaultFile, FaultFileError, World, WorldError
from acr_identity.emulator.files import DescriptionError
from acr_identity.emulator.yaml_text import PythonLoader, YamlError, read_yaml


@pytest.fixture(params=[World.load, FaultFile.load], ids=["world", "faults"])
def load(request: pytest.FixtureRequest) -> Callable[[Path], object]:
    found: Callable[[Path], object] = request.param
    return found


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (Path.exists, "No such file or directory"),
        (lambda place: place.mkdir(), "it is not a regular file"),
        (os.mkfifo, "it is not a regular file"),
        (lambda place: place.symlink_to("/dev/zero"), "it is not a regular file"),
        (lambda place: place.symlink_to("/proc/self/environ"), "it has another size than the system says"),
        (lambda place: place.write_bytes(b"#" * (2**22 + 1)), "it is larger than 4 MiB"),
        (lambda place: place.write_bytes(b"\xff"), "it is not UTF-8"),
    ],
)
def test_what_is_no_file_to_read_is_told_at_once(
    tmp_path: Path, load: Callable[[Path], object], make: Callable[[Path], None], reason: str
) -> None:
    place = tmp_path / "file.yaml"
    make(place)
    with pytest.raises(DescriptionError) as caught:
        load(place)
    assert type(caught.value) in {WorldError, FaultFileError}
    assert str(caught.value).startswith(f"{place}: it cannot be read: {reason}; ")


@pytest.mark.parametrize("path", ["\0", "a" * 400])
def test_what_can_be_no_path_is_told(load: Callable[[Path], object], path: str) -> None:
    with pytest.raises(DescriptionError, match="it cannot be read: "):
        load(Path(path))


def test_a_byte_order_mark_is_ignored(tmp_path: Path, load: Callable[[Path], object]) -> None:
    (tmp_path / "with.yaml").write_bytes(b"\xef\xbb\xbf{}\n")
    (tmp_path / "without.yaml").write_bytes(b"{}\n")
    assert load(tmp_path / "with.yaml") == load(tmp_path / "without.yaml")


def test_a_long_name_of_a_place_is_cut(tmp_path: Path, load: Callable[[Path], object]) -> None:
    (tmp_path / "file.yaml").write_text("a" * 1000 + ": b\n")
    with pytest.raises(DescriptionError) as caught:
        load(tmp_path / "file.yaml")
    assert caught.value.place == "a" * 200 + "…"


@pytest.fixture(params=["in C", "in Python"])
def _parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    in_c: type = getattr(yaml, "CSafeLoader", PythonLoader)
    monkeypatch.setattr(yaml, "CSafeLoader", in_c if request.param == "in C" else PythonLoader, raising=False)


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("", None),
        ("# nothing", None),
        ("---\n", None),
        ("[1, -2, +3, 0b1, 0x1F, 1_0, 007, 12:30]", [1, -2, 3, "0b1", "0x1F", "1_0", 7, "12:30"]),
        ("[1.5, 1., .5, 1e3, .inf, .nan]", [1.5, 1.0, ".5", "1e3", ".inf", ".nan"]),
        ("[true, False, yes, on, ~, null, '']", [True, False, "yes", "on", None, None, ""]),
        ("['1', \"true\", 2026-99-99]", ["1", "true", "2026-99-99"]),
        ("9" * 5000, "9" * 5000),
        ("1: {2: 3}", {"1": {"2": 3}}),
        ("<<: {a: b}", {"<<": {"a": "b"}}),
    ],
)
def test_a_text_is_read_by_few_rules(text: str, data: object) -> None:
    assert read_yaml(text) == data


@pytest.mark.usefixtures("_parser")
@pytest.mark.parametrize(
    ("text", "place", "fix"),
    [
        ("a: &b c", "line 1, column 4", "anchors, aliases and tags are not read here; write the value out"),
        ("a: [b, *c]", "line 1, column 8", "anchors, aliases and tags are not read here; write the value out"),
        ("a: !!binary b", "line 1, column 4", "anchors, aliases and tags are not read here; write the value out"),
        ("&a b: c", "line 1, column 1", "a key must be a plain text"),
        ("? [a]\n: b", "line 1, column 3", "a key must be a plain text"),
        ("a: b\na: c", "line 2, column 1", "this key is given twice; keep one"),
        ("a: b\n---\nc: d", "line 2, column 1", "a second document begins here; use one file for each"),
        ("[" * 60_000, "line 1, column 33", "it has more than 32 levels here"),
        ("- " * 30_000, "line 1, column 65", "it has more than 32 levels here"),
        ("a: [b", "line 1, column 6", "it is not YAML; check indentation and quotes here"),
        ('a: "\\ud800"', "line 1, column 4", "an escape in this text is no character"),
        ('"\\ud800": a', "line 1, column 1", "an escape in this text is no character"),
        ('a: "\\UFFFFFFFF"', "", "it is not YAML; check its characters and escapes"),
        (f"%YAML 1.{'9' * 5000}\n--- a", "", "it is not YAML; check its characters and escapes"),
        ("a: \x07", "", "it is not YAML; check its characters and escapes"),
    ],
)
def test_what_no_description_needs_is_refused_with_its_place(text: str, place: str, fix: str) -> None:
    with pytest.raises(YamlError) as caught:
        read_yaml(text)
    assert (caught.value.place, caught.value.fix) == (place, fix)
