"""Cron expressions by the rules of NCrontab, which the timers of ACR tasks follow (ACR Tasks, "Cron expressions")."""

from __future__ import annotations

from dataclasses import dataclass

from acr_identity.spec.mistakes import quoted

_MONTHS = (
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
)
_DAYS = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    lowest: int
    highest: int
    words: tuple[str, ...] = ()

    def number(self, text: str) -> int:
        """Return the number that a value stands for. A word counts by its first letters, as in NCrontab."""
        if not text:
            raise ValueError(f"The {self.name} has an empty part.")
        if text.isascii() and text.isdigit():
            return self._within(text)
        for index, word in enumerate(self.words):
            if word.lower().startswith(text.lower()):
                return self.lowest + index
        expected = f"a number or one of {self.words[0]}…{self.words[-1]}" if self.words else "a number"
        raise ValueError(f"The {self.name} {quoted(text)} is not {expected}.")

    def _within(self, digits: str) -> int:
        value = int(digits) if len(digits) < len("1000000") else self.highest + 1
        if value < self.lowest:
            raise ValueError(f"The {self.name} {digits} is below {self.lowest}.")
        if value > self.highest:
            raise ValueError(f"The {self.name} {digits[:9]} is above {self.highest}.")
        return value

    def check(self, text: str) -> None:
        """Refuse a field that NCrontab refuses, or that it would read otherwise than it is written."""
        for part in text.split(","):
            values, slash, step = part.partition("/")
            if slash and not (step.isascii() and step.isdigit() and step.strip("0")):
                raise ValueError(f"The step of the {self.name} {quoted(part)} is not a number above 0.")
            if values != "*":
                self._check_range(values)

    def _check_range(self, text: str) -> None:
        first, dash, last = text.partition("-")
        start = self.number(first)
        if dash and self.number(last) < start:
            raise ValueError(f"The range {quoted(text)} of the {self.name} runs backwards.")


_FIELDS = (
    _Field("minute", 0, 59),
    _Field("hour", 0, 23),
    _Field("day of the month", 1, 31),
    _Field("month", 1, 12, _MONTHS),
    _Field("day of the week", 0, 6, _DAYS),
)


def schedule_mistakes(expression: str) -> tuple[str, ...]:
    """Return what is wrong with a cron expression, one sentence for each of its five fields that is wrong.

    The fields are minute, hour, day of the month, month and day of the week (Sunday is 0), in UTC, separated by
    spaces. A field is `*`, a number, a range, a list of these, each with a step; months and days have English names
    too. NCrontab takes a step of 0 for 1 and turns a backward range round; here both are mistakes.

    >>> schedule_mistakes("0 21 * * MON-FRI")
    ()
    >>> schedule_mistakes("0 25 * * 7")
    ('The hour 25 is above 23.', 'The day of the week 7 is above 6.')
    """
    texts = [text for text in expression.split(" ") if text]
    if len(texts) != len(_FIELDS):
        return (f"A schedule has 5 fields ({', '.join(field.name for field in _FIELDS)}), this one has {len(texts)}.",)
    found: list[str] = []
    for field, text in zip(_FIELDS, texts, strict=True):
        try:
            field.check(text)
        except ValueError as error:
            found.append(str(error))
    return tuple(found)
