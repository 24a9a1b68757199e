"""Cron expressions by the rules of NCrontab."""

import pytest

from acr_identity.spec.cron import schedule_mistakes

_FIVE = "A schedule has 5 fields (minute, hour, day of the month, month, day of the week), this one has"


@pytest.mark.parametrize(
    "schedule",
    [
        "* * * * *",
        "0 21 * * *",
        "59 23 31 12 6",
        "0 0 1 1 0",
        "*/5 * * * *",
        "2/5 */2 * * *",
        "10-40/15 0-23 1,15 * *",
        "* * * JAN-DEC SUN-SAT",
        "0 0 * Mar,January,aug Fri,Mon-Tue",
        "0 0 * Sept-October tues",
        "  0   21 * * *  ",
        "*,5 * * * *",
        "007 * * * *",
        "5-5 * * * *",
        "0 0 31 2 *",
    ],
)
def test_a_schedule_that_the_service_takes_has_no_mistake(schedule: str) -> None:
    assert schedule_mistakes(schedule) == ()


@pytest.mark.parametrize(
    ("schedule", "mistakes"),
    [
        ("", (f"{_FIVE} 0.",)),
        ("@daily", (f"{_FIVE} 1.",)),
        ("0 21 * *", (f"{_FIVE} 4.",)),
        ("0 0 21 * * *", (f"{_FIVE} 6.",)),
        ("60 * * * *", ("The minute 60 is above 59.",)),
        ("0 25 * * *", ("The hour 25 is above 23.",)),
        ("0 20-25 * * *", ("The hour 25 is above 23.",)),
        ("0 0 0 * *", ("The day of the month 0 is below 1.",)),
        ("0 0 32 * *", ("The day of the month 32 is above 31.",)),
        ("0 0 * 0 *", ("The month 0 is below 1.",)),
        ("0 0 * 13 *", ("The month 13 is above 12.",)),
        ("0 0 * * 7", ("The day of the week 7 is above 6.",)),
        ("0 0 * * Thor", ("The day of the week 'Thor' is not a number or one of Sunday…Saturday.",)),
        ("0 MON * * *", ("The hour 'MON' is not a number.",)),
        ("0 0 ? * *", ("The day of the month '?' is not a number.",)),
        ("0 0 L * *", ("The day of the month 'L' is not a number.",)),
        ("1, * * * *", ("The minute has an empty part.",)),
        (",1 * * * *", ("The minute has an empty part.",)),
        ("1- * * * *", ("The minute has an empty part.",)),
        ("-1 * * * *", ("The minute has an empty part.",)),
        ("1-2-3 * * * *", ("The minute '2-3' is not a number.",)),
        ("** * * * *", ("The minute '**' is not a number.",)),
        ("*-5 * * * *", ("The minute '*' is not a number.",)),
        ("*/ * * * *", ("The step of the minute '*/' is not a number above 0.",)),
        ("*/x * * * *", ("The step of the minute '*/x' is not a number above 0.",)),
        ("*/0 * * * *", ("The step of the minute '*/0' is not a number above 0.",)),
        ("1/2/3 * * * *", ("The step of the minute '1/2/3' is not a number above 0.",)),
        ("/5 * * * *", ("The minute has an empty part.",)),
        ("0 22-4 * * *", ("The range '22-4' of the hour runs backwards.",)),
        ("0 0 * * FRI-MON", ("The range 'FRI-MON' of the day of the week runs backwards.",)),
        ("٣ * * * *", ("The minute '٣' is not a number.",)),
        ("0\t21 * * * *", ("The minute '0\\t21' is not a number.",)),
        ("99999999999 * * * *", ("The minute 999999999 is above 59.",)),
        (
            "60 24 32 13 7",
            (
                "The minute 60 is above 59.",
                "The hour 24 is above 23.",
                "The day of the month 32 is above 31.",
                "The month 13 is above 12.",
                "The day of the week 7 is above 6.",
            ),
        ),
    ],
)
def test_each_wrong_field_of_a_schedule_is_told(schedule: str, mistakes: tuple[str, ...]) -> None:
    assert schedule_mistakes(schedule) == mistakes


MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]


@pytest.mark.parametrize(("form", "words", "first"), [("0 0 * {} *", MONTHS, 1), ("0 0 * * {}", DAYS, 0)])
def test_each_month_and_day_has_its_name_and_number(form: str, words: list[str], first: int) -> None:
    field = "month" if words is MONTHS else "day of the week"
    for number, word in enumerate(words, first):
        assert schedule_mistakes(form.format(f"{number}-{word[:3].upper()},{word.lower()}-{number}")) == ()
        if number > first:
            backwards = f"{word}-{words[number - first - 1]}"
            assert schedule_mistakes(form.format(backwards)) == (
                f"The range '{backwards}' of the {field} runs backwards.",
            )


def test_of_several_words_that_begin_alike_the_first_counts() -> None:
    assert schedule_mistakes("0 0 * 1-J *") == ()
    assert schedule_mistakes("0 0 * 2-J *") == ("The range '2-J' of the month runs backwards.",)
    assert schedule_mistakes("0 0 * * S-0") == ()


def test_a_number_of_any_length_is_above_the_highest() -> None:
    assert schedule_mistakes("9999999 * * * *") == ("The minute 9999999 is above 59.",)
    assert schedule_mistakes(f"{'9' * 5000} * * * *") == ("The minute 999999999 is above 59.",)
