"""A task whose step is a Dockerfile, as the runner turns it into a build and a push."""

from __future__ import annotations

from itertools import pairwise

from acr_identity.emulator.kernel.runner_port import DockerStep, RunRequest
from acr_identity.emulator.runner.rendering import data_of
from acr_identity.emulator.runner.steps.scene import is_remote
from acr_identity.emulator.runner.taskfile import TaskFile, TaskStep
from acr_identity.emulator.runner.template import render

_BUILD_TIMEOUT, _PUSH_TIMEOUT = 28800, 3600
_TAG_FLAGS = frozenset({"-t", "--tag"})


def task_of(request: RunRequest, step: DockerStep) -> TaskFile:
    """Return the steps that build, and push if the task says so.

    Names of images may be templates. The registry of the task is put before a name unless it starts with a registry
    that the run knows. Source: acr-builder, cmd/acb/commands/build/build.go and util/prefixes.go.

    Raises:
        RunError: a template in the step cannot be filled in.
    """
    known = (request.login_server, *(credential.login_server for credential in request.credentials))
    words = render("build", _text(step), data_of(request)).split()
    pairs = tuple(pairwise(("", *words)))
    words = [_prefixed(word, known) if before in _TAG_FLAGS else word for before, word in pairs]
    tags = tuple(word for before, word in pairwise(words) if before in _TAG_FLAGS)
    build = TaskStep(id="build", build=" ".join(words), timeout=_BUILD_TIMEOUT, retry_delay=1)
    push = TaskStep(id="push", push=tags, timeout=_PUSH_TIMEOUT, when=("build",))
    return TaskFile(version="v1.0.0", steps=(build, push) if step.is_push_enabled else (build,))


def _text(step: DockerStep) -> str:
    arguments = (word for value in step.arguments for word in ("--build-arg", f"{value.name}={value.value}"))
    tags = (word for image in step.image_names for word in ("-t", image))
    target = ("--target", step.target) if step.target else ()
    context = step.context if is_remote(step.context) else "."
    return " ".join(("-f", step.dockerfile or "Dockerfile", *tags, *arguments, *target, context))


def _prefixed(image: str, known: tuple[str, ...]) -> str:
    has_registry = any(registry and image.startswith(registry) for registry in known)
    return image if has_registry or image.startswith("library/") else f"{known[0]}/{image}"
