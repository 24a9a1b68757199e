"""The `$filter` of a list: what is written is what is read, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.emulator.kernel.odata_filter import (
    AnyEqual,
    Comparison,
    Filter,
    FilterError,
    Function,
    Name,
    Operator,
    Term,
    Text,
    Word,
    read_filter,
)

OPERATORS: tuple[Operator, ...] = ("eq", "ne", "gt", "ge", "lt", "le")
names = st.from_regex(re.compile(r"[a-z_][a-z0-9_]{0,9}", re.ASCII), fullmatch=True)
texts = st.text(max_size=12) | st.sampled_from(["", "'", "''", "a and b", "x' or 'y", "c:c eq 'z')", "it's"])
words = st.from_regex(re.compile(r"[0-9a-zA-Z][\w:.+-]{0,19}", re.ASCII), fullmatch=True)
terms: st.SearchStrategy[Term] = st.one_of(
    st.builds(Comparison, names, st.sampled_from(OPERATORS), st.builds(Text, texts) | st.builds(Word, words)),
    st.builds(Function, names, st.lists(st.builds(Text, texts) | st.builds(Name, names), max_size=3).map(tuple)),
    st.builds(AnyEqual, names, texts),
)
parts = st.sampled_from(["a", " eq ", "'", " and ", "f(", ")", ",", "/any(", ":"])
filters = st.builds(Filter, st.lists(st.lists(terms, min_size=1, max_size=3).map(tuple), max_size=3).map(tuple))


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def written(term: Term, space: str) -> str:
    match term:
        case Comparison(name, operator, wanted):
            value = quoted(wanted.value) if isinstance(wanted, Text) else wanted.value
            return f"{name}{space}{operator}{space}{value}"
        case Function(name, arguments):
            listed = (quoted(one.value) if isinstance(one, Text) else one.name for one in arguments)
            return f"{name}({f'{space},{space}'.join(listed)})"
        case AnyEqual(name, value):
            return f"{name}/any({space}c{space}:c eq {quoted(value)})"


@given(wanted=filters, space=st.sampled_from([" ", "  ", "\t"]), casing_counts=st.booleans())
def test_what_is_written_is_what_is_read(wanted: Filter, space: str, *, casing_counts: bool) -> None:
    groups = (f"{space}and{space}".join(written(term, space) for term in group) for group in wanted.any_of)
    expression = f"{space}or{space}".join(groups)
    assert read_filter(f" {expression} ", casing_counts=casing_counts) == wanted


@given(st.text(max_size=40) | st.lists(parts).map("".join))
def test_any_text_is_read_or_refused(expression: str) -> None:
    try:
        found = read_filter(expression)
    except FilterError:
        return
    assert all(isinstance(term, Term) for group in found.any_of for term in group)


@pytest.mark.parametrize(
    "expression",
    ["a", "a eq", "a eq 'b", "a eq 'b' and", "and a eq 'b'", "a eq 'b'and c eq 'd'", "a eq 'b' c eq 'd'", "(a eq 'b')",
     "not a eq 'b'", "a like 'b'", "a eq'b'", "f('a'", "f('a' 'b')", "l/all(c:c eq 'a')", "l/any(c:d eq 'a')"],
)  # fmt: skip
def test_what_is_no_filter_is_refused(expression: str) -> None:
    with pytest.raises(FilterError):
        read_filter(expression)


def test_casing_counts_only_where_it_is_asked_for() -> None:
    assert read_filter("StartsWith(Name, 'A') AND Name EQ 'B'").all_of == (
        Function("startswith", (Name("name"), Text("A"))),
        Comparison("name", "eq", Text("B")),
    )
    assert read_filter("startsWith(Name,'A')", casing_counts=True).all_of == (
        Function("startsWith", (Name("Name"), Text("A"))),
    )
    with pytest.raises(FilterError):
        read_filter("Name EQ 'B'", casing_counts=True)


def test_terms_that_must_all_hold_have_no_or_between_them() -> None:
    assert read_filter(" ").all_of == ()
    with pytest.raises(FilterError, match="`or`"):
        _ = read_filter("a eq 'b' or a eq 'c'").all_of
