"""What the steps of a run work with."""

from __future__ import annotations

import hashlib
import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field

from acr_identity.emulator.kernel.runner_port import Image, Surroundings
from acr_identity.emulator.runner.daemon import Daemon
from acr_identity.emulator.runner.log import Log
from acr_identity.emulator.runner.run_errors import ExitError, RunError
from acr_identity.emulator.runner.taskfile import TaskStep

LONGEST_WAIT = 28800
"""The longest that Azure lets a run take, in seconds: no single wait is longer, and after it nothing is retried."""

_REMOTE = ("http://", "https://", "git://", "git@", "ssh://", "github.com/", "oci://")
_NO_CONTEXT = frozenset({"", "/dev/null"})


@dataclass(slots=True)
class Scene:
    """The surroundings, daemon and log of a run, the context of its task, and what it has pushed and untagged."""

    surroundings: Surroundings
    daemon: Daemon
    log: Log
    context: str
    registry: str = ""
    """The host of the registry that runs the task."""
    pushed: list[Image] = field(default_factory=list)
    untagged: list[Image] = field(default_factory=list)

    def source(self, step: TaskStep, context: str, dockerfile: str) -> tuple[str, str]:
        """Return the context and the path in it that a build reads its Dockerfile from."""
        if is_remote(context):
            return context, posixpath.normpath(dockerfile or "Dockerfile")
        path = posixpath.join(step.working_directory, dockerfile or posixpath.join(context, "Dockerfile"))
        return (self.context if self.context not in _NO_CONTEXT else "."), posixpath.normpath(path)

    def in_container(self, step: TaskStep, attempt: Callable[[], None]) -> None:
        """Run a container for a step, again when it fails and the step says so.

        Raises:
            RunError: it failed the last time, or its time is up.
        """
        end = self.log.seconds + min(step.timeout, LONGEST_WAIT)
        retries = step.retries
        while True:
            self.log.say(f"Launching container with name: {step.id}")
            try:
                attempt()
            except ExitError:
                if not retries:
                    self.log.say(f"Container failed during run: {step.id}. No retries remaining.")
                    raise
            else:
                self.log.say(f"Successfully executed container: {step.id}")
                return
            retries -= 1
            delay = f"waiting {step.retry_delay} seconds before retrying..."
            self.log.say(f"Container failed during run: {step.id}, {delay}")
            self.log.wait(min(step.retry_delay, LONGEST_WAIT))
            if self.log.seconds > min(end, LONGEST_WAIT):
                raise RunError("timed out")


def is_remote(context: str) -> bool:
    """Tell whether a context is fetched: the address of a repository or of an archive."""
    return context.startswith(_REMOTE)


def has_source(context: str) -> bool:
    """Tell whether a task has a context at all.

    >>> has_source("/dev/null"), has_source("https://github.com/o/r.git")
    (False, True)
    """
    return context not in _NO_CONTEXT


def git_revision(context: str) -> str:
    """Return the commit that stands for a repository: made up, but always the same for the same address."""
    return (
        hashlib.sha1(context.encode(errors="replace"), usedforsecurity=False).hexdigest() if is_remote(context) else ""
    )
