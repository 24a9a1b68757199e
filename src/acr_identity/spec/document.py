"""A YAML document as plain data, with the place of every key and value, and every mistake of its form.

Scalars are read by the few rules on which YAML 1.1 and 1.2 agree: `true`, `false`, `null`, `~`, whole and decimal
numbers. All else is text, so `no`, `on`, `0x1F` and dates stay what they look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from acr_identity.errors import PlacedMistake
from acr_identity.spec.mistakes import quoted
from acr_identity.spec.places import Origin, Place, is_secret
from acr_identity.spec.syntax import (
    LOADERS,
    Loader,
    TooDeepError,
    depth_mistake,
    events_of,
    place_of,
    syntax_mistake,
    unprintable_mistake,
)

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree
    from acr_identity.spec.mistakes import KeyPath

_LONGEST_ASKED_AGAIN = 1 << 18
_MOST_DIGITS = 18
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"[-+]?[0-9]+\.[0-9]*(?:[eE][-+][0-9]+)?")
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}


@dataclass(frozen=True, slots=True)
class Document:
    """What stands in a document.

    Args:
        tree: the data; None where the document could not be read to its end.
        origin: where everything stands.
        mistakes: those of form.
        holes: the paths of values that are not known, such as an alias.
    """

    tree: Tree
    origin: Origin
    mistakes: tuple[PlacedMistake, ...] = ()
    holes: frozenset[KeyPath] = frozenset()


def read_document(text: str, name: str) -> Document:
    """Read a YAML text. Never raises: what is wrong is in `mistakes`."""
    if mistake := unprintable_mistake(text, name):
        return Document(None, Origin(name), (mistake,))
    first, last = LOADERS[0], LOADERS[-1]
    try:
        return _read(text, name, first)
    except _RefusedError as refused:
        document = refused.document
    # The parser in Python is asked again: it tells more than the one in C, and both must lead to the same message.
    if len(text) <= _LONGEST_ASKED_AGAIN and last is not first:
        try:
            _read(text, name, last)
        except _RefusedError as refused:
            document = refused.document
    return document


class _RefusedError(Exception):
    """The text is not YAML, or too deep. The document holds the mistakes that were found."""

    def __init__(self, document: Document) -> None:
        super().__init__()
        self.document = document


def _read(text: str, name: str, loader: Loader) -> Document:
    builder = _Builder(name, events_of(text, loader))
    try:
        tree = builder.document()
    except yaml.YAMLError as error:
        mistake = syntax_mistake(name, error)
    except TooDeepError as error:
        mistake = depth_mistake(name, error.place)
    else:
        return Document(tree, builder.origin, tuple(builder.mistakes), frozenset(builder.holes))
    raise _RefusedError(Document(None, Origin(name), (*builder.mistakes, mistake)))


class _Builder:
    def __init__(self, name: str, events: Iterator[Event]) -> None:
        self.mistakes: list[PlacedMistake] = []
        self.holes: set[KeyPath] = set()
        self._values: dict[KeyPath, Place] = {}
        self._keys: dict[KeyPath, Place] = {}
        self.origin = Origin(name, self._values, self._keys)
        self._events = events

    def document(self) -> Tree:
        next(self._events)  # the start of the stream
        start = next(self._events)
        if not isinstance(start, DocumentStartEvent):
            self._mistake(Place(1, 1), "The file is empty.", "Write something into it.")
            self.holes.add(())
            return None
        tree = self._node(next(self._events), ())
        next(self._events)  # the end of the document
        rest = next(self._events)
        if isinstance(rest, DocumentStartEvent):
            self._mistake(place_of(rest), "A second document begins here.", "Use one file for each.")
        return tree

    def _node(self, event: Event, path: KeyPath) -> Tree:
        self._values.setdefault(path, place_of(event))
        if isinstance(event, NodeEvent):
            self._refuse_extras(event, path)
        match event:
            case MappingStartEvent():
                return self._mapping(path)
            case SequenceStartEvent():
                return self._sequence(path)
            case ScalarEvent():
                return _scalar(event)
            case _:
                return ""  # an alias: there is a value, but what it is does not matter

    def _refuse_extras(self, event: NodeEvent, path: KeyPath) -> None:
        place = place_of(event)
        if isinstance(event, AliasEvent):
            self.holes.add(path)
            self._mistake(place, "Aliases (*) are not supported.", "Repeat the value; put a text in quotes.")
            return
        if event.anchor is not None:
            self._mistake(place, "Anchors (&) are not supported.", "Take it out; put a text in quotes.")
        if getattr(event, "tag", None) is not None:
            self.holes.add(path)
            self._mistake(place, "Tags (!) are not supported.", "Take it out; put a text in quotes.")

    def _mapping(self, path: KeyPath) -> Tree:
        entries: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._mistake(place_of(event), "A key must be a plain text.", "Put templates such as {{…}} in quotes.")
                self._skip(event)
                self._skip(next(self._events))
                self.holes.add(path)
            elif event.value in entries:
                self._duplicate(event, (*path, event.value))
            else:
                entries[event.value] = self._entry(event, (*path, event.value))
        return entries

    def _entry(self, key: ScalarEvent, path: KeyPath) -> Tree:
        self._keys[path] = place_of(key)
        value = next(self._events)
        if isinstance(value, ScalarEvent) and not value.value:
            self._values[path] = place_of(key)
        if key.anchor is not None or key.tag is not None:
            self._mistake(place_of(key), "Anchors (&) and tags (!) are not supported.", "Put a text in quotes.")
        return self._node(value, path)

    def _duplicate(self, key: ScalarEvent, path: KeyPath) -> None:
        what = "A key" if is_secret(path[:-1]) else f"The key {quoted(key.value)}"
        first = self._keys[path].line
        self._mistake(place_of(key), f"{what} is given twice, first in line {first}.", "Leave one out.")
        self._skip(next(self._events))

    def _skip(self, event: Event) -> None:
        depth = 0
        while True:
            depth += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            if depth == 0:
                return
            event = next(self._events)

    def _sequence(self, path: KeyPath) -> Tree:
        entries: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            entries.append(self._node(event, (*path, len(entries))))
        return entries

    def _mistake(self, place: Place, message: str, fix: str) -> None:
        self.mistakes.append(PlacedMistake(message, fix, self.origin.file, place.line, place.column))


def _scalar(event: ScalarEvent) -> str | int | float | bool | None:
    text = event.value
    if not event.implicit[0]:  # it is quoted, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= _MOST_DIGITS:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
