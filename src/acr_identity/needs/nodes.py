"""YAML as the task runner reads it, with the offset of each value: anchors and merged mappings count, tags do not."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass, field
from typing import TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from acr_identity.errors import PlacedMistake
from acr_identity.needs.traced import Lines
from acr_identity.spec.syntax import LOADERS, TooDeepError, depth_mistake, events_of, place_of, syntax_mistake

_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_MERGE = "<<"
_LINE_ENDS = "\n\x85\u2028\u2029"
_MOST_MERGED = 100


@dataclass(frozen=True, slots=True)
class Scalar:
    """A text, a number, a truth, or nothing."""

    text: str
    offset: int
    is_plain: bool

    @property
    def is_null(self) -> bool:
        """Say whether it is nothing."""
        return self.is_plain and self.text in _NULLS


@dataclass(frozen=True, slots=True)
class Sequence:
    """A list."""

    nodes: tuple[Node, ...]
    offset: int


@dataclass(frozen=True, slots=True)
class Mapping:
    """Keys and values, in their order; of a key that stands there twice, the last one counts.

    Args:
        entries: all of them.
        offset: where it begins.
        values: the values by their keys.
        merged: the mappings whose entries it takes over.
    """

    entries: tuple[tuple[Scalar, Node], ...]
    offset: int
    values: Dictionary[str, Node] = field(compare=False, repr=False)
    merged: tuple[Node, ...] = field(compare=False, repr=False)

    @classmethod
    def of(cls, entries: tuple[tuple[Scalar, Node], ...], offset: int) -> Mapping:
        """Return a mapping of these entries."""
        taken_over = (value for key, value in entries if key.text == _MERGE and key.is_plain)
        merged = tuple(each for value in taken_over for each in (items(value) or (value,)))
        return cls(entries, offset, {key.text: value for key, value in entries}, merged)


Node: TypeAlias = Scalar | Sequence | Mapping


class UnreadableYamlError(Exception):
    """A text is not YAML; `mistake` says what is wrong, and where in it."""

    def __init__(self, mistake: PlacedMistake) -> None:
        super().__init__(mistake.message)
        self.mistake = mistake


def read_nodes(text: str) -> Node | None:
    """Return what a text holds; `None` if that is nothing.

    Raises:
        UnreadableYamlError: it is not YAML, or too deep to be read.
    """
    try:
        return _Builder(events_of(text, LOADERS[0]), Lines.of(text, _LINE_ENDS)).document()
    except TooDeepError as error:
        raise UnreadableYamlError(depth_mistake("", error.place)) from error
    except yaml.YAMLError as error:
        raise UnreadableYamlError(syntax_mistake("", error)) from error
    except UnicodeError as error:
        raise UnreadableYamlError(PlacedMistake("This is no text.")) from error


class _Builder:
    def __init__(self, events: Iterator[Event], lines: Lines) -> None:
        self._events = events
        self._lines = lines
        self._anchors: dict[str, Node] = {}

    def document(self) -> Node | None:
        next(self._events)  # the start of the stream
        if not isinstance(next(self._events), DocumentStartEvent):
            return None
        node = self._node(next(self._events))
        for _ in self._events:  # what follows is not looked at, but must be YAML
            pass
        return node

    def _node(self, event: Event) -> Node:
        place = place_of(event)
        offset = self._lines.offset(place)
        if isinstance(event, AliasEvent):
            if event.anchor not in self._anchors:
                raise UnreadableYamlError(PlacedMistake("There is no such anchor (&).", "Add it.", "", *place))
            return self._anchors[event.anchor]
        match event:
            case MappingStartEvent():
                node: Node = Mapping.of(tuple(self._entries()), offset)
            case SequenceStartEvent():
                node = Sequence(tuple(self._nodes()), offset)
            case ScalarEvent():
                node = Scalar(event.value, offset, is_plain=not event.style)
            case _:
                raise UnreadableYamlError(PlacedMistake("This is not valid YAML.", "", "", *place))
        if event.anchor is not None:
            self._anchors[event.anchor] = node
        return node

    def _entries(self) -> Iterator[tuple[Scalar, Node]]:
        while not isinstance(event := next(self._events), MappingEndEvent):
            key, value = self._node(event), self._node(next(self._events))
            if isinstance(key, Scalar):
                yield key, value

    def _nodes(self) -> Iterator[Node]:
        while not isinstance(event := next(self._events), SequenceEndEvent):
            yield self._node(event)


def entry(node: Node | None, name: str) -> Node | None:
    """Return the value of a key, the last one of several; `None` if it is not there."""
    open_, seen = [node], set[int]()
    while open_ and len(seen) < _MOST_MERGED:
        one = open_.pop()
        if isinstance(one, Mapping) and id(one) not in seen:
            seen.add(id(one))
            if name in one.values:
                return one.values[name]
            open_ += reversed(one.merged)
    return None


def items(node: Node | None) -> tuple[Node, ...]:
    """Return the entries of a list; none if it is no list."""
    return node.nodes if isinstance(node, Sequence) else ()


def text_of(node: Node | None) -> str | None:
    """Return a scalar as text; `None` if it is none, or nothing."""
    return node.text if isinstance(node, Scalar) and not node.is_null else None
