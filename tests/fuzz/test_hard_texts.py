"""A text of 64 KB is answered in two seconds of the processor and in 200 MB, however hard it is to read."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.limits import LARGEST, check
from fuzz.readers import BY_NAME
from fuzz.texts import KNOWN


@pytest.mark.parametrize(("reader", "name"), [(reader, name) for reader, texts in KNOWN.items() for name in texts])
def test_a_hard_text_is_answered_in_time(reader: str, name: str, tmp_path: Path) -> None:
    text = KNOWN[reader][name].encode()[: LARGEST + 100]
    check(BY_NAME[reader], text, tmp_path)
