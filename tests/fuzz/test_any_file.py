"""Any file is read, or refused in words: in two seconds, with no error but the reader's own.

In the suite each reader gets a few files. `nox -s fuzz` sets `ACR_IDENTITY_FUZZ_SECONDS`, and goes on as long.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from fuzz.files import any_file
from fuzz.limits import check
from fuzz.readers import READERS, Reader

SECONDS = float(os.environ.get("ACR_IDENTITY_FUZZ_SECONDS", "0")) / len(READERS)
_FILES = settings(
    max_examples=50 if SECONDS else 15,
    deadline=None,
    suppress_health_check=[*HealthCheck],
    derandomize=False if SECONDS else settings().derandomize,
    database=None,
)


@pytest.mark.parametrize("reader", READERS, ids=str)
def test_any_file_is_read_or_refused_in_words(reader: Reader, tmp_path: Path) -> None:
    @_FILES
    @given(any_file(reader))
    def holds(content: bytes) -> None:
        check(reader, content, tmp_path)

    _explore(holds)


def _explore(holds: Callable[[], None]) -> None:
    end = time.monotonic() + SECONDS
    holds()
    while time.monotonic() < end:
        holds()
