"""Repositories by name: one of each kind stands for all that some texts cannot tell apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.access.names import Name, Where, kinds
from profiles import examples

TEXT = st.text("ab/-_A", max_size=4)
REPOSITORY = st.builds(
    lambda first, others: first + "".join(others),
    st.sampled_from(["a", "b", "ab"]),
    st.lists(st.builds("{}{}".format, st.sampled_from(["", "-", "--", "_", "/"]), st.sampled_from("ab")), max_size=4),
)


def told(name: str, texts: list[str]) -> list[tuple[bool, bool, bool, bool]]:
    """Return what comparisons with the texts say of a name: as they are written, and in lower case."""
    return [
        (name == text, name.startswith(text), name == text.lower(), name.startswith(text.lower())) for text in texts
    ]


@examples(3)
@given(st.lists(TEXT, max_size=6), st.sampled_from(["", "a/", "ab/"]), REPOSITORY)
def test_each_repository_is_of_a_kind_that_is_looked_at(texts: list[str], beginning: str, end: str) -> None:
    name = beginning + end
    alike = [kind for kind in kinds(Where(beginning), texts) if told(kind.text, texts) == told(name, texts)]
    assert alike
    assert all(not kind.is_alone or kind.text == name for kind in alike)


@given(st.lists(TEXT, max_size=6), st.sampled_from(["", "a/", "ab/"]))
def test_no_kind_is_looked_at_that_is_not_meant(texts: list[str], beginning: str) -> None:
    assert all(kind.text.startswith(beginning) for kind in kinds(Where(beginning), texts))


def test_a_repository_that_is_named_is_the_only_one() -> None:
    assert [*kinds(Where("base", begins=False), ["b", "base"])] == [Name("base", is_alone=True)]


@pytest.mark.parametrize("text", ["team//", "-x", "team/?", "team_-x"])
def test_a_text_with_which_no_name_begins_makes_no_kind(text: str) -> None:
    assert [*kinds(Where(), [text])] == [Name("a", is_alone=False)]


def test_where_each_letter_is_taken_a_name_goes_on_behind_one_or_behind_a_joint() -> None:
    letters = [*"abcdefghijklmnopqrstuvwxyz0123456789"]
    assert Name("a-a", is_alone=False) in kinds(Where(), [*letters, *(f"a{letter}" for letter in letters)])
    assert Name("ab", is_alone=False) in kinds(Where(), ["aa", *letters])
