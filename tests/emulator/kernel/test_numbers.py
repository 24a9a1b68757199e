"""Numbers on the wire."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.wire import natural


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1", 1),
        ("0", 0),
        ("007", 7),
        ("", None),
        ("-1", None),
        ("1.0", None),
        ("²", None),
        ("٣", None),
        ("9" * 5000, None),
    ],
)
def test_a_number_is_a_few_decimal_digits_and_nothing_else(text: str, number: int | None) -> None:
    assert natural(text) == number
