"""What is wrong with a text that is not YAML. No message shows more of the text than a single character."""

from __future__ import annotations

import re

import yaml.reader

from acr_identity.errors import Problem

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")

_QUOTES = "Put the text in quotes."
_INDENTATION = "Check the indentation, and the quotes of the lines above."
_EXPLANATIONS = (
    ("found character '\\t'", "A tab cannot indent.", "Use spaces."),
    ("that cannot start any token", "A value cannot begin with this character.", _QUOTES),
    ("mapping values are not allowed", "A `:` cannot stand here.", "Check the indentation, or put the text in quotes."),
    ("could not find expected ':'", "A `:` is missing after a key.", _INDENTATION),
    ("found unexpected end of stream", "This quote is never closed.", "Close it."),
    ("found unexpected document separator", "This quote is never closed.", "Close it."),
    ("expected ',' or ']'", "This list is not closed.", "Add the missing `,` or `]`."),
    ("expected ',' or '}'", "This mapping is not closed.", "Add the missing `,` or `}`."),
    ("expected <block end>", "This line does not fit to those above it.", _INDENTATION),
    ("sequence entries are not allowed", "A list entry cannot begin here.", "Begin it on a line of its own."),
    ("found unknown escape character", "There is no such escape.", "Use single quotes, or double the backslash."),
    ("expected alphabetic or numeric", "A value cannot begin with this character.", _QUOTES),
    ("tag", "Tags are not supported.", _QUOTES),
)
_AT_THE_BEGINNING = ("found unexpected end", "found unexpected document", "expected ',' or")


def syntax_problem(text: str, name: str, error: yaml.YAMLError) -> Problem:
    """Return the problem of a text that a YAML parser refused with this error.

    The parser in Python is asked again: it tells more than the one in C, and both must lead to the same message.
    """
    try:
        for _ in yaml.parse(text, Loader=yaml.SafeLoader):
            pass
    except yaml.YAMLError as second:
        error = second
    if not isinstance(error, yaml.MarkedYAMLError):
        return Problem("This is not valid YAML.", _INDENTATION, name)
    said = error.problem or ""
    message, fix = next(
        ((message, fix) for part, message, fix in _EXPLANATIONS if part in said),
        ("This is not valid YAML.", _INDENTATION),
    )
    mark = error.problem_mark
    if said.startswith(_AT_THE_BEGINNING) and error.context_mark is not None:
        mark = error.context_mark
    return Problem(message, fix, name, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0)


def unprintable_problem(text: str, name: str) -> Problem | None:
    """Return the problem of a text with a character that YAML does not allow, None if there is none."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    before = _LINE_BREAK.split(text[: found.start()])
    message = f"The character U+{ord(found.group()):04X} is not allowed in YAML."
    return Problem(message, "Take it out.", name, len(before), len(before[-1]) + 1)
