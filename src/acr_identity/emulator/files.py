"""Files for the emulator: read with limits, so that none keeps it waiting, and as what they describe."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

from acr_identity.emulator.yaml_text import Tree, YamlError, read_yaml

_MEBIBYTE = 1 << 20
LARGEST_DESCRIPTION = 4 * _MEBIBYTE
"""How many bytes a world or a file of faults may have."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_LONGEST_PLACE = 200


class DescriptionError(ValueError):
    """A file that describes something, and cannot be used: the file, the place in it, and what to change."""

    def __init__(self, path: Path, place: str, fix: str) -> None:
        place = place if len(place) <= _LONGEST_PLACE else f"{place[:_LONGEST_PLACE]}…"
        super().__init__(f"{path}: {place}: {fix}" if place else f"{path}: {fix}")
        self.path = path
        self.place = place
        self.fix = fix


def read_file(path: Path, largest: int) -> bytes:
    """Return the content of a regular file. A device, a pipe or a socket is not opened: nobody waits for it.

    Raises:
        OSError: It cannot be read, is no regular file, or has more bytes than `largest`; `strerror` says it in words.
        ValueError: The path is none.
    """
    _check(path.stat(), largest)
    with os.fdopen(os.open(path, _FLAGS), "rb") as file:
        size = _check(os.fstat(file.fileno()), largest)
        content = file.read(largest + 1)
    if len(content) != size:
        raise OSError(errno.EINVAL, "it has another size than the system says")
    return content


def read_description(path: Path) -> Tree:
    """Return the data in a YAML file.

    Raises:
        DescriptionError: It cannot be read, is too large, or is not YAML that `read_yaml` takes.
    """
    try:
        return read_yaml(read_file(path, LARGEST_DESCRIPTION).decode("utf-8-sig"))
    except YamlError as error:
        raise DescriptionError(path, error.place, error.fix) from error
    except UnicodeDecodeError as error:
        raise DescriptionError(path, "", "it cannot be read: it is not UTF-8; save it as UTF-8") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no path"
        raise DescriptionError(path, "", f"it cannot be read: {reason}; give the path of a YAML file") from error


def _check(status: os.stat_result, largest: int) -> int:
    if not stat.S_ISREG(status.st_mode):
        raise OSError(errno.EINVAL, "it is not a regular file")
    if status.st_size > largest:
        raise OSError(errno.EFBIG, f"it is larger than {largest // _MEBIBYTE} MiB")
    return status.st_size
