from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from acr_identity.emulator import Emulator, ManualClock, StateFile, StateFileError, state_file
from emulator.clouds import IDENTITIES, Cloud, the_world

VERSION = "2024-11-30"


def test_one_process_finds_what_another_left(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    first = Emulator(the_world(), clock=ManualClock(), on_change=file.save)
    Cloud(first).send("PUT", f"{IDENTITIES}/mine", {"location": "eastus"}, version=VERSION)
    second = Emulator(clock=ManualClock())
    saved = StateFile(tmp_path / "state.json").load()
    assert saved is not None
    second.restore(saved)
    assert second.snapshot() == first.snapshot()
    assert Cloud(second).send("GET", f"{IDENTITIES}/mine", version=VERSION).status == 200


def test_a_file_that_is_not_there_holds_nothing(tmp_path: Path) -> None:
    assert StateFile(tmp_path / "state.json").load() is None


def test_only_the_owner_may_read_the_file(tmp_path: Path) -> None:
    StateFile(tmp_path / "state.json").save({})
    assert stat.S_IMODE((tmp_path / "state.json").stat().st_mode) == 0o600


def test_a_save_leaves_nothing_beside_the_file(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "state.json")
    file.save({"a": 1})
    file.save({"b": 2})
    assert file.load() == {"b": 2}
    assert {path.name for path in tmp_path.iterdir()} <= {"state.json", "state.json.lock"}


def whole(**change: object) -> bytes:
    return json.dumps({"format": "acr_identity.emulator", "version": 1, "state": {"a": "planted"}} | change).encode()


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (whole()[:-3], "it is cut short or is no state of an emulator"),
        (b"", "it is cut short or is no state of an emulator"),
        (b"\xff\xfe", "it is cut short or is no state of an emulator"),
        (b"[]", "it is cut short or is no state of an emulator"),
        (whole(format="terraform"), "it is cut short or is no state of an emulator"),
        (whole(state=None), "it is cut short or is no state of an emulator"),
        (whole(version=2), "it has version 2, this emulator reads version 1"),
        (whole(version="planted"), "it has another version, this emulator reads version 1"),
        (whole(version=10**4000), "it has another version, this emulator reads version 1"),
        (whole().replace(b"1,", b"9" * 5000 + b","), "it is cut short or is no state of an emulator"),
        (whole().replace(b"1,", b"NaN,"), "it is cut short or is no state of an emulator"),
        (whole(state={"a": "\ud800"}), "it is cut short or is no state of an emulator"),
        (b"[" * 100_000, "it is cut short or is no state of an emulator"),
        (b'{"a":' * 100_000, "it is cut short or is no state of an emulator"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_with_the_remedy(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "state.json"
    path.write_bytes(content)
    with pytest.raises(StateFileError) as caught:
        StateFile(path).load()
    assert str(caught.value) == f"{path}: {reason}; delete it or give another path"
    assert "planted" not in f"{caught.value!r}{caught.value.__cause__!r}"


def huge(place: Path) -> None:
    place.touch()
    os.truncate(place, 2**28 + 1)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (os.mkfifo, "it is not a regular file"),
        (lambda place: place.symlink_to("/dev/zero"), "it is not a regular file"),
        (huge, "it is larger than 256 MiB"),
    ],
)
def test_what_is_no_file_to_read_is_refused_at_once(tmp_path: Path, make: Callable[[Path], None], reason: str) -> None:
    make(tmp_path / "state.json")
    with pytest.raises(StateFileError, match=f"it cannot be read: {reason}; give another path"):
        StateFile(tmp_path / "state.json").load()


def test_a_state_that_could_not_be_read_again_is_not_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(state_file, "_LARGEST", 1 << 20)
    file = StateFile(tmp_path / "state.json")
    file.save({"a": 1})
    with pytest.raises(StateFileError, match="it would be larger than 1 MiB"):
        file.save({"a": "b" * (1 << 20)})
    assert file.load() == {"a": 1}


def test_a_folder_is_made_when_it_is_missing(tmp_path: Path) -> None:
    file = StateFile(tmp_path / "new" / "state.json")
    file.save({"a": 1})
    assert file.load() == {"a": 1}


def test_a_path_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "plain").write_text("", encoding="utf-8")
    file = StateFile(tmp_path / "plain" / "state.json")
    with pytest.raises(StateFileError, match="give a path in a folder that exists and can be written"):
        file.save({})


def test_a_path_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "state.json").mkdir()
    file = StateFile(tmp_path / "state.json")
    with pytest.raises(StateFileError, match="cannot be read"):
        file.load()
    with pytest.raises(StateFileError, match="cannot be written"):
        file.save({})
    assert [path.name for path in tmp_path.iterdir() if not path.name.endswith(".lock")] == ["state.json"]


def test_two_holders_keep_each_other_out(tmp_path: Path) -> None:
    with StateFile(tmp_path / "state.json") as mine:
        mine.save({"a": 1})
        other = StateFile(tmp_path / "state.json", timeout=0)
        with pytest.raises(StateFileError, match="another process uses it"):
            other.load()
    assert other.load() == {"a": 1}


def test_the_threads_of_the_holder_may_save(tmp_path: Path) -> None:
    with StateFile(tmp_path / "state.json", timeout=0) as file:
        emulator = Emulator(the_world(), clock=ManualClock(), on_change=file.save)
        cloud = Cloud(emulator)
        with ThreadPoolExecutor(8) as pool:
            sent = pool.map(lambda number: put(cloud, f"identity{number}"), range(40))
            assert set(sent) == {201}
        assert file.load() == emulator.snapshot()


def put(cloud: Cloud, name: str) -> int:
    return cloud.send("PUT", f"{IDENTITIES}/{name}", {"location": "eastus"}, version=VERSION).status


_KILLED = """
import os, sys
from emulator.clouds import Cloud, the_world
from acr_identity.emulator import Emulator, StateFile
cloud = Cloud(Emulator(the_world(), on_change=StateFile(sys.argv[1]).save))
for number in range(1000):
    path = f"{sys.argv[2]}/identity{number}"
    assert cloud.send("PUT", path, {"location": "eastus"}, version="2024-11-30").status == 201
    os.write(1, f"identity{number}\\n".encode())
"""


def test_a_process_that_is_killed_leaves_all_that_it_had_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    command = [sys.executable, "-c", _KILLED, str(path), IDENTITIES]
    tests = str(Path(__file__).parents[1])
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={"PYTHONPATH": tests}) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip() for _ in range(5)]
        process.kill()
        told += process.stdout.read().split()
    saved = StateFile(path).load()
    assert saved is not None
    emulator = Emulator()
    emulator.restore(saved)
    held = {one.name for one in Cloud(emulator).identities.user_assigned_identities.list_by_subscription()}
    # The last line may be cut in the middle.
    assert set(told[:-1]) <= held
