"""Mistakes in a spec before they have a place, and the words in which they are told."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from pydantic import ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

if TYPE_CHECKING:
    from collections.abc import Iterable

KeyPath: TypeAlias = tuple[str | int, ...]
"""The keys and indices that lead from the top of a document to a value."""

CUSTOM_ERROR = "spec"
"""The type under which our own rules appear among the errors of pydantic."""

_ECHO_LIMIT = 80


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake and the keys that lead to it. `at_key` says that the last key is wrong, not its value."""

    message: str
    fix: str = ""
    path: KeyPath = ()
    at_key: bool = False


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
        InitErrorDetails(type=refusal(mistake.message, mistake.fix), loc=mistake.path, input=None)
        for mistake in mistakes
    ]
    if details:
        raise ValidationError.from_exception_data(title, details, hide_input=True)


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
    by_lower = {candidate.lower(): candidate for candidate in sorted(known)}
    close = difflib.get_close_matches(name[:_ECHO_LIMIT].lower(), by_lower, n=1)
    return f"Did you mean {quoted(by_lower[close[0]])}?" if close else ""


def listed(names: Iterable[str], conjunction: str = "and") -> str:
    """Return the names as running text.

    >>> listed(["file", "command", "git"])
    'file, command and git'
    """
    *rest, last = names
    return f"{', '.join(rest)} {conjunction} {last}" if rest else last
