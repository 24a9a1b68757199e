"""What a task needs, as far as its files tell: frozen values, each with the place that says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from acr_identity.spec.places import Place


@dataclass(frozen=True, slots=True)
class At:
    """A place in a file."""

    file: str
    place: Place

    def __str__(self) -> str:
        """Return it as compilers write it.

        >>> str(At("task.yaml", Place(5, 9)))
        'task.yaml:5:9'
        """
        return f"{self.file}:{self.place.line}:{self.place.column}"


@dataclass(frozen=True, slots=True)
class Image:
    """A repository of a registry; an empty one is not known.

    Args:
        server: the login server, in lower case; `docker.io` for Docker Hub.
        repository: the repository, without tag and digest.
    """

    server: str
    repository: str


@dataclass(frozen=True, slots=True)
class Pull:
    """A run pulls an image."""

    image: Image
    at: At


@dataclass(frozen=True, slots=True)
class Push:
    """A run pushes an image."""

    image: Image
    at: At


@dataclass(frozen=True, slots=True)
class Delete:
    """A run deletes images of a repository; of one that is not known, it lists them first."""

    image: Image
    at: At


@dataclass(frozen=True, slots=True)
class ReadSecret:
    """A run reads a secret before its first step.

    Args:
        vault: the host of the vault, in lower case.
        secret: the name of the secret, in lower case.
        id: how the task file calls it.
        client_id: whose client id reads it; empty if the file does not say.
        at: where the file says so.
    """

    vault: str
    secret: str
    id: str
    client_id: str
    at: At


Need: TypeAlias = Pull | Push | Delete | ReadSecret


@dataclass(frozen=True, slots=True)
class Unseen:
    """Something that may need anything.

    Args:
        reason: why that cannot be told.
        at: where it stands.
        servers: the login servers that it names, as a build argument does.
    """

    reason: str
    at: At
    servers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that a run will refuse, or take for something else than was meant.

    Args:
        code: which kind of fault it is; see `acr_identity.needs.codes`.
        message: what is wrong.
        fix: what helps.
        at: where it stands.
    """

    code: str
    message: str
    fix: str
    at: At


@dataclass(frozen=True, slots=True)
class Needs:
    """All that is known of what a task needs, each in the order of its places.

    Args:
        needs: what each run asks for, as far as it gets.
        unseen: what may ask for more.
        faults: what a run will refuse or misread.
        logins: the servers to which docker logs in by a command; an empty one is not known.
    """

    needs: tuple[Need, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    faults: tuple[Fault, ...] = ()
    logins: tuple[str, ...] = ()
