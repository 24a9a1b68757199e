"""A run of a task and its log."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acr_identity.ids import ArmId

FINAL_STATUSES = frozenset({"Succeeded", "Failed", "Canceled", "Error", "Timeout"})
"""The statuses after which a run does not change any more (Runs - Get, `RunStatus`)."""


@dataclass(frozen=True, slots=True)
class PushedImage:
    """An image that a run pushed. `digest` is `sha256:…`."""

    registry: str
    repository: str
    tag: str
    digest: str

    def __str__(self) -> str:
        return f"{self.registry}/{self.repository}:{self.tag}@{self.digest}"


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A run as the service reports it. `registry` is the id of the registry that runs it."""

    registry: ArmId
    run_id: str
    status: str
    task: str = ""
    error: str = ""
    images: tuple[PushedImage, ...] = ()
    logged_in: tuple[str, ...] = ()

    @property
    def is_final(self) -> bool:
        """Say whether the run has ended."""
        return self.status in FINAL_STATUSES


@dataclass(frozen=True, slots=True)
class LogEnd:
    """The log is complete: `word` is how its blob says that the run ended, in lower case."""

    word: str


@dataclass(frozen=True, slots=True)
class LogChunk:
    """What was added to a log behind an offset. `end` is there when nothing more will come."""

    data: bytes
    end: LogEnd | None = None
