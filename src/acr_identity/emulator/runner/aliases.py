"""Aliases of a task file: the version that allows them, the block that adds to them, and their substitution."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from acr_identity.emulator.runner.budget import Budget
from acr_identity.emulator.runner.document import Reader, first_document
from acr_identity.emulator.runner.run_errors import RunError

_TOP_LEVEL = re.compile(r"\A[^\s:][^:]*:.*\Z")
_ALIAS_BLOCK = re.compile(r"\Aalias\s*:.*\Z")
_NAME = re.compile(r"\A[a-zA-Z0-9]+\Z")

BUILT_IN: Final[Mapping[str, str]] = MappingProxyType({
    "ID": "{{.Run.ID}}",
    "SharedVolume": "{{.Run.SharedVolume}}",
    "Registry": "{{.Run.Registry}}",
    "RegistryName": "{{.Run.RegistryName}}",
    "Date": "{{.Run.Date}}",
    "OS": "{{.Run.OS}}",
    "Architecture": "{{.Run.Architecture}}",
    "Commit": "{{.Run.Commit}}",
    "Branch": "{{.Run.Branch}}",
    "acr": "mcr.microsoft.com/acr/acr-cli:0.19",
    "az": "mcr.microsoft.com/acr/azure-cli:2ff604c",
    "bash": "mcr.microsoft.com/acr/bash:2ff604c",
    "curl": "mcr.microsoft.com/acr/curl:2ff604c",
    "cssc": "mcr.microsoft.com/acr/cssc:2ff604c",
})  # fmt: skip
"""The aliases that every task file of version v1.1.0 has. Source: acr-builder, graph/global-defaults-linux.go."""


@dataclass(frozen=True, slots=True)
class Aliases:
    """The aliases in force, and the character that calls one."""

    values: Mapping[str, str] = field(default_factory=lambda: BUILT_IN)
    directive: str = "$"


def without_comments(text: str) -> str:
    """Drop the lines that start with `#`, indented or not. A comment after other text stays."""
    return "\n".join(line for line in text.split("\n") if not line.strip().startswith("#"))


def version_of(text: str) -> str:
    """Return what follows `version:` if that is how the first line starts, unquoted or not, else nothing.

    Source: acr-builder, graph/preprocessor.go. It reads lines, not YAML.

    >>> version_of("version: v1.1.0 # the newest"), version_of("steps: []"), version_of(" version: v1.1.0")
    ('v1.1.0 # the newest', '', '')
    """
    first = next((line for line in text.split("\n") if line.strip()), "")
    name, colon, version = first.partition(":")
    return version.strip() if colon and first.startswith("version") and name.strip() == "version" else ""


def knows_aliases(version: str) -> bool:
    """Tell whether aliases are substituted: a comparison of strings, so `V1.1.0` and `"v1.1.0"` do not.

    >>> knows_aliases("v1.1.0"), knows_aliases("v2.0.0"), knows_aliases("V1.1.0"), knows_aliases("1.1.0")
    (True, True, False, False)
    """
    return version >= "v1.1.0"


def separated(text: str) -> tuple[str, str]:
    """Cut the text into its `alias:` block and the rest."""
    block: list[str] = []
    rest: list[str] = []
    inside = False
    for line in text.removesuffix("\n").split("\n"):
        if not inside and _ALIAS_BLOCK.match(line):
            inside = True
        elif inside and _TOP_LEVEL.match(line):
            inside = False
        (block if inside else rest).append(line + "\n")
    return "".join(block), "".join(rest)


def read_aliases(block: str) -> Aliases:
    """Read an `alias:` block. Its own values go before the built-in ones.

    Raises:
        RunError: the block is not YAML, a name or the directive is not allowed, or it names a source (`src`), which
            this emulator cannot fetch.
    """
    reader = Reader()
    try:
        alias = reader.fields(reader.fields(first_document(block), "graph.wrapper").get("alias"), "graph.Alias")
        sources, directive = reader.texts(alias.get("src")), reader.text(alias.get("directive"))
        own = reader.text_map(alias.get("values"))
        reader.finish()
    except RunError as error:
        raise error.within("error during alias unmarshaling") from error
    if sources:
        raise RunError(f"open {sources[-1]}: no such file or directory (this emulator fetches no alias sources)")
    _check_directive(directive)
    if not all(_NAME.match(name) for name in own):
        raise RunError("alias key names only support alphanumeric characters")
    return Aliases(MappingProxyType({**BUILT_IN, **own}), directive or "$")


def _check_directive(directive: str) -> None:
    if len(directive) > 1:
        raise RunError("$ directive can only be overwritten by a single character")
    if _NAME.match(directive):
        raise RunError("overwritten directives may not be alphanumeric characters")


def substituted(text: str, aliases: Aliases) -> str:
    """Replace each alias by its value, once: what a value holds is not looked at again.

    Two directives in a row stand for one. An unknown name stays, and so does a directive right after it.

    Raises:
        RunError: The text grows too long.

    >>> substituted("$Registry/a:$ID $$x $HOME ${ID}", Aliases())
    '{{.Run.Registry}}/a:{{.Run.ID}} $x $HOME ${ID}'
    """
    name = re.compile(f"[a-zA-Z0-9]*({re.escape(aliases.directive)})?")
    budget = Budget()
    out: list[str] = []
    position = 0
    while (start := text.find(aliases.directive, position)) >= 0:
        out.append(text[position:start])
        piece, position = _one(text, start + 1, aliases, name)
        budget.spend(len(piece))
        out.append(piece)
    out.append(text[position:])
    return "".join(out)


def _one(text: str, start: int, aliases: Aliases, pattern: re.Pattern[str]) -> tuple[str, int]:
    match = pattern.match(text, start)
    if match is None:
        return aliases.directive, start
    followed = match.group(1) is not None
    name = match.group()[: -len(aliases.directive)] if followed else match.group()
    if not name and followed:
        return aliases.directive, match.end()
    if name in aliases.values:
        return aliases.values[name], match.end() - (1 if followed else 0)
    return aliases.directive + match.group(), match.end()


def with_images(commands: Iterable[str], aliases: Aliases) -> Iterator[str]:
    """Replace the first word of each command that begins with an alias, as `bash` or `az`.

    Raises:
        RunError: The commands grow too long.

    >>> list(with_images(["bash echo hello", "other"], Aliases()))
    ['mcr.microsoft.com/acr/bash:2ff604c echo hello', 'other']
    """
    budget = Budget()
    for command in commands:
        first, space, others = command.strip().partition(" ")
        image = aliases.values.get(first)
        budget.spend(len(image or ""))
        yield command if image is None else f"{image}{space}{others}"
