"""YAML texts: a parser that none keeps waiting, and the data of a text that describes something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

Tree: TypeAlias = "dict[str, Tree] | list[Tree] | str | int | float | bool | None"
"""What a text holds: mappings, lists and scalars."""

_DEEPEST = 32
_MOST_DIGITS = 18
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
}
_WHOLE = re.compile(rf"[-+]?[0-9]{{1,{_MOST_DIGITS}}}")
_DECIMAL = re.compile(rf"[-+]?[0-9]{{1,{_MOST_DIGITS}}}\.[0-9]{{0,{_MOST_DIGITS}}}")


class PythonLoader(yaml.SafeLoader):
    """The parser in Python. In a text that is too deep for anybody it does not keep in mind where keys may begin.

    To look at all these places at each token takes a time that grows with the square of the depth.
    """

    deepest_flow = 100

    def save_possible_simple_key(self) -> None:
        """Keep in mind that a key may begin here."""
        if self.flow_level > self.deepest_flow:
            self.possible_simple_keys.clear()
        else:
            super().save_possible_simple_key()


class YamlError(ValueError):
    """A text that cannot be read: the place in it, if it is known, and what to change."""

    def __init__(self, place: str, fix: str) -> None:
        super().__init__(f"{place}: {fix}" if place else fix)
        self.place = place
        self.fix = fix


def read_yaml(text: str) -> Tree:
    """Return the data of a text: `true`, `false`, `null` and numbers are what they look like, all else is text.

    Raises:
        YamlError: It is not YAML, has more than 32 levels, or has what no description needs: an anchor, an alias, a
            tag, a key that is given twice or is no text, or a second document.

    >>> read_yaml("{a: [1, 2.5, yes], b: null}")
    {'a': [1, 2.5, 'yes'], 'b': None}
    """
    try:
        return _read(text, getattr(yaml, "CSafeLoader", PythonLoader))
    except YamlError:
        # Each version of the parser in C has its own limits, and names other places.
        return _read(text, PythonLoader)


def _read(text: str, loader: type[yaml.CSafeLoader | PythonLoader]) -> Tree:
    reader = _Reader(yaml.parse(text, Loader=loader))
    try:
        return reader.whole()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f"line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise YamlError(place, "it is not YAML; check indentation and quotes here") from error
    except YamlError:
        raise
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        raise YamlError("", "it is not YAML; check its characters and escapes") from error


class _Reader:
    def __init__(self, events: Iterator[Event]) -> None:
        self._events = events

    def whole(self) -> Tree:
        next(self._events)
        if isinstance(next(self._events), StreamEndEvent):
            return None
        content = self._node(next(self._events), 0)
        next(self._events)
        after = next(self._events)
        if isinstance(after, DocumentStartEvent):
            _refuse(after, "a second document begins here; use one file for each")
        return content

    def _node(self, event: Event, depth: int) -> Tree:
        if depth >= _DEEPEST:
            _refuse(event, f"it has more than {_DEEPEST} levels here")
        if isinstance(event, AliasEvent) or (isinstance(event, NodeEvent) and (event.anchor or _tag(event))):
            _refuse(event, "anchors, aliases and tags are not read here; write the value out")
        match event:
            case MappingStartEvent():
                return self._mapping(depth + 1)
            case SequenceStartEvent():
                return self._sequence(depth + 1)
            case ScalarEvent():
                return _scalar(event)
            case _:
                return None

    def _mapping(self, depth: int) -> Tree:
        entries: dict[str, Tree] = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            if not isinstance(event, ScalarEvent) or event.anchor or _tag(event):
                _refuse(event, "a key must be a plain text")
            key = _text(event)
            if key in entries:
                _refuse(event, "this key is given twice; keep one")
            entries[key] = self._node(next(self._events), depth)
        return entries

    def _sequence(self, depth: int) -> Tree:
        entries: list[Tree] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            entries.append(self._node(event, depth))
        return entries


def _tag(event: NodeEvent) -> str | None:
    tag: str | None = getattr(event, "tag", None)
    return tag


def _text(event: ScalarEvent) -> str:
    text: str = event.value
    if event.style == '"':
        try:
            text.encode()
        except UnicodeEncodeError:
            _refuse(event, "an escape in this text is no character")
    return text


def _scalar(event: ScalarEvent) -> str | int | float | bool | None:
    text = _text(event)
    if not event.implicit[0]:  # it is in quotes, or a block
        return text
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text):
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


def _refuse(event: Event, fix: str) -> NoReturn:
    mark = event.start_mark
    raise YamlError(f"line {mark.line + 1}, column {mark.column + 1}" if mark else "", fix)
