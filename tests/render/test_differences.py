"""How a resource changes, as lines and as data."""

from __future__ import annotations

from hashlib import sha256

import pytest

from acr_identity.changes import FieldChange
from acr_identity.render.differences import LONGEST_TEXT, difference_data, difference_lines
from acr_identity.render.document import Diff, Line

NONE = "(none)"


@pytest.mark.parametrize(
    ("fields", "lines"),
    [
        ([FieldChange("cpu", "2", "4")], ["cpu: 2 -> 4"]),
        ([FieldChange("cpu", "", "4")], ["cpu: (not set) -> 4"]),
        ([FieldChange("cpu", "2", "")], ["cpu: 2 -> (not set)"]),
        (
            [FieldChange("step.content", "a\nb\n", "a\nX\n", is_text=True)],
            ["step.content:", Diff(("@@ -1,2 +1,2 @@", " a", "-b", "+X"))],
        ),
        (
            [FieldChange("step.content", NONE, "a\n", is_text=True)],
            ["step.content:", Diff(("@@ -0,0 +1 @@", "+a"))],
        ),
        (
            [FieldChange("step.content", "(secret)\n", "(secret)\n", is_text=True)],
            ["step.content: 1 line, which differ only in what is secret"],
        ),
        (
            [FieldChange("step.images", "a, b", "a, c, d", added=("c", "d"), removed=("b",))],
            ["step.images:", Diff(("- b", "+ c", "+ d"))],
        ),
        ([FieldChange("step.images", "a, b", "b, a")], ["step.images: a, b -> b, a"]),
        (
            [
                FieldChange("timers[new].schedule", NONE, "0 1 * * *"),
                FieldChange("timers[old].enabled", "true", NONE),
                FieldChange("timers[old].schedule", "0 2 * * *", NONE),
                FieldChange("timers[other].schedule", "0 3 * * *", "0 4 * * *"),
            ],
            [
                "timers:",
                Diff(("+ new: schedule 0 1 * * *", "- old: enabled true, schedule 0 2 * * *")),
                "timers[other].schedule: 0 3 * * * -> 0 4 * * *",
            ],
        ),
        ([FieldChange("sources[s].branch", NONE, "main")], ["sources[s].branch: (none) -> main"]),
        (
            [
                FieldChange("sources[s].events", NONE, "commit, pullrequest", added=("commit", "pullrequest")),
                FieldChange("sources[s].repository", NONE, "https://git.example/a"),
                FieldChange("sources[s].token", NONE, "(secret)"),
            ],
            [
                "sources:",
                Diff(("+ s: events commit, pullrequest, repository https://git.example/a, token (secret)",)),
            ],
        ),
        (
            [
                FieldChange("step.values[A]", NONE, "1"),
                FieldChange("step.values[B]", "(secret)", NONE),
                FieldChange("step.values[C]", "2", "3"),
            ],
            ["step.values:", Diff(("+ A = 1", "- B = (secret)")), "step.values[C]: 2 -> 3"],
        ),
        (
            [FieldChange("step.values[A]", NONE, "1\n2\n", is_text=True)],
            ["step.values[A]:", Diff(("@@ -0,0 +1,2 @@", "+1", "+2"))],
        ),
        (
            [FieldChange("identity", NONE, "SystemAssigned"), FieldChange("identity", "/ids/a", NONE)],
            ["identity:", Diff(("+ SystemAssigned", "- /ids/a"))],
        ),
        ([FieldChange("identity", "/ids/a (deleted)", "/ids/a")], ["identity: /ids/a (deleted) -> /ids/a"]),
        ([FieldChange("credentials[docker.io]", NONE, "(secret)")], ["credentials:", Diff(("+ docker.io",))]),
        (
            [FieldChange("credentials[docker.io]", "(secret)", "(secret)")],
            ["credentials[docker.io]: (secret) -> (secret)"],
        ),
    ],
)
def test_each_kind_of_difference_has_its_lines(fields: list[FieldChange], lines: list[Line]) -> None:
    assert list(difference_lines(fields)) == lines


def test_the_sizes_and_digests_of_texts_stand_above_a_difference_that_is_cut() -> None:
    before, after = "a\n", "b\n" * 900
    heading, diff = difference_lines([FieldChange("step.content", before, after, is_text=True)])
    old, new = (sha256(text.encode()).hexdigest()[:12] for text in (before, after))
    assert heading == f"step.content: 1 line, sha256 {old} -> 900 lines, sha256 {new}"
    assert diff == Diff(("@@ -1 +1,900 @@", "-a", *["+b"] * 400, "(500 more lines like these are not shown)"))


def test_json_has_both_texts_and_the_entries_that_come_and_go() -> None:
    text = FieldChange("step.content", "a\n", "b\r\n", is_text=True)
    images = FieldChange("step.images", "a, b", "a, c", added=("c",), removed=("b",))
    assert [difference_data(text), difference_data(images)] == [
        {"path": "step.content", "before": "a\n", "after": "b\r\n", "added": [], "removed": []},
        {"path": "step.images", "before": "a, b", "after": "a, c", "added": ["c"], "removed": ["b"]},
    ]


def test_json_has_size_and_digest_of_a_text_that_is_too_long() -> None:
    long = "x" * (LONGEST_TEXT + 1)
    data = difference_data(FieldChange("step.content", NONE, long, is_text=True))
    words = f"1 line, sha256 {sha256(long.encode()).hexdigest()[:12]}"
    assert data == {"path": "step.content", "before": NONE, "after": words, "added": [], "removed": []}
