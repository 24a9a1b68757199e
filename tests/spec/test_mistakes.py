"""The words in which mistakes are told."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from acr_identity.spec.mistakes import Mistake, listed, quoted, refusal, refuse, suggestion


@pytest.mark.parametrize(("fix", "told"), [("", "It is wrong."), ("Mend {it}.", "It is wrong. Mend {it}.")])
def test_a_refusal_is_the_message_and_what_mends_it(fix: str, told: str) -> None:
    error = refusal("It is wrong.", fix)
    assert (error.message(), error.type) == (told, "spec")


def test_all_mistakes_are_one_error_that_holds_no_value() -> None:
    mistakes = [Mistake("It is wrong.", "Mend it.", ("a", 1)), Mistake("So is this.")]
    with pytest.raises(ValidationError) as caught:
        refuse("Thing", iter(mistakes))
    assert caught.value.title == "Thing"
    assert [(error["loc"], error["msg"], error["input"]) for error in caught.value.errors()] == [
        (("a", 1), "It is wrong. Mend it.", None),
        ((), "So is this.", None),
    ]
    assert "input" not in str(caught.value)


def test_without_mistakes_nothing_is_refused() -> None:
    refuse("Thing", [])


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a b", "'a b'"),
        ("it's", '"it\'s"'),
        ("a\nb", "'a\\nb'"),
        ("x" * 80, f"'{'x' * 80}'"),
        ("x" * 81, f"'{'x' * 79}…'"),
    ],
)
def test_a_text_is_quoted_on_one_line_and_cut_where_it_is_long(text: str, shown: str) -> None:
    assert quoted(text) == shown


def test_a_text_may_be_cut_later() -> None:
    assert (quoted("x" * 10, 10), quoted("x" * 11, 10)) == (f"'{'x' * 10}'", f"'{'x' * 9}…'")


@pytest.mark.parametrize(
    ("name", "known", "told"),
    [
        ("regstry", ["identity", "registry"], "Did you mean 'registry'?"),
        ("REGISTRY", ["Registry"], "Did you mean 'Registry'?"),
        ("registry", ["REGISTRY", "registry"], "Did you mean 'registry'?"),
        ("zzz", ["registry"], ""),
        ("registry", [], ""),
        ("a" * 80 + "b" * 400, ["a" * 80], f"Did you mean '{'a' * 80}'?"),
    ],
)
def test_the_most_similar_name_is_offered_whatever_its_case(name: str, known: list[str], told: str) -> None:
    assert suggestion(name, known) == told


@pytest.mark.parametrize(
    ("names", "conjunction", "text"),
    [(["a"], "and", "a"), (["a", "b"], "or", "a or b"), (["a", "b", "c"], "and", "a, b and c")],
)
def test_names_are_listed_as_running_text(names: list[str], conjunction: str, text: str) -> None:
    assert listed(iter(names), conjunction) == text
