"""Image references and digests, as Docker reads them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

DOCKER_HUB = "docker.io"
_ALIASES = frozenset({"docker.io", "index.docker.io", "registry.hub.docker.com", "registry-1.docker.io"})


@dataclass(frozen=True, slots=True)
class Reference:
    """Where an image is: the host of its registry, its repository, its tag."""

    registry: str
    repository: str
    tag: str

    @classmethod
    def read(cls, written: str) -> Reference:
        """Read a reference; without a host it is on Docker Hub, without a tag it is `latest`.

        >>> Reference.read("node:15-alpine")
        Reference(registry='docker.io', repository='library/node', tag='15-alpine')

        Raises:
            ValueError: it is no reference to a tag.
        """
        head, _, tail = written.rpartition("/")
        name, _, tag = tail.partition(":")
        path = f"{head}/{name}" if head else name
        if not name or "@" in written or any(character.isspace() for character in written):
            raise ValueError(f"'{written}' is no image reference of the form HOST/REPOSITORY:TAG")
        host, _, rest = path.partition("/")
        if not rest or not is_host(host):
            host, rest = DOCKER_HUB, path
        return cls(*place(host, rest), tag or "latest")

    def __str__(self) -> str:
        """Return the reference written out in full."""
        return f"{self.registry}/{self.repository}:{self.tag}"


def is_host(text: str) -> bool:
    """Say whether the first part of a reference is a host."""
    return "." in text or ":" in text or text == "localhost"


def place(registry: str, repository: str) -> tuple[str, str]:
    """Return a registry and a repository in one spelling: the official images of Docker Hub are below `library`."""
    host = registry.lower().removeprefix("https://").partition("/")[0]
    if host not in _ALIASES:
        return host, repository
    return DOCKER_HUB, repository if "/" in repository else f"library/{repository}"


def digest_of(content: str) -> str:
    """Return the digest that stands for a content: equal contents have equal digests."""
    return f"sha256:{hashlib.sha256(content.encode()).hexdigest()}"
