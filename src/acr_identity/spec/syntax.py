"""YAML texts as events, with a limit to their depth, and what is wrong with a text that is none.

No message shows more of the text than a single character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

import yaml.reader
from yaml.error import Mark
from yaml.events import CollectionEndEvent, CollectionStartEvent, Event, NodeEvent
from yaml.scanner import ScannerError
from yaml.tokens import ScalarToken

from acr_identity.errors import PlacedMistake
from acr_identity.spec.places import Place

DEEPEST = 32
"""How many levels of mappings and lists a document may have."""

_LINE_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")

_QUOTES = "Put the text in quotes."
_INDENTATION = "Check the indentation, and the quotes of the lines above."
_NO_CHARACTER = "found no such character"
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
    (_NO_CHARACTER, "An escape in this text is no character.", "Use single quotes, or double the backslash."),
    ("expected alphabetic or numeric", "A value cannot begin with this character.", _QUOTES),
    ("tag", "Tags are not supported.", _QUOTES),
)
_AT_THE_BEGINNING = ("found unexpected end", "found unexpected document", "expected ',' or")


class TooDeepError(Exception):
    """A document has more levels than it may have; `place` is where the first one too many begins."""

    def __init__(self, place: Place) -> None:
        super().__init__(f"{place.line}:{place.column}")
        self.place = place


class PythonLoader(yaml.SafeLoader):
    """The parser in Python, in a time that does not grow with the depth, and with no error of its own but YAML's."""

    def scan_flow_scalar(self, style: str) -> ScalarToken:
        """Scan a text in quotes.

        Raises:
            ScannerError: so for an escape that stands for no character, which the parser in C refuses too.
        """
        start = self.get_mark()
        try:
            token: ScalarToken = super().scan_flow_scalar(style)
            token.value.encode()
        except (ValueError, OverflowError) as error:
            raise ScannerError(None, None, _NO_CHARACTER, start) from error
        return token

    def scan_yaml_directive_number(self, start_mark: Mark) -> int:
        """Scan a number of the version of YAML.

        Raises:
            ScannerError: so for one of thousands of digits.
        """
        try:
            number: int = super().scan_yaml_directive_number(start_mark)
        except ValueError as error:
            raise ScannerError(None, None, "found no such version", start_mark) from error
        return number

    def save_possible_simple_key(self) -> None:
        """Remember that a key may begin here, but not in a text that is too deep anyway.

        Each bracket may begin a key, and until that is known nothing is said of it; meanwhile all of them are looked
        through at every token.
        """
        if self.flow_level > DEEPEST:
            self.possible_simple_keys.clear()
        else:
            super().save_possible_simple_key()


Loader: TypeAlias = "type[PythonLoader | yaml.CSafeLoader]"

LOADERS: tuple[Loader, ...] = (yaml.CSafeLoader, PythonLoader) if yaml.__with_libyaml__ else (PythonLoader,)
"""The parsers, the fastest first. The last one tells most about what is wrong with a text."""


def events_of(text: str, loader: Loader) -> Iterator[Event]:
    """Return what a text consists of.

    Raises:
        YAMLError: the text is not YAML.
        TooDeepError: it has more levels than `DEEPEST`. Parsers have limits of their own, which differ by version.
    """
    depth = 0
    for event in yaml.parse(text, Loader=loader):
        if isinstance(event, CollectionEndEvent):
            depth -= 1
        elif isinstance(event, NodeEvent) and depth >= DEEPEST:
            raise TooDeepError(place_of(event))
        depth += isinstance(event, CollectionStartEvent)
        yield event


def place_of(event: Event) -> Place:
    """Return where an event begins."""
    mark = event.start_mark
    return Place(0, 0) if mark is None else Place(mark.line + 1, mark.column + 1)


def depth_mistake(name: str, place: Place) -> PlacedMistake:
    """Return the mistake of a document that has too many levels."""
    message = f"This is nested more than {DEEPEST} levels deep."
    return PlacedMistake(message, "Check the brackets.", name, place.line, place.column)


def syntax_mistake(name: str, error: yaml.YAMLError) -> PlacedMistake:
    """Return the mistake of a text that a YAML parser refused with this error."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return PlacedMistake("This is not valid YAML.", _INDENTATION, name)
    said = error.problem or ""
    message, fix = next(
        ((message, fix) for part, message, fix in _EXPLANATIONS if part in said),
        ("This is not valid YAML.", _INDENTATION),
    )
    mark = error.problem_mark
    if said.startswith(_AT_THE_BEGINNING) and error.context_mark is not None:
        mark = error.context_mark
    return PlacedMistake(message, fix, name, mark.line + 1 if mark else 0, mark.column + 1 if mark else 0)


def unprintable_mistake(text: str, name: str) -> PlacedMistake | None:
    """Return the mistake of a text with a character that YAML does not allow, None if there is none."""
    found = yaml.reader.Reader.NON_PRINTABLE.search(text)
    if found is None:
        return None
    before = _LINE_BREAK.split(text[: found.start()])
    message = f"The character U+{ord(found.group()):04X} is not allowed in YAML."
    return PlacedMistake(message, "Take it out.", name, len(before), len(before[-1]) + 1)
