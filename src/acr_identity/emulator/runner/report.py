"""The end of a good run: its steps, the digests, and the report of dependencies."""

from __future__ import annotations

import functools
from collections.abc import Iterator

from acr_identity.emulator.kernel.runner_port import Dependency, Image, Refusal
from acr_identity.emulator.runner.daemon import Daemon
from acr_identity.emulator.runner.document import first_document
from acr_identity.emulator.runner.log import Log
from acr_identity.emulator.runner.references import (
    DOCKER_HUB,
    SCANNED_DOCKER_HUB,
    docker_reference,
    scanned_reference,
)
from acr_identity.emulator.runner.run_errors import RunError
from acr_identity.emulator.runner.steps import Executed
from acr_identity.emulator.runner.steps.build import Found

_DIGEST_TIME = 0.7
_NOT_FOUND = 404


def report(executed: tuple[Executed, ...], daemon: Daemon, log: Log) -> tuple[Dependency, ...]:
    """Write the result of each step and the dependencies of the builds, which are returned too.

    Raises:
        RunError: BuildKit built an image, and the logins from before the first step do not reach a digest.
    """
    found: list[Dependency] = []
    for done in executed:
        log.say(f"Step ID: {done.step.id} marked as successful (elapsed time in seconds: {done.seconds:f})")
        if done.found:
            log.say(f"Populating digests for step ID: {done.step.id}...")
            log.wait(_DIGEST_TIME)
            if done.step.uses_buildkit:
                _check_digests(done.found, daemon)
            found += [_dependency(entry, daemon) for entry in done.found]
            log.say(f"Successfully populated digests for step ID: {done.step.id}")
    if found:
        log.say("The following dependencies were found:")
        log.say("\n" + "\n".join(line for dependency in found for line in _lines(dependency)))
    return tuple(found)


def _check_digests(found: tuple[Found, ...], daemon: Daemon) -> None:
    names = dict.fromkeys(name for entry in found for name in (entry.runtime, *entry.buildtime))
    for name in names:
        if name == "scratch:latest":
            continue
        reference = docker_reference(name)
        holder = daemon.logins.of_the_task.get(reference.registry)
        asked = (reference.registry.lower(), reference.repository, reference.version)
        answer = daemon.surroundings.pull(*asked, holder)
        if isinstance(answer, Refusal):
            raise RunError(f"Failed to Resolve the reference '{name}': {_unresolved(reference.full_name, answer)}")


def _unresolved(name: str, refusal: Refusal) -> str:
    if refusal.status == _NOT_FOUND:
        return f"{name}: not found"
    denied = "pull access denied, repository does not exist or may require authorization"
    return f"{denied}: server message: insufficient_scope: authorization failed"


def _dependency(found: Found, daemon: Daemon) -> Dependency:
    return Dependency(
        image=_image(found.image, daemon),
        runtime=_image(found.runtime, daemon),
        buildtime=tuple(_image(name, daemon) for name in found.buildtime),
        git_revision=found.git_revision,
    )


def _image(name: str, daemon: Daemon) -> Image:
    scanned = scanned_reference(name)
    registry = DOCKER_HUB if scanned.registry == SCANNED_DOCKER_HUB else scanned.registry
    known = daemon.digests.get(docker_reference(name))
    return Image(registry, scanned.repository, scanned.tag, scanned.digest or (known.digest if known else ""))


def _lines(dependency: Dependency) -> Iterator[str]:
    yield "- image:"
    yield from (f"    {field}" for field in _fields(dependency.image))
    if dependency.runtime is not None:
        yield "  runtime-dependency:"
        yield from (f"    {field}" for field in _fields(dependency.runtime))
    if dependency.buildtime:
        yield "  buildtime-dependency:"
    for image in dependency.buildtime:
        first, *others = _fields(image)
        yield f"  - {first}"
        yield from (f"    {field}" for field in others)
    if dependency.git_revision:
        yield "  git:"
        yield f"    git-head-revision: {_scalar(dependency.git_revision)}"
    else:
        yield "  git: {}"


def _fields(image: Image) -> Iterator[str]:
    registry = SCANNED_DOCKER_HUB if image.registry == DOCKER_HUB else image.registry
    values = (("registry", registry), ("repository", image.repository), ("tag", image.tag), ("digest", image.digest))
    return (f"{name}: {_scalar(value)}" for name, value in values if value)


@functools.lru_cache(maxsize=1024)
def _scalar(value: str) -> str:
    node = first_document(value)
    return value if node is not None and str(node.tag).endswith(":str") else f'"{value}"'
