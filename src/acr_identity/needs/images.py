"""Names of images, as docker takes them apart."""

from __future__ import annotations

import re

from acr_identity.needs.holes import filled, has_hole
from acr_identity.needs.values import Image

DOCKER_HUB = "docker.io"
_OFFICIAL = "library"
_PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
_NAME = re.compile(
    rf"""(?:(?:[a-zA-Z0-9](?:[a-zA-Z0-9.-]*[a-zA-Z0-9])?)(?::[0-9]+)?/)?
    {_PART}(?:/{_PART})*
    (?::[\w][\w.-]{{0,127}})?
    (?:@[A-Za-z][\w.+-]*:[0-9a-fA-F]{{32,}})?""",
    re.VERBOSE | re.ASCII,
)
_LONGEST = 4096


def is_image(name: str) -> bool:
    """Say whether docker takes a text for the name of an image; what is not known of it may be anything.

    >>> is_image("base.azurecr.io/node:22"), is_image("/node"), is_image("Node")
    (True, False, False)
    """
    return len(name) <= _LONGEST and _NAME.fullmatch(filled(name, "a")) is not None


def image_of(name: str) -> Image | None:
    """Return the repository that an image's name means; `None` where not even the registry is known.

    >>> image_of("base.azurecr.io/node:15"), image_of("node")
    (Image(server='base.azurecr.io', repository='node'), Image(server='docker.io', repository='library/node'))
    """
    first, slash, rest = name.partition("/")
    if has_hole(first):
        return None if slash or has_hole(first.partition(":")[0]) else _on_docker_hub(first)
    if not slash or not ("." in first or ":" in first or first == "localhost"):
        return _on_docker_hub(name)
    if first.lower() == f"index.{DOCKER_HUB}":
        return _on_docker_hub(rest)
    return Image(first.lower(), _known(_untagged(rest)))


def full_name(name: str) -> str:
    """Return the one name of an image: with its registry and its tag, so that equal images have equal names.

    >>> full_name("node"), full_name("a.azurecr.io/x@sha256:0123")
    ('docker.io/library/node:latest', 'a.azurecr.io/x@sha256:0123')
    """
    image = image_of(name)
    last = name.rpartition("/")[2]
    tag = last[len(last.partition("@")[0].partition(":")[0]) :] or ":latest"
    return name if image is None or not image.repository else f"{image.server}/{image.repository}{tag}"


def _on_docker_hub(name: str) -> Image:
    repository = _untagged(name)
    return Image(DOCKER_HUB, _known(repository if "/" in repository else f"{_OFFICIAL}/{repository}"))


def _untagged(name: str) -> str:
    head, slash, last = name.partition("@")[0].rpartition("/")
    return f"{head}{slash}{last.partition(':')[0]}"


def _known(repository: str) -> str:
    return "" if has_hole(repository) else repository
