"""Mistakes in a spec before they have a place, and the words in which they are told."""

from __future__ import annotations

import difflib
import heapq
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead from the top of a document to a value."""

CUSTOM_ERROR = "spec"
"""The type under which our own rules appear among the errors of pydantic."""

_ECHO_LIMIT = 80
_MOST_LISTED = 20
_MOST_COMPARED = 10

MOST_GUESSES = 100
"""For how many misspelt names is looked for what was meant; for more it would take a while."""


@dataclass(frozen=True, slots=True)
class Guess:
    """The fix for a misspelt name: the known one that it resembles. `otherwise` is the fix if it resembles none.

    To look for it takes a while, so it is done when the mistake is told, and only for the first ones of many.
    """

    name: str
    known: Collection[str]
    otherwise: str = ""

    @property
    def nearest(self) -> str:
        """Return the known name that it resembles, or an empty text."""
        return nearest(self.name, self.known)

    def __str__(self) -> str:
        return did_you_mean(self.nearest) or self.otherwise


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake and the keys that lead to it.

    `at_key` says that the last key is wrong, not its value. `nearest` is what was probably meant, where that is known.
    """

    message: str
    fix: str | Guess = ""
    path: KeyPath = ()
    at_key: bool = False
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class UnknownKey(Mistake):
    """A key that there is not. What stands under it was not looked at."""


def refusal(message: str, fix: str = "") -> PydanticCustomError:
    """Return the error that a validator of pydantic raises for a value that breaks a rule of ours."""
    template = "{message} {fix}" if fix else "{message}"
    return PydanticCustomError(CUSTOM_ERROR, template, {"message": message, "fix": fix})


def refuse(title: str, mistakes: Iterable[Mistake]) -> None:
    """Raise all mistakes as one error of pydantic; do nothing if there are none.

    Raises:
        ValidationError: there is a mistake. It holds none of the values.
    """
    details = [
        InitErrorDetails(type=refusal(mistake.message, str(mistake.fix)), loc=mistake.path, input=None)
        for mistake in with_guesses(mistakes)
    ]
    if details:
        raise ValidationError.from_exception_data(title, details, hide_input=True)


def with_guesses(mistakes: Iterable[Mistake]) -> Iterator[Mistake]:
    """Look for what was meant by misspelt names; only for the first hundred of them, so that many take no time."""
    left = MOST_GUESSES
    for mistake in mistakes:
        if isinstance(mistake.fix, Guess):
            near = mistake.fix.nearest if left > 0 else ""
            yield replace(mistake, fix=did_you_mean(near) or mistake.fix.otherwise, nearest=near)
            left -= 1
        else:
            yield mistake


def quoted(text: str, longest: int = _ECHO_LIMIT) -> str:
    """Return the text in quotes, on one line, shortened when it is longer than this number of characters.

    >>> quoted("my registry")
    "'my registry'"
    """
    return repr(text if len(text) <= longest else text[: longest - 1] + "…")


def suggestion(name: str, known: Iterable[str]) -> str:
    """Return a question that offers the most similar known name, or an empty text when none is similar.

    >>> suggestion("regstry", ["registry", "identity"])
    "Did you mean 'registry'?"
    """
    return did_you_mean(nearest(name, known))


def did_you_mean(name: str) -> str:
    """Return a question that offers a name, or an empty text where there is none."""
    return f"Did you mean {quoted(name)}?" if name else ""


def nearest(name: str, known: Iterable[str]) -> str:
    """Return the most similar known name, whatever its case, or an empty text when none is similar.

    >>> nearest("regstry", ["registry", "identity"])
    'registry'
    """
    by_lower = {candidate.lower(): candidate for candidate in sorted(known)}
    wanted = name[:_ECHO_LIMIT].lower()
    letters = set(wanted)
    # A comparison costs a thousand times as much as this count of letters.
    likely = heapq.nsmallest(
        _MOST_COMPARED, by_lower, key=lambda other: len(letters ^ set(other)) + abs(len(wanted) - len(other))
    )
    close = difflib.get_close_matches(wanted, likely, n=1)
    return by_lower[close[0]] if close else ""


def listed(names: Iterable[str], conjunction: str = "and") -> str:
    """Return the names as running text, only the first twenty of many.

    >>> listed(["file", "command", "git"])
    'file, command and git'
    """
    *rest, last = names
    if len(rest) >= _MOST_LISTED:
        rest, last = rest[:_MOST_LISTED], f"{len(rest) + 1 - _MOST_LISTED} more"
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last
