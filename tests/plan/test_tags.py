"""Tags, whose names Azure compares without regard to case, and our marks among them."""

from __future__ import annotations

import pytest

from acr_identity.changes import FieldChange
from acr_identity.plan.tags import is_ours, merge_tags, tag_changes, waits, without_tags
from acr_identity.state import Tags


@pytest.mark.parametrize(
    ("live", "wanted", "merged"),
    [
        ((), [(("b", "2"), ("a", "1"))], (("a", "1"), ("b", "2"))),
        ((("Env", "prod"),), [(("env", "prod"),)], (("Env", "prod"),)),
        ((("env", "prod"),), [(("ENV", "test"),), (("Env", "dev"),)], (("env", "dev"),)),
        ((), [(("ENV", "test"),), (("Env", "dev"),)], (("ENV", "dev"),)),
        ((("z", "theirs"),), [(), (("a", "1"),)], (("a", "1"), ("z", "theirs"))),
    ],
)
def test_wanted_tags_overrule_the_live_ones_which_keep_their_spelling(
    live: Tags, wanted: list[Tags], merged: Tags
) -> None:
    assert merge_tags(live, *wanted) == merged


def test_tags_are_taken_out_whatever_the_case_of_their_names() -> None:
    assert without_tags((("A", "1"), ("b", "2"), ("c", "3")), ("a", "B")) == (("c", "3"),)


def test_differences_of_tags_are_in_the_order_of_their_names() -> None:
    live = (("e", "5"), ("gone", "1"), ("same", "1"), ("x", "old"))
    wanted = (("a", "1"), ("d", "4"), ("same", "1"), ("x", "new"))
    assert tag_changes(live, wanted) == (
        FieldChange("tags.a", "(none)", "1"),
        FieldChange("tags.d", "(none)", "4"),
        FieldChange("tags.e", "5", "(none)"),
        FieldChange("tags.gone", "1", "(none)"),
        FieldChange("tags.x", "old", "new"),
    )


@pytest.mark.parametrize(
    ("tags", "ours", "waiting"),
    [
        ((), False, False),
        ((("acr-identity", "created"),), True, False),
        ((("ACR-Identity", "created"), ("team", "x")), True, False),
        ((("acr-identity", "Created"),), True, False),
        ((("team", "created"),), False, False),
        ((("acr-identity-waits", "grants"),), False, True),
        ((("Acr-Identity-Waits", "grants"), ("acr-identity", "created")), True, True),
        ((("acr-identity-waits", "for Godot"),), False, False),
    ],
)
def test_our_marks_are_known_by_name_and_value_in_any_case(tags: Tags, *, ours: bool, waiting: bool) -> None:
    assert (is_ours(tags), waits(tags)) == (ours, waiting)
