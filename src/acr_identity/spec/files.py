"""Files: what can be read, how much of it, and which ones a spec may name."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path

from acr_identity.errors import SettingsError

_MEBIBYTE = 1 << 20
LARGEST_DOCUMENT = 4 * _MEBIBYTE
"""How many bytes a spec, a cloud file or a world may have."""
LARGEST_TASK_FILE = _MEBIBYTE
"""How many bytes a file may have that a spec names."""

_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)


def read_file(path: Path, largest: int) -> bytes:
    """Return what a regular file holds, after all links. Devices, pipes and sockets are not even opened.

    Files that the system makes up when they are read, such as those of `/proc`, are refused as well: their size is not
    what they hold.

    Raises:
        OSError: the file cannot be read, is not regular, or has more bytes than `largest`; `strerror` says so in words.
        ValueError: the path is none.
    """
    _check(path.stat(), largest)
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        # What was looked at may have been replaced since.
        size = _check(os.fstat(file.fileno()), largest)
        content = file.read(largest + 1)
    if len(content) != size:
        raise OSError(errno.EINVAL, "it does not hold as much as its size says")
    return content


def is_file(path: Path) -> bool:
    """Say whether there is a regular file, after all links. A path that can be none leads to nothing."""
    try:
        return stat.S_ISREG(path.stat().st_mode)
    except (OSError, ValueError):
        return False


def folders_of(given: Iterable[Path | str]) -> tuple[Path | str, ...]:
    """Return the folders as they were given; a single one need not stand in a list."""
    return (given,) if isinstance(given, str | Path) else tuple(given)


def own_folders(folder: Path, files_from: Iterable[Path | str]) -> tuple[Path, ...]:
    """Return the folders below which a spec in this folder may name files: its repository's, and those allowed.

    The repository is the nearest folder above the spec that holds `.git`; without one it is the spec's own folder.

    Raises:
        SettingsError: what is allowed is not a folder.
    """
    return (_repository(_resolved(folder)), *(_allowed(Path(given)) for given in folders_of(files_from)))


def place_below(path: Path, folders: Iterable[Path]) -> Path | None:
    """Return where a path leads, after all links, if that is below one of these folders.

    What git keeps in `.git` for itself is not in the repository; there may be a token in it.

    Raises:
        ValueError: the path is none.
    """
    place = _resolved(path)
    for folder in folders:
        if place.is_relative_to(folder) and ".git" not in map(str.lower, place.relative_to(folder).parts):
            return place
    return None


def _check(status: os.stat_result, largest: int) -> int:
    if stat.S_ISDIR(status.st_mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if status.st_size > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest // _MEBIBYTE} MiB")
    return status.st_size


def _resolved(path: Path) -> Path:
    return Path(os.path.realpath(path))  # unlike `resolve`, it takes links that lead in a circle


def _repository(folder: Path) -> Path:
    return next((above for above in (folder, *folder.parents) if os.path.lexists(above / ".git")), folder)


def _allowed(folder: Path) -> Path:
    try:
        is_folder = stat.S_ISDIR(folder.stat().st_mode)
    except (OSError, ValueError):
        is_folder = False
    if not is_folder:
        raise SettingsError(
            f"{str(folder)!r} is not a folder, so no files can be allowed from it", advice="Name one that exists."
        )
    return _resolved(folder)
