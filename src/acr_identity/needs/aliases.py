"""The aliases of a task file: short names that are replaced in its text before anything else is read.

The rules are those of the task runner (Azure/acr-builder, `graph/preprocessor.go`): it goes by lines and characters,
not by YAML.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Texts
from dataclasses import dataclass, field

from acr_identity.needs.nodes import Mapping, UnreadableYamlError, entry, items, read_nodes, text_of
from acr_identity.needs.report import ALIASES_SINCE
from acr_identity.needs.traced import Traced
from acr_identity.spec.mistakes import quoted

BUILT_IN = {
    **{name: f"{{{{.Run.{name}}}}}" for name in ("ID", "SharedVolume", "Registry", "RegistryName", "Date", "OS")},
    **{name: f"{{{{.Run.{name}}}}}" for name in ("Architecture", "Commit", "Branch")},
    "acr": "mcr.microsoft.com/acr/acr-cli:0.19",
    "az": "mcr.microsoft.com/acr/azure-cli:2ff604c",
    "bash": "mcr.microsoft.com/acr/bash:2ff604c",
    "curl": "mcr.microsoft.com/acr/curl:2ff604c",
    "cssc": "mcr.microsoft.com/acr/cssc:2ff604c",
}
"""The aliases that every task file has, on Linux."""

_DIRECTIVE = "$"
_VERSION = re.compile(r"""^['"]*version['" \t]*:(?P<value>.*)$""", re.MULTILINE)
_NAME = re.compile(r"[A-Za-z0-9]+")
_BEGINS = re.compile(r"alias\s*:")


class AliasError(Exception):
    """The runner refuses the aliases; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """What is replaced by what.

    Args:
        values: the texts by their names.
        directive: the character that stands before a name.
        is_whole: whether these are all; others may come from a file or an address that is not at hand.
    """

    values: Texts[str, str] = field(default_factory=dict)
    directive: str = _DIRECTIVE
    is_whole: bool = True

    def meaning(self, name: str, elsewhere: Callable[[], str]) -> str | None:
        """Return what a name stands for; `elsewhere` gives what stands for what is defined elsewhere."""
        if name in self.values:
            return self.values[name]
        if not self.is_whole and name:
            return elsewhere()
        return BUILT_IN.get(name)


def version_of(text: str) -> tuple[str, int]:
    r"""Return the version that a task file names, and where; an empty one if it names none.

    >>> version_of('steps: []\n"version": "v1.1.0"')
    ('v1.1.0', 10)
    """
    found = _VERSION.search(text)
    return (found["value"].strip().strip("'\""), found.start()) if found else ("", 0)


def has_aliases(version: str) -> bool:
    """Say whether aliases are replaced in a file of this version: texts are compared, not numbers."""
    return version >= ALIASES_SINCE


def apart(text: Traced) -> tuple[Traced, Traced]:
    """Return the block of aliases, and the rest."""
    inside = False
    block: list[tuple[int, int, str]] = []
    rest: list[tuple[int, int, str]] = []
    at = 0
    for line in text.text.splitlines(keepends=True):
        end = at + len(line)
        if not inside and _BEGINS.match(line):
            inside = True
        elif inside and ":" in line and line[0] != ":" and not line[0].isspace():
            inside = False
        (rest if inside else block).append((at, end, ""))
        at = end
    return text.replaced(block), text.replaced(rest)


def read_aliases(block: str) -> Aliases:
    """Return the aliases of a block whose templates are replaced already.

    Raises:
        AliasError: the runner would refuse it.
    """
    try:
        tree = read_nodes(block)
    except UnreadableYamlError as error:
        raise AliasError("The aliases are not valid YAML.") from error
    own = entry(tree, "alias")
    directive = text_of(entry(own, "directive")) or _DIRECTIVE
    values = entry(own, "values")
    if len(directive) != 1:
        raise AliasError("The directive of the aliases is not a single character.")
    if _NAME.fullmatch(directive):
        raise AliasError("The directive of the aliases is a letter or a digit.")
    if not isinstance(values, Mapping | None):
        raise AliasError("The values of the aliases are no mapping.")
    entries = values.entries if values else ()
    if wrong := next((key.text for key, _ in entries if not _NAME.fullmatch(key.text)), None):
        raise AliasError(f"The alias {quoted(wrong)} has other characters than letters and digits.")
    sources = entry(own, "src")
    return Aliases({key.text: text_of(value) or "" for key, value in entries}, directive, not items(sources))


def replaced(text: Traced, aliases: Aliases, elsewhere: Callable[[], str]) -> Traced:
    """Return the text with each alias replaced. A name that is none stays as it is."""
    return text.replaced(_changes(text.text, aliases, elsewhere))


def _changes(text: str, aliases: Aliases, elsewhere: Callable[[], str]) -> Iterator[tuple[int, int, str]]:
    at = text.find(aliases.directive)
    while at >= 0:
        if text.startswith(aliases.directive, at + 1):
            yield at, at + 2, aliases.directive
            at = text.find(aliases.directive, at + 2)
            continue
        found = _NAME.match(text, at + 1)
        end = found.end() if found else at + 1
        value = aliases.meaning(found[0] if found else "", elsewhere)
        if value is not None:
            yield at, end, value
        # A directive that directly follows a name that is none is text.
        at = text.find(aliases.directive, end if value is not None else end + 1)
