"""Two texts as a unified diff."""

from __future__ import annotations

import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.render.text_difference import TextDifference, line_counts, text_difference

TEXTS = st.lists(st.sampled_from(["a", "b", "c", "", "d\r", "- e"]), max_size=30).map("\n".join)


@pytest.mark.parametrize(
    ("before", "after", "lines"),
    [
        ("a\nb\nc\n", "a\nB\nc\n", ("@@ -1,3 +1,3 @@", " a", "-b", "+B", " c")),
        ("", "a\n", ("@@ -0,0 +1 @@", "+a")),
        ("a\nb\n", "", ("@@ -1,2 +0,0 @@", "-a", "-b")),
        ("a\n", "a", ("@@ -1 +1 @@", "-a", "+a", "\\ No newline at end of file")),
        ("a\n", "a\n\n", ("@@ -1 +1,2 @@", " a", "+")),
        ("a\r\n", "a\n", ("@@ -1 +1 @@", "-a\r", "+a")),
        ("a\u2028b\x0cc\n", "a\n", ("@@ -1 +1 @@", "-a\u2028b\x0cc", "+a")),
        ("a\n", "a\n", ()),
        (
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
            "1\n2\n3\n4\n5\n6\n7\n8\nX\n10\n",
            ("@@ -6,5 +6,5 @@", " 6", " 7", " 8", "-9", "+X", " 10"),
        ),
        (
            "1\n2\n3\n4\n5\n6\n7\n8\n9\n",
            "X\n2\n3\n4\n5\n6\n7\n8\nX\n",
            ("@@ -1,4 +1,4 @@", "-1", "+X", " 2", " 3", " 4", "@@ -6,4 +6,4 @@", " 6", " 7", " 8", "-9", "+X"),
        ),
    ],
)
def test_a_difference_has_the_lines_of_a_unified_diff(before: str, after: str, lines: tuple[str, ...]) -> None:
    assert text_difference(before, after) == TextDifference(lines, is_whole=True)


@given(TEXTS, TEXTS)
def test_a_difference_tells_the_second_text_to_who_has_the_first(before: str, after: str) -> None:
    assert _patched(before, text_difference(before, after).lines) == after


def _patched(before: str, lines: tuple[str, ...]) -> str:
    """Return what a patch makes of a text."""
    old, new, at = before.split("\n"), list[str](), 0
    ends_open = False
    for line in lines:
        sign, text = line[:1], line[1:]
        if sign == "@":
            begin, _, length = text.split()[1].removeprefix("-").partition(",")
            start = int(begin) - (length != "0")
            new += (f"{each}\n" for each in old[at:start])
            at = start
        elif sign == "\\":
            new[-1:] = [new[-1].removesuffix("\n")] if not ends_open else new[-1:]
        else:
            at += sign in " -"
            new += [f"{text}\n"] if sign in " +" else []
        ends_open = sign == "-"
    return "".join(new) + "\n".join(old[at:])


def test_patch_takes_a_difference(tmp_path: Path) -> None:
    before, after = "a\nb\nc\nd\ne\n", "a\nB\nc\nd\ne"
    (tmp_path / "file").write_text(before)
    patch = "\n".join(("--- file", "+++ file", *text_difference(before, after).lines, ""))
    subprocess.run(["git", "apply", "--unidiff-zero", "-"], cwd=tmp_path, input=patch.encode(), check=True)  # noqa: S607
    assert (tmp_path / "file").read_text() == after


def test_a_long_difference_is_cut_and_says_how_much_is_left_out() -> None:
    old, new = ("".join(f"{side} {number}\n" for number in range(900)) for side in ("old", "new"))
    found = text_difference(f"first\n{old}last\n", f"first\n{new}last\n")
    left_out = "(500 more lines like these are not shown)"
    assert found == TextDifference(
        (
            "@@ -1,902 +1,902 @@",
            " first",
            *(f"-old {number}" for number in range(400)),
            left_out,
            *(f"+new {number}" for number in range(400)),
            left_out,
            " last",
        ),
        is_whole=False,
    )


def test_a_line_that_is_too_long_is_told_by_its_size_and_a_digest() -> None:
    long = "x" * 3000
    words = f"(3000 characters: 1 line, sha256 {sha256(long.encode()).hexdigest()[:12]})"
    assert text_difference("a\n", f"{long}\n") == TextDifference(("@@ -1 +1 @@", "-a", f"+{words}"), is_whole=False)


def test_what_comes_and_what_goes_is_counted() -> None:
    assert line_counts("a\nb\nc\n", "a\nX\nY\nc\n") == (2, 1)
