"""What a file may cost: two seconds of the processor and 200 MB, and no error but the reader's own."""

from __future__ import annotations

import contextlib
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from fuzz.readers import Reader

LARGEST = 1 << 16
_SECONDS = 2.0
_TRIES = 3
_MEGABYTES = 200
_UNIT = 1 << 20 if sys.platform == "darwin" else 1 << 10


def check(reader: Reader, content: bytes, folder: Path) -> None:
    """Let a reader read a file of this content.

    Raises:
        Exception: Whatever the reader raises besides its refusals.
        AssertionError: It takes too long, or too much.
    """
    path = folder / "file"
    path.write_bytes(content)
    size = _peak()
    with _untraced():
        # A busy machine makes a read slower and never faster: only a slow read is read again.
        tries = (_seconds(reader, path) for _ in range(_TRIES))
        seconds = next((taken for taken in tries if taken <= _SECONDS), None)
    assert seconds is not None, f"{reader} took more than {_SECONDS} s each of {_TRIES} times"
    assert _peak() - size <= _MEGABYTES, f"{reader} took {_peak() - size} MB"


def _seconds(reader: Reader, path: Path) -> float:
    start = time.process_time()
    with contextlib.suppress(*reader.refusals):
        reader.read(path)
    return time.process_time() - start


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _UNIT


@contextlib.contextmanager
def _untraced() -> Iterator[None]:
    """Leave out what coverage costs: several times what the work itself does."""
    tracer = sys.gettrace()
    sys.settrace(None)
    try:
        yield
    finally:
        sys.settrace(tracer)
