"""YAML as the runner's parser (yaml.v2) reads it: scalars keep their text, and a wrong kind is reported by line."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import yaml
from yaml.error import Mark, MarkedYAMLError

from acr_identity.emulator.runner.budget import NodeCount
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.yaml_text import PythonLoader

Node: TypeAlias = yaml.nodes.Node
Fields: TypeAlias = Mapping[str, Node]

_TRUE = frozenset({"y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"})
_FALSE = frozenset({"n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"})
_TAG = "tag:yaml.org,2002:"
_MERGES = 16
_MOST_SHOWN = 10
_LARGEST = 2**63 - 1
_LONGEST_NUMBER = 40

# The same faults, as libyaml words them: by the problem, else by what was being parsed.
_PROBLEMS = (
    ("mapping values are not allowed here", "mapping values are not allowed in this context"),
    ("mapping keys are not allowed here", "mapping keys are not allowed in this context"),
    ("sequence entries are not allowed here", "block sequence entries are not allowed in this context"),
    ("that cannot start any token", "found character that cannot start any token"),
    ("found undefined alias", "unknown anchor referenced"),
    ("special characters are not allowed", "control characters are not allowed"),
)
_CONTEXTS = (
    ("while parsing a block mapping", "did not find expected key"),
    ("while parsing a block collection", "did not find expected '-' indicator"),
    ("while parsing a flow sequence", "did not find expected ',' or ']'"),
    ("while parsing a flow mapping", "did not find expected ',' or '}'"),
    ("while parsing a node", "did not find expected node content"),
    ("while parsing a block node", "did not find expected node content"),
    ("while parsing a flow node", "did not find expected node content"),
)


def first_document(text: str) -> Node | None:
    """Return the root of the first document, or `None` when there is none.

    Raises:
        RunError: the text is not YAML. It reads as yaml.v2's: `yaml: line 8: could not find expected ':'`.
    """
    try:
        return next(_documents(text), None)
    except MarkedYAMLError as error:
        raise RunError(f"yaml: {_place(error, len(text))}{_problem(error)}") from error
    except yaml.YAMLError as error:
        raise RunError(f"yaml: {_reworded(str(error), _PROBLEMS) or 'invalid text'}") from error
    except RecursionError as error:
        raise RunError("yaml: exceeded max depth of 10000") from error
    except (ValueError, OverflowError) as error:
        raise RunError("yaml: found invalid Unicode character escape code") from error


def _documents(text: str) -> Iterator[Node]:
    found: Iterator[Node | None] = yaml.compose_all(text, PythonLoader)
    yield from (node for node in found if node is not None)


def _place(error: MarkedYAMLError, length: int) -> str:
    line = _problem_line(error, length)
    if not line and error.context_mark is not None:
        line = error.context_mark.line
    return f"line {line}: " if line else ""


def _problem_line(error: MarkedYAMLError, length: int) -> int:
    # yaml.v2 counts lines from 0, says nothing of line 0, and ends the last line itself before it sees the end.
    mark: Mark | None = error.problem_mark
    if mark is None:
        return 0
    if isinstance(error, yaml.scanner.ScannerError):
        return mark.line + 1 if mark.line else 0
    return mark.line + (1 if mark.index >= length and mark.column else 0)


def _problem(error: MarkedYAMLError) -> str:
    problem = str(error.problem or "unknown problem parsing YAML content")
    return (
        _reworded(problem, _PROBLEMS)
        or (None if isinstance(error, yaml.scanner.ScannerError) else _reworded(str(error.context), _CONTEXTS))
        or problem
    )


def _reworded(text: str, words: tuple[tuple[str, str], ...]) -> str | None:
    return next((theirs for ours, theirs in words if ours in text), None)


class Reader:
    """Reads nodes into typed values and remembers what did not fit, as yaml.v2 does, until `finish`."""

    def __init__(self, shown: Callable[[str], str] = str) -> None:
        """Make a reader. `shown` is applied to each value before it stands in a message."""
        self._shown = shown
        self._misfits: list[str] = []
        self._count = NodeCount()

    def finish(self) -> None:
        """Raise one `RunError` with all that did not fit."""
        if self._misfits:
            raise RunError("yaml: unmarshal errors:\n" + "\n".join(f"  {misfit}" for misfit in self._misfits))

    def fields(self, node: Node | None, kind: str) -> Fields:
        """Return the fields of a mapping: the last of equal keys, its own before merged ones."""
        if isinstance(node, yaml.MappingNode):
            return self._fields_of(node, _MERGES)
        self._misfit(node, kind)
        return {}

    def _fields_of(self, node: yaml.MappingNode, merges: int) -> Fields:
        self._count.add(1 + len(node.value))
        merged: dict[str, Node] = {}
        own: dict[str, Node] = {}
        for key, value in node.value:
            if key.tag == _TAG + "merge":
                merged |= self._merged(value, merges - 1)
            elif isinstance(key, yaml.ScalarNode):
                own[key.value] = value
        return merged | own

    def _merged(self, node: Node, merges: int) -> dict[str, Node]:
        sources: list[Node] = node.value[::-1] if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Node] = {}
        for source in sources:
            if merges < 0 or not isinstance(source, yaml.MappingNode):
                raise RunError("yaml: map merge requires map or sequence of maps as the value")
            found |= self._fields_of(source, merges)
        return found

    def items(self, node: Node | None, kind: str) -> tuple[Node | None, ...]:
        """Return the items of a sequence, `None` for each that is null."""
        if isinstance(node, yaml.SequenceNode):
            self._count.add(1 + len(node.value))
            return tuple(None if _is_null(item) else item for item in node.value)
        self._misfit(node, kind)
        return ()

    def text(self, node: Node | None) -> str:
        """Return the text of a scalar, as it is written: `yes` and `1.10` are texts here."""
        if isinstance(node, yaml.ScalarNode):
            return "" if _is_null(node) else str(node.value)
        self._misfit(node, "string")
        return ""

    def texts(self, node: Node | None) -> tuple[str, ...]:
        """Return the texts of a sequence."""
        return tuple(self.text(item) for item in self.items(node, "[]string"))

    def text_map(self, node: Node | None) -> dict[str, str]:
        """Return the texts of a mapping."""
        return {name: self.text(value) for name, value in self.fields(node, "map[string]string").items()}

    def number(self, node: Node | None) -> int:
        """Return a whole number. A fraction is cut off."""
        if isinstance(node, yaml.ScalarNode) and not _is_null(node):
            number = _number(node)
            if number is not None:
                return number
        self._misfit(node, "int")
        return 0

    def flag(self, node: Node | None) -> bool:
        """Return a truth value, in any of the ways in which YAML 1.1 writes one."""
        if isinstance(node, yaml.ScalarNode) and node.style is None and node.value in _TRUE | _FALSE:
            return node.value in _TRUE
        self._misfit(node, "bool")
        return False

    def _misfit(self, node: Node | None, kind: str) -> None:
        if node is None or _is_null(node):
            return
        value = ""
        if isinstance(node, yaml.ScalarNode):
            text = self._shown(node.value)
            value = f" `{text if len(text) <= _MOST_SHOWN else text[:7] + '...'}`"
        tag = str(node.tag).replace(_TAG, "!!")
        self._misfits.append(f"line {node.start_mark.line + 1}: cannot unmarshal {tag}{value} into {kind}")


def _is_null(node: Node) -> bool:
    return str(node.tag) == _TAG + "null"


def _number(node: yaml.ScalarNode) -> int | None:
    text = str(node.value).replace("_", "")
    if str(node.tag) not in {_TAG + "int", _TAG + "float"} or len(text) > _LONGEST_NUMBER:
        return None
    try:
        number = int(text, 8) if text.lstrip("+-").startswith("0") and text.lstrip("+-").isdigit() else int(text, 0)
    except ValueError:
        number = _cut(text)
    return number if abs(number) <= _LARGEST else None


def _cut(text: str) -> int:
    try:
        return int(float(text))
    except (ValueError, OverflowError):
        return _LARGEST + 1
