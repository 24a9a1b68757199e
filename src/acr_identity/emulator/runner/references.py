"""Names of images: as docker reads them, and as the runner's scanner does."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from acr_identity.emulator.runner.run_errors import RunError

DOCKER_HUB: Final = "docker.io"
"""The host that stands for Docker Hub."""

SCANNED_DOCKER_HUB: Final = "registry.hub.docker.com"
"""How the dependency report names Docker Hub when an image name has no host."""

_HOST_PART = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_HOST = rf"{_HOST_PART}(?:\.{_HOST_PART})*(?::[0-9]+)?"
_PATH_PART = r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*"
_PATH = rf"{_PATH_PART}(?:/{_PATH_PART})*"
_REFERENCE = re.compile(
    rf"(?:(?P<host>{_HOST})/)?(?P<path>{_PATH})(?::(?P<tag>[\w][\w.-]{{0,127}}))?"
    r"(?:@(?P<digest>[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}))?",
    re.ASCII,
)
_LONGEST_NAME = 255


@dataclass(frozen=True, slots=True)
class Reference:
    """An image, by host, repository, and tag or digest."""

    registry: str
    repository: str
    tag: str = ""
    digest: str = ""

    @property
    def version(self) -> str:
        """Return what a registry is asked for: the digest, else the tag."""
        return self.digest or self.tag

    @property
    def familiar_name(self) -> str:
        """Return the name as docker prints it: without what it adds for Docker Hub."""
        if self.registry == DOCKER_HUB:
            return self.repository.removeprefix("library/")
        return f"{self.registry}/{self.repository}"

    @property
    def full_name(self) -> str:
        """Return the name with its host."""
        return f"{self.registry}/{self.repository}"

    @property
    def familiar(self) -> str:
        """Return the name with tag and digest as docker prints it."""
        return f"{self.familiar_name}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def with_latest(image: str) -> str:
    """Add `:latest` to a name that has neither `@` nor `:`. A port counts as a `:`.

    >>> with_latest("a/b"), with_latest("host:443/x"), with_latest("a@sha256:0")
    ('a/b:latest', 'host:443/x', 'a@sha256:0')
    """
    return image if "@" in image or ":" in image else f"{image}:latest"


def docker_reference(name: str) -> Reference:
    """Read a name as docker does. Without tag and digest it means `latest`.

    Raises:
        RunError: the name is not one, in docker's words.

    >>> docker_reference("hello-world").full_name, docker_reference("r.azurecr.io/a/b:1").repository
    ('docker.io/library/hello-world', 'a/b')
    """
    host, slash, rest = name.partition("/")
    if not slash or (not set(host) & {".", ":"} and host != "localhost" and host == host.lower()):
        host, rest = DOCKER_HUB, name
    host = DOCKER_HUB if host == "index.docker.io" else host
    if host == DOCKER_HUB and "/" not in rest:
        rest = f"library/{rest}"
    path = rest.partition("@")[0].rpartition(":")[0] or rest.partition("@")[0]
    if path != path.lower():
        raise RunError(f"invalid reference format: repository name ({path}) must be lowercase")
    match = _parsed(f"{host}/{rest}")
    if match is None:
        raise RunError("invalid reference format")
    tag, digest = match.group("tag") or "", match.group("digest") or ""
    return Reference(host, rest_path(match, host), tag or ("" if digest else "latest"), digest)


def rest_path(match: re.Match[str], host: str) -> str:
    """Return the repository of a match whose host is known."""
    return match.group().split("@")[0].removeprefix(f"{host}/").partition(":")[0]


def scanned_reference(name: str) -> Reference:
    """Read a name as the scanner does: a host is one only when it contains a `.`.

    So `localhost:5000/x` counts as an image of a Docker Hub user. Source: acr-builder, scan/dependencies.go.

    Raises:
        RunError: the name is not one, in the scanner's words.

    >>> scanned_reference("node:15"), scanned_reference("user/app:1").repository
    (Reference(registry='registry.hub.docker.com', repository='library/node', tag='15', digest=''), 'user/app')
    """
    match = _parsed(name)
    if match is None:
        problem = f"ensure tags have a valid format: {name}: {_problem(name)}"
        raise RunError(f"Failed to parse image reference, {problem}")
    host, path = match.group("host") or "", match.group("path")
    tag, digest = match.group("tag") or "", match.group("digest") or ""
    if "." in host:
        return Reference(host, path, tag, digest)
    return Reference(SCANNED_DOCKER_HUB, f"{host or 'library'}/{path}", tag, digest)


def _problem(name: str) -> str:
    if not name:
        return "repository name must have at least one component"
    return "repository name must be lowercase" if _parsed(name.lower()) else "invalid reference format"


def _parsed(name: str) -> re.Match[str] | None:
    match = _REFERENCE.fullmatch(name)
    if match is None or len(f"{match.group('host') or ''}/{match.group('path')}") > _LONGEST_NAME:
        return None
    return match
