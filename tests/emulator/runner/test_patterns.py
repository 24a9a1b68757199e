"""Regular expressions of commands: they mean what they mean elsewhere, and none takes long."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator.runner.patterns import pattern_of
from acr_identity.emulator.runner.run_errors import RunError

ATOMS = st.sampled_from(
    [r"a", r"b", r"\.", r".", r"\d", r"\W", r"[ab]", r"[^a]", r"[0-9-]", r"[\w.]", r"^", r"$", r"\b", "1"]
)


def _more(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(parts, parts)
    times = st.sampled_from(["*", "+", "?", "*?", "{2}", "{0,2}", "{1,}"])
    return (
        pairs.map("".join)
        | pairs.map("|".join)
        | st.tuples(parts, times).map(lambda pair: f"(?:{pair[0]}){pair[1]}")
        | parts.map("({})".format)
    )


EXPRESSIONS = st.recursive(ATOMS, _more, max_leaves=6)


@given(EXPRESSIONS, st.text("ab1.-", max_size=6))
def test_an_expression_matches_what_it_matches_elsewhere(expression: str, text: str) -> None:
    assert pattern_of(expression)(text) == bool(re.search(expression, text, re.ASCII))


@pytest.mark.parametrize(
    "expression", ["(a", "a)", "*", "[a", r"(a)\1", "(?=a)", "(?i)a", "[[:alpha:]]", "a{2000}", "\\"]
)
def test_what_is_not_read_is_refused(expression: str) -> None:
    with pytest.raises(RunError, match="does not read the expression"):
        pattern_of(expression)


@pytest.mark.parametrize(
    "expression",
    ["(((a*)*)*)*b", "(a|a)*" * 100 + "b", ".*" * 400 + "b", "((a?){1000}){1000}b", "(" * 8 + "a*" + ")*" * 8 + "b"],
)
def test_no_expression_takes_long(expression: str) -> None:
    start = time.perf_counter()
    assert not pattern_of(expression)("a" * 128)
    assert time.perf_counter() - start < 1
