"""What a build of a Dockerfile names: images of the task's own registry, and a file that the runner can open."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from acr_identity.spec.mistakes import KeyPath, Mistake, quoted
from acr_identity.spec.outline import mapping, named_texts

if TYPE_CHECKING:
    from acr_identity.spec.base import Tree

_PLACEHOLDER = re.compile(r"\{\{.*?\}\}|\$\{?\w+\}?")
_HOST = re.compile(r"(?P<host>[^/]*[.:][^/]*|localhost)/")


def build_mistakes(build: Tree, registry: str, path: KeyPath) -> Iterator[Mistake]:
    """Find what is wrong with a build for this registry of the spec; what stands for a value may be anything."""
    tree = mapping(build)
    yield from _file_mistakes(tree, path)
    for image in named_texts(tree.get("images"), (*path, "images")):
        yield from (Mistake(message, fix, image.path) for message, fix in _faults(image.name, registry))


def _file_mistakes(tree: Mapping[str, Tree], path: KeyPath) -> Iterator[Mistake]:
    file = tree.get("file")
    if isinstance(file, str) and re.search(r"\s", file.strip()):
        message = f"{quoted(file)} has a space, and a run cannot open such a Dockerfile."
        yield Mistake(message, "Rename the file.", (*path, "file"))


def _faults(image: str, registry: str) -> Iterator[tuple[str, str]]:
    plain = _PLACEHOLDER.sub("", image)
    host = _HOST.match(plain)
    if re.search(r"\s", plain):
        yield f"{quoted(image)} has a space.", "Name an image as repository:tag."
    elif host is not None and not _is_own(host["host"], registry):
        yield (
            f"{quoted(image)} names the registry {quoted(host['host'])}, and a build pushes to the task's own only.",
            "Leave the registry out, or push with a task file.",
        )
    elif (repository := _repository(plain[host.end() if host else 0 :])) != repository.lower():
        yield f"{quoted(image)} has upper-case letters in the repository.", f"Write {quoted(_lower(image))}."


def _lower(image: str) -> str:
    kept = (*(found[0] for found in _PLACEHOLDER.finditer(image)), "")
    return "".join(part.lower() + each for part, each in zip(_PLACEHOLDER.split(image), kept, strict=True))


def _repository(name: str) -> str:
    return name.rpartition(":")[0] or name


def _is_own(host: str, registry: str) -> bool:
    # A registry with a domain name label has a host NAME-HASH.
    own = rf"{re.escape(registry.lower())}(?:-[a-z0-9]+)?\.azurecr\.[a-z.]+"
    return not registry or re.fullmatch(own, host.lower()) is not None
