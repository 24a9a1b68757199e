"""The state of an emulator in a file, so that one command finds what the one before it left."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Self

from filelock import FileLock, Timeout

from acr_identity.emulator.files import read_file
from acr_identity.emulator.kernel.wire import read_json

if TYPE_CHECKING:
    from types import TracebackType

    from acr_identity.emulator.kernel.wire import JsonObject

FORMAT = "acr_identity.emulator"
VERSION = 1
_NEWEST = 1000
_LARGEST = 1 << 28
_REMEDY = "delete it or give another path"


class StateFileError(Exception):
    """A state file that cannot be used: which one, why, and what to do."""

    def __init__(self, path: Path, reason: str, remedy: str) -> None:
        super().__init__(f"{path}: {reason}; {remedy}")
        self.path = path
        self.reason = reason
        self.remedy = remedy


class StateFile:
    """A snapshot in a file. Used as a context manager it keeps other processes out.

    A save replaces the whole file at once, so that a process that is killed leaves the old or the new state, never half
    of one. The file holds secrets in the clear and is readable by its owner only. All threads of a process that hold
    the same object share its lock.

    Args:
        path: Where the file is, or will be; its folder is made when it is missing. The lock is the same path with
            `.lock` after it.
        timeout: How many seconds to wait for another process that holds it.
    """

    def __init__(self, path: Path | str, *, timeout: float = 10.0) -> None:
        self.path = Path(path)
        self._lock = FileLock(f"{self.path}.lock", timeout=timeout, mode=0o600, thread_local=False)

    def __enter__(self) -> Self:
        """Take the lock."""
        self._acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._lock.release()

    def load(self) -> JsonObject | None:
        """Return the snapshot that was saved last, `None` when there is no file.

        Raises:
            StateFileError: The file cannot be read, is cut short, is something else, or is of another version.
        """
        self._acquire()
        try:
            content = read_json(read_file(self.path, _LARGEST))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateFileError(self.path, f"it cannot be read: {error.strerror}", "give another path") from error
        except ValueError:
            # The cause would quote the content, which holds secrets.
            raise StateFileError(self.path, "it is cut short or is no state of an emulator", _REMEDY) from None
        finally:
            self._lock.release()
        return self._checked(content)

    def save(self, snapshot: JsonObject) -> None:
        """Replace the file by a snapshot.

        Raises:
            StateFileError: It cannot be written.
        """
        content = json.dumps({"format": FORMAT, "version": VERSION, "state": snapshot}, separators=(",", ":"))
        if len(content) > _LARGEST:
            raise StateFileError(self.path, f"it would be larger than {_LARGEST >> 20} MiB", "begin anew")
        self._acquire()
        try:
            _replace(self.path, content.encode())
        except OSError as error:
            raise StateFileError(
                self.path, f"it cannot be written ({type(error).__name__})", "give another path"
            ) from error
        finally:
            self._lock.release()

    def _acquire(self) -> None:
        if self.path.is_file() and not os.access(self.path.parent, os.W_OK):
            raise StateFileError(self.path, "no lock can be made beside it", "give a path where files can be made")
        try:
            self._lock.acquire()
        except Timeout as error:
            remedy = "wait for it to end, or give another path"
            raise StateFileError(self.path, "another process uses it", remedy) from error
        except OSError as error:
            reason = f"it cannot be locked ({type(error).__name__})"
            raise StateFileError(self.path, reason, "give a path in a folder that exists and can be written") from error

    def _checked(self, content: object) -> JsonObject:
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise StateFileError(self.path, "it is cut short or is no state of an emulator", _REMEDY)
        version = content.get("version")
        if version != VERSION:
            found = f"version {version}" if isinstance(version, int) and 0 <= version <= _NEWEST else "another version"
            reason = f"it has {found}, this emulator reads version {VERSION}"
            raise StateFileError(self.path, reason, _REMEDY)
        state: object = content.get("state")
        if not isinstance(state, dict):
            raise StateFileError(self.path, "it is cut short or is no state of an emulator", _REMEDY)
        return state


def _replace(path: Path, content: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    # The new name is safe against a loss of power only once the folder is written. Not every system can do it.
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
