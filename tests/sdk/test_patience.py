"""Whether and when a request is sent again, as values."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acr_identity.sdk.patience import Again, Enough, Trouble, decide, retry_after, trouble_of

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
BY_OUR_CLOCK = "Mon, 01 Jun 2026 12:00:30 GMT"
HEADERS = ["Retry-After", "retry-after", "Retry-After-Ms", "x-ms-retry-after-ms", "Date"]
VALUES = st.text(max_size=20) | st.floats().map(str) | st.sampled_from([BY_OUR_CLOCK, "Mon, 01 Jun 9999 12:00:30 GMT"])


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"retry-after": "0.5"}, 0.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "1" * 400}, float("inf")),
        ({"Retry-After": BY_OUR_CLOCK}, 30),
        ({"Retry-After": BY_OUR_CLOCK, "Date": "Mon, 01 Jun 2026 11:59:30 GMT"}, 60),
        ({"Retry-After": "Mon, 01 Jun 2026 11:00:00 GMT"}, 0),
        ({"Retry-After": "Mon, 01 Jun 2026 12:00:30 -0000"}, 30),
        ({"x-ms-retry-after-ms": "1500"}, 1.5),
        ({"Retry-After": "soon", "retry-after-ms": "250"}, 0.25),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-1"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "Mon, 99 Jun 2026 12:00:30 GMT"}, None),
    ],
)
def test_what_an_answer_asks_for_is_read_or_passed_over(headers: dict[str, str], seconds: float | None) -> None:
    assert retry_after(headers, NOON) == seconds


@given(headers=st.dictionaries(st.sampled_from(HEADERS), VALUES))
def test_no_header_is_more_than_a_time_or_nothing(headers: dict[str, str]) -> None:
    seconds = retry_after(headers)
    assert seconds is None or seconds >= 0


@pytest.mark.parametrize(
    ("status", "asked", "once", "twice"),
    [
        (200, None, None, None),
        (200, 5.0, None, None),
        (404, None, None, None),
        (429, None, Trouble.THROTTLED, Trouble.THROTTLED),
        (429, 5.0, Trouble.THROTTLED, Trouble.THROTTLED),
        (503, 5.0, None, Trouble.BUSY),
        (503, None, None, Trouble.FAULT),
        (408, None, None, Trouble.FAULT),
        (500, None, None, Trouble.FAULT),
        (502, None, None, Trouble.FAULT),
        (504, None, None, Trouble.FAULT),
        (501, None, None, None),
        (409, 5.0, None, Trouble.FAULT),
        (409, None, None, None),
    ],
)
def test_only_what_was_not_done_is_sent_again_if_it_must_not_be_done_twice(
    status: int, asked: float | None, once: Trouble | None, twice: Trouble | None
) -> None:
    assert trouble_of(status, asked, repeatable=False) is once
    assert trouble_of(status, asked, repeatable=True) is twice


TROUBLES = st.sampled_from(Trouble)
TIMES = st.none() | st.floats(0, allow_nan=False)


@given(trouble=TROUBLES, asked=TIMES, tries=st.integers(1, 1000), waited=st.floats(0, 1e9))
def test_no_wait_is_shorter_than_asked_for_or_longer_than_patience_lasts(
    trouble: Trouble, asked: float | None, tries: int, waited: float
) -> None:
    match decide(trouble, asked, tries=tries, waited=waited):
        case Again(seconds):
            assert max(asked or 0, 0.5) <= seconds <= trouble.patience - waited
        case Enough():
            assert waited + max(asked or 0, 30) > trouble.patience


@given(trouble=TROUBLES, asked=TIMES)
def test_what_goes_on_for_ever_ends_in_time_and_after_few_tries(trouble: Trouble, asked: float | None) -> None:
    waited, tries = 0.0, 1
    while isinstance(again := decide(trouble, asked, tries=tries, waited=waited), Again):
        waited, tries = waited + again.seconds, tries + 1
    assert waited <= trouble.patience
    assert tries <= 2 * trouble.patience + 1


def test_a_fault_has_no_reason_of_its_own_unless_it_asks_for_too_much() -> None:
    assert decide(Trouble.FAULT, None, tries=9, waited=30) == Enough()
    assert decide(Trouble.NO_ANSWER, None, tries=9, waited=5) == Enough()
    assert decide(Trouble.FAULT, 60.0, tries=1, waited=0) == Enough(
        "the answer asks to wait 60 s; here it is at most 30 s"
    )


@pytest.mark.parametrize(
    ("asked", "waited", "note"),
    [
        (601.0, 0.0, "the answer asks to wait 601 s; here it is at most 10 min"),
        (7200.0, 0.0, "the answer asks to wait 120 min; here it is at most 10 min"),
        (float("inf"), 0.0, "the answer asks to wait more than a day; here it is at most 10 min"),
        (5.0, 600.0, "it has been so for 10 min"),
        (None, 590.5, "it has been so for 591 s"),
    ],
)
def test_the_end_of_patience_has_a_reason(asked: float | None, waited: float, note: str) -> None:
    assert decide(Trouble.THROTTLED, asked, tries=9, waited=waited) == Enough(note)
