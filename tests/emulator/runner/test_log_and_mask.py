"""The log: its clock, its lines, what is hidden."""

from __future__ import annotations

import pytest

from acr_identity.emulator.kernel.runner_port import LogLine
from acr_identity.emulator.runner.gotext import quoted
from acr_identity.emulator.runner.log import Log, Mask


def test_each_line_is_later_than_the_one_before_it() -> None:
    log = Log("2026/12/31 23:59:59", Mask(""))
    log.say("a\nb")
    log.wait(1.5)
    log.show("c")
    log.close("d")
    assert log.lines == (
        LogLine(0.001, "2026/12/31 23:59:59 a"),
        LogLine(0.002, "b"),
        LogLine(1.503, "c"),
        LogLine(1.504, ""),
        LogLine(1.505, "d"),
    )
    assert log.seconds == 1.505


@pytest.mark.parametrize(
    ("secret", "text", "shown"),
    [
        ("hidden", "a hidden b", "a *** b"),
        ("Hidden", "a hidden b", "a *** b"),
        ('hi"dden', quoted('hi"dden'), '"***"'),
        ("line one\nline two", "x line two", "x ***"),
        ("public", "a public b", "a public b"),
        ("ab", "ab", "ab"),
        ("", "ab", "ab"),
    ],
)
def test_a_value_is_hidden_in_each_form_unless_it_is_public_or_too_short(secret: str, text: str, shown: str) -> None:
    mask = Mask("a public text")
    mask.add(secret)
    assert mask(text) == shown


def test_the_longest_value_is_hidden_first() -> None:
    mask = Mask("")
    mask.add("abc")
    mask.add("abcdef")
    assert mask("abcdefabc") == "******"
