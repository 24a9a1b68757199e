"""The templates in texts, such as `{{.Run.ID}}`: whether each that begins also ends."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from acr_identity.spec.mistakes import quoted, refusal
from acr_identity.spec.names import Text

ACTION = re.compile(
    r"""\{\{ (?: -?\s*/\*.*?\*/\s*-? | (?: "(?:\\.|[^"\\])*" | `[^`]*` | '(?:\\.|[^'\\])*' | [^{}"`'] )* ) \}\}""",
    re.VERBOSE | re.DOTALL,
)
_LONGEST_SHOWN = 30


def unclosed_template(text: str) -> str:
    """Return the beginning of a template that is not closed, or an empty text.

    >>> unclosed_template("web:{{.Run.ID}"), unclosed_template("web:{{.Run.ID}}")
    ('{{.Run.ID}', '')
    """
    begin = text.find("{{")
    while begin >= 0:
        action = ACTION.match(text, begin)
        if action is None:
            return text[begin:].splitlines()[0]
        begin = text.find("{{", action.end())
    return ""


def _check(text: str) -> str:
    if unclosed := unclosed_template(text):
        raise refusal(f"The template {quoted(unclosed, _LONGEST_SHOWN)} is not closed.", "End it with two braces: }}.")
    return text


Template = Annotated[Text, AfterValidator(_check)]
"""A text in which a run replaces templates."""
